package journey

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// An alert on a metric that does not exist is silent for ever.
func TestAlertsAskForMetricsThatExist(t *testing.T) {
	rules, err := os.ReadFile("../../deploy/prometheus/rules.yml")
	if err != nil {
		t.Fatal(err)
	}
	d := startDaemon(t, "", "")
	resp, err := http.Get("http://" + d.private + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	metrics, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`(?m)[^:]\b((?:oauth1d|process)_[a-z0-9_]+_(?:total|bucket|seconds|successful))\b`).FindAllSubmatch(rules, -1)
	if len(names) < 10 {
		t.Fatalf("found only %d metrics in the rules", len(names))
	}
	for _, n := range names {
		if !regexp.MustCompile(`(?m)^` + string(n[1]) + `(_bucket)?[{ ]`).Match(metrics) {
			t.Errorf("%s is in rules.yml and not on /metrics", n[1])
		}
	}
	for _, label := range regexp.MustCompile(`outcome!?=~?"([^"]+)"`).FindAllSubmatch(rules, -1) {
		for _, outcome := range regexp.MustCompile(`\w+`).FindAll(label[1], -1) {
			if !regexp.MustCompile(`outcome="` + string(outcome) + `"`).Match(metrics) {
				t.Errorf("outcome %s is in rules.yml and not on /metrics", outcome)
			}
		}
	}
}

func TestAlertsFire(t *testing.T) {
	promtool := need(t, "promtool")
	for _, args := range [][]string{{"check", "rules", "rules.yml"}, {"test", "rules", "rules_test.yml"}} {
		cmd := exec.Command(promtool, args...)
		cmd.Dir = filepath.Join("..", "..", "deploy", "prometheus")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("promtool %v: %v\n%s", args, err, out)
		}
	}
}
