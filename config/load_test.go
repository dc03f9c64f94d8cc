package config

import (
	"errors"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const enough = "public_url: https://auth.example.test\n"

// file writes a configuration of its own.
func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "oauth1d.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func load(t *testing.T, text string, environ []string, flags map[string]string) *Config {
	t.Helper()
	c, err := Load(file(t, text), environ, flags)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// sameConfig compares values, not where they came from.
var sameConfig = cmp.Options{
	cmpopts.IgnoreFields(Config{}, "origins"),
	cmpopts.IgnoreFields(Scope{}, "at"),
	cmpopts.IgnoreFields(Route{}, "at"),
	cmp.Comparer(func(a, b netip.Prefix) bool { return a == b }),
	cmp.Comparer(func(a, b Secret) bool { return string(a.text) == string(b.text) }),
	cmpopts.EquateEmpty(),
}

func TestOnePublicURLIsEnough(t *testing.T) {
	path := file(t, enough)
	c, err := Load(path, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := c.Store.Path, filepath.Join(filepath.Dir(path), "oauth1d.db"); got != want {
		t.Errorf("store.path: got %q, want it beside the file, %q", got, want)
	}
	if got, want := c.Realm, "https://auth.example.test"; got != want {
		t.Errorf("realm: got %q, want public_url, %q", got, want)
	}
	if got, want := c.Consent.SiteName, "auth.example.test"; got != want {
		t.Errorf("consent.site_name: got %q, want %q", got, want)
	}
}

func TestTheEnvironmentIsEnough(t *testing.T) {
	c, err := Load("", []string{"PATH=/bin", "OAUTH1D_PUBLIC_URL=https://auth.example.test"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := c.Store.Path, "oauth1d.db"; got != want {
		t.Errorf("store.path: got %q, want %q", got, want)
	}
}

func TestExampleHoldsTheDefaults(t *testing.T) {
	set := []string{"OAUTH1D_PUBLIC_URL=https://auth.example.test"}
	got, err := Load("example.yaml", set, nil)
	if err != nil {
		t.Fatal(err)
	}
	want, err := Load("", set, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(got, want, sameConfig); diff != "" {
		t.Errorf("example.yaml (-got +defaults):\n%s", diff)
	}
}

func TestEveryKeyCanBeSet(t *testing.T) {
	got, err := Load("testdata/good/everything.yaml", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(got, everything, sameConfig); diff != "" {
		t.Errorf("testdata/good/everything.yaml (-got +want):\n%s", diff)
	}
	elsewhere := []string{"admin.token_file", "admin.introspection_token_file", "admin.handover_token_file", "proxy.secret_file", "signin.user_token_file",
		"tls.cert_file", "tls.key_file", // see secret_test.go
		"signin.application.user_path", "signin.application.groups_header"} // see signin_test.go
	for _, k := range keys {
		if got.Origin(k.name) == "default" && !slices.Contains(elsewhere, k.name) {
			t.Errorf("%s is not set in the file", k.name)
		}
	}
}

func TestAFlagBeatsTheEnvironmentBeatsTheFileBeatsTheDefault(t *testing.T) {
	inFile := enough + "realm: of the file\n"
	variable := []string{"OAUTH1D_REALM=of the environment"}
	flag := map[string]string{"realm": "of the flag"}
	for _, row := range []struct {
		name, text   string
		environ      []string
		flags        map[string]string
		want, origin string
	}{
		{"nothing is set", enough, nil, nil, "https://auth.example.test", "default"},
		{"the file", inFile, nil, nil, "of the file", "oauth1d.yaml:2"},
		{"the environment over the file", inFile, variable, nil, "of the environment", "OAUTH1D_REALM (environment)"},
		{"a flag over both", inFile, variable, flag, "of the flag", "flag"},
		{"a flag over the default", enough, nil, flag, "of the flag", "flag"},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := load(t, row.text, row.environ, row.flags)
			if c.Realm != row.want {
				t.Errorf("realm: got %q, want %q", c.Realm, row.want)
			}
			if got := filepath.Base(c.Origin("realm")); got != row.origin {
				t.Errorf("origin: got %q, want %q", got, row.origin)
			}
		})
	}
}

func TestUnsetAndEmptyAreDifferent(t *testing.T) {
	loopback := Peers{Unix: true, Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}}
	for _, row := range []struct {
		name, text string
		environ    []string
		want       Peers
	}{
		{"unset trusts loopback", enough, nil, loopback},
		{"an empty list trusts nobody", enough + "proxy:\n  trusted: []\n", nil, Peers{}},
		{"an empty variable trusts nobody", enough, []string{"OAUTH1D_PROXY_TRUSTED="}, Peers{}},
		{"a section of comments is unset", enough + "proxy:\n  # trusted: []\n", nil, loopback},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := load(t, row.text, row.environ, nil).Proxy.Trusted
			if !reflect.DeepEqual(got, row.want) {
				t.Errorf("proxy.trusted: got %v, want %v", got, row.want)
			}
		})
	}
}

func TestVariables(t *testing.T) {
	c := load(t, enough, []string{
		"OAUTH1D_SIGNATURE_METHODS=HMAC-SHA256, RSA-SHA256",
		"OAUTH1D_VERIFY_HEADERS_TOKEN_ID=X-Token",
		"OAUTH1D_LOG_ACCESS=false",
		"OAUTH1D_LIMITS_FORM=2MiB",
		// What Kubernetes adds for Services named oauth1d and oauth1d-private.
		"OAUTH1D_PORT=tcp://10.0.0.1:5849",
		"OAUTH1D_PORT_5849_TCP=tcp://10.0.0.1:5849",
		"OAUTH1D_PORT_5849_TCP_ADDR=10.0.0.1",
		"OAUTH1D_SERVICE_HOST=10.0.0.1",
		"OAUTH1D_SERVICE_PORT=5849",
		"OAUTH1D_PRIVATE_SERVICE_PORT_METRICS=5850",
	}, nil)
	if diff := cmp.Diff(c.Signature.Methods, []string{"HMAC-SHA256", "RSA-SHA256"}); diff != "" {
		t.Errorf("signature.methods (-got +want):\n%s", diff)
	}
	if got := c.Verify.Headers.TokenID; got != "X-Token" {
		t.Errorf("verify.headers.token_id: got %q", got)
	}
	if c.Log.Access {
		t.Error("log.access: got true, want false")
	}
	if got := c.Limits.Form; got != 2<<20 {
		t.Errorf("limits.form: got %s, want 2MiB", got)
	}
}

func TestUnsetDefaultsFollowSmallerLimits(t *testing.T) {
	c := load(t, enough+"signin:\n  session_ttl: 10m\nlimits:\n  header: 8KiB\n", nil, nil)
	if got := c.Signin.SessionIdleTTL; got != 10*time.Minute {
		t.Errorf("signin.session_idle_ttl: got %s, want 10m", got)
	}
	if got := c.Limits.Target; got != 8<<10 {
		t.Errorf("limits.target: got %s, want 8KiB", got)
	}
}

func TestWhatIsSafeByOtherMeansIsAccepted(t *testing.T) {
	for name, text := range map[string]string{
		"http on loopback":               "public_url: http://127.0.0.1:5849\n",
		"http on localhost":              "public_url: http://localhost:5849\n",
		"http on IPv6 loopback":          "public_url: \"http://[::1]:5849\"\n",
		"http when said aloud":           "public_url: http://auth.example.test\nunsafe:\n  http_public_url: true\n",
		"small keys when said aloud":     enough + "signature:\n  min_rsa_bits: 1024\nunsafe:\n  small_rsa_keys: true\n",
		"no dialect in inline mode":      enough + "verify:\n  dialects: []\nupstream:\n  url: http://127.0.0.1:8080\n",
		"both listeners on any port":     enough + "listen:\n  public: 127.0.0.1:0\n  private: 127.0.0.1:0\n",
		"the shortest network of anyone": enough + "proxy:\n  trusted: [fc00::/7, 10.0.0.0/8]\n",
	} {
		t.Run(name, func(t *testing.T) { load(t, text, nil, nil) })
	}
}

func TestAMissingFileIsNoMistake(t *testing.T) {
	_, err := Load(filepath.Join(t.TempDir(), "none.yaml"), nil, nil)
	var mistakes Errors
	if !errors.Is(err, fs.ErrNotExist) || errors.As(err, &mistakes) {
		t.Errorf("got %v, want that the file does not exist", err)
	}
}

func TestAnEmptyFileLacksThePublicURLOnly(t *testing.T) {
	for _, text := range []string{"", "# nothing\n", "---\n"} {
		_, err := Load(file(t, text), nil, nil)
		var mistakes Errors
		if !errors.As(err, &mistakes) || len(mistakes) != 1 || mistakes[0].Key != "public_url" {
			t.Errorf("%q: got %v, want one mistake about public_url", text, err)
		}
	}
}
