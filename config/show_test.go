package config

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWhatIsShownLoadsToTheSame(t *testing.T) {
	// Absolute, so that the paths in it are the same when shown elsewhere.
	everything, err := filepath.Abs("testdata/good/everything.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{everything, file(t, enough)} {
		for _, origin := range []bool{false, true} {
			want, err := Load(path, []string{"OAUTH1D_CONSENT_SITE_NAME=a \"quoted\" # name"}, nil)
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			if err := want.Show(&b, origin); err != nil {
				t.Fatal(err)
			}
			got, err := Load(file(t, b.String()), nil, nil)
			if err != nil {
				t.Fatalf("loading what was shown: %v\n%s", err, &b)
			}
			if diff := cmp.Diff(got, want, sameConfig); diff != "" {
				t.Errorf("%s, shown with origin %v (-got +want):\n%s", path, origin, diff)
			}
		}
	}
}

func TestOriginsAreShown(t *testing.T) {
	path := file(t, enough+"admin:\n  token_file: token\npolicy:\n  routes: [{match: /feeds/**, anonymous: pass}]\n")
	beside(t, path, "token", "hunter2", 0o600)
	c, err := Load(path, []string{"OAUTH1D_TOKENS_REQUEST_TTL=90s"}, map[string]string{"log.level": "debug"})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := c.Show(&b, true); err != nil {
		t.Fatal(err)
	}
	shown := strings.Join(strings.Fields(b.String()), " ") + " "
	for _, want := range []string{
		`public_url: "https://auth.example.test" # ` + path + `:1 `,
		`request_ttl: "1m30s" # OAUTH1D_TOKENS_REQUEST_TTL (environment) `,
		`level: "debug" # flag `,
		`access: true # default `,
		`scopes: [] # default `,
		`routes: # ` + path + `:5 - {match: "/feeds/**", anonymous: "pass"} `,
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("no line %q in:\n%s", want, &b)
		}
	}
	if strings.Contains(b.String(), "hunter2") {
		t.Errorf("a secret is shown:\n%s", &b)
	}
}
