package journey

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	adaPassword   = "analytical engine 1843"
	gracePassword = "first actual case of bug"
)

// The scripts in testdata/node do in headless Chromium what users do. Each
// scenario is a subtest of the round that it ran in: on loopback with
// JavaScript, and without under a plain-http host name, where a browser sends no
// Sec-Fetch-Site and the origin is all there is to tell forms by.
//
// OAUTH1D_SCENARIO runs those with that text in their name only, and
// OAUTH1D_SCREENSHOTS names a directory, absolute, for a picture of every page.
func TestBrowser(t *testing.T) {
	chromium := need(t, "chromium")
	need(t, "node")
	for _, part := range []string{"playwright-core", "axe-core"} {
		if _, err := os.Stat(filepath.Join("testdata/node/node_modules", part)); err != nil {
			missing(t, "the npm package "+part)
		}
	}

	loopback := newDaemon(t, "", "")
	named := newDaemon(t, "", "")
	_, port, _ := net.SplitHostPort(named.public)
	named.base = "http://auth.test:" + port
	named.env = []string{"OAUTH1D_PUBLIC_URL=" + named.base, "OAUTH1D_UNSAFE_HTTP_PUBLIC_URL=true"}
	hasty := newDaemon(t, "", "")
	hasty.env = []string{"OAUTH1D_TOKENS_REQUEST_TTL=1s"}

	results := runScripts(t, "browser.mjs", map[string]any{
		"chromium":    chromium,
		"screenshots": os.Getenv("OAUTH1D_SCREENSHOTS"),
		"rounds": []round{
			openRound(t, "on loopback", loopback, true),
			openRound(t, "under a host name without JavaScript", named, false),
		},
		"hasty": openRound(t, "with hasty tokens", hasty, true),
	})
	for _, r := range results {
		t.Run(r.Round+"/"+r.Name, func(t *testing.T) {
			t.Logf("%d ms", r.MS)
			if r.Failure != "" {
				t.Error(r.Failure)
			}
		})
	}
}

// A round is a daemon with its surroundings, as the scripts read it.
type round struct {
	Name       string            `json:"name"`
	Base       string            `json:"base"`
	Consumer   string            `json:"consumer"` // origins
	Third      string            `json:"third"`
	Evil       string            `json:"evil"`
	Neighbour  string            `json:"neighbour"` // the daemon's host, another port
	Control    string            `json:"control"`
	Users      map[string]string `json:"users"`
	JavaScript bool              `json:"javaScript"`
}

func openRound(t *testing.T, name string, d *daemon, javaScript bool) round {
	t.Helper()
	d.env = append(d.env, "OAUTH1D_CONSENT_SITE_NAME=Lighthouse Photos", "OAUTH1D_CONSENT_SUPPORT_URL=https://help.example.test/")
	d.start()
	d.addUser("ada", adaPassword)
	d.addUser("grace", gracePassword)
	s := newSite(t, d)
	base, err := url.Parse(d.base)
	if err != nil {
		t.Fatal(err)
	}
	control := s.plain.URL
	port := control[strings.LastIndex(control, ":"):]
	return round{
		Name: name, Base: d.base, JavaScript: javaScript,
		Consumer: s.url("consumer.test", ""), Third: s.url("third.test", ""),
		Evil: "http://evil.test" + port, Neighbour: "http://" + base.Hostname() + port, Control: control,
		Users: map[string]string{"ada": adaPassword, "grace": gracePassword},
	}
}

// A scene is what came of one scenario.
type scene struct {
	Round   string `json:"round"`
	Name    string `json:"name"`
	Failure string `json:"failure"` // empty when all was as it should be
	MS      int    `json:"ms"`
}

// runScripts runs all scenarios of a script in one browser and returns what came
// of them. The last line that a script prints says how many there were.
func runScripts(t *testing.T, script string, setup any) []scene {
	t.Helper()
	in, err := json.Marshal(setup)
	if err != nil {
		t.Fatal(err)
	}
	fonts, err := filepath.Abs("testdata/fonts.conf")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", script)
	cmd.Dir = "testdata/node"
	cmd.Stdin = strings.NewReader(string(in))
	cmd.Stderr = os.Stderr
	cmd.Env = append(os.Environ(), "NODE_NO_WARNINGS=1", "FONTCONFIG_FILE="+fonts)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // so that it takes the browser along
	cmd.WaitDelay = 10 * time.Second
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	scenes, said := readScenes(t, out)
	if err := cmd.Wait(); err != nil {
		t.Errorf("the scripts ended with %v", err)
	}
	if len(scenes) == 0 || len(scenes) != said {
		t.Errorf("the scripts told of %d scenarios and said that there were %d", len(scenes), said)
	}
	return scenes
}

func readScenes(t *testing.T, out io.Reader) (scenes []scene, said int) {
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var line struct {
			scene
			Scenes int `json:"scenes"`
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Errorf("reading %q: %v", lines.Text(), err)
			continue
		}
		if line.Name == "" {
			said = line.Scenes
			continue
		}
		scenes = append(scenes, line.scene)
	}
	return scenes, said
}
