package admin_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/subtle"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// ADM-05: the answer to the form shows the secret, and nothing else ever does.
func TestPagesShowASecretOnce(t *testing.T) {
	c := open(t, nil)
	c.made("POST", "/api/v1/consumers", printer)
	given := "kd94hf93k423kf44"
	ada := c.administrator()
	form := ada.get("/admin/consumers/new")
	values := fields(form.form("/admin/consumers/new"))
	values.Set("name", "Jira")
	values.Set("key", "jira")
	added := ada.post("/admin/consumers/new", values)
	first := added.value("consumer_secret")
	rotated := ada.send(ada.get("/admin/consumers/jira/rotate"), "/admin/consumers/jira/rotate", url.Values{"grace_seconds": {"3600"}})
	second := rotated.value("consumer_secret")
	if first == "" || second == "" || first == second {
		t.Fatal("a secret that should have been shown was not")
	}
	rotated.wants(http.StatusOK, "The secret was replaced.", "The previous one is accepted until")
	for _, p := range []page{added, rotated} {
		if got := p.header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("a page with a secret has Cache-Control %q, want no-store", got)
		}
	}
	// Sent once more, as by a reload, the form does nothing.
	ada.post("/admin/consumers/new", values).wants(http.StatusConflict, "This was done already")
	values.Set("key", "jira2")
	ada.post("/admin/consumers/new", values).wants(http.StatusConflict, "This was done already")
	secrets := []string{first, second, given, bearer, adaPassword}
	for _, key := range []string{"jira", "printer"} {
		for _, path := range paths("GET") {
			path = strings.ReplaceAll(path, "printer", key)
			got := ada.get(path)
			for _, s := range secrets {
				if strings.Contains(got.text, s) {
					t.Errorf("GET %s holds a secret", path)
				}
			}
		}
		for _, tab := range []string{"details", "incoming", "rights", "limits"} {
			got := ada.get("/admin/consumers/" + key + "?tab=" + tab)
			for _, s := range secrets {
				if strings.Contains(got.text, s) {
					t.Errorf("the tab %s of %s holds a secret", tab, key)
				}
			}
		}
	}
}

func TestASecretIsSavedAsAFile(t *testing.T) {
	c := open(t, nil)
	ada := c.administrator()
	shown := ada.send(ada.get("/admin/consumers/new"), "/admin/consumers/new", url.Values{"name": {"Odd"}, "key": {`a"b$c/d`}, "secret": {`it's "$5" \ each`}})
	shown.wants(http.StatusOK, `The secret of Odd`)
	for _, test := range []struct{ format, name, kind, holds string }{
		{"env", `attachment; filename="oauth1d-a_b_c_d.env"`, "text/plain; charset=utf-8",
			"OAUTH_CONSUMER_KEY='a\"b$c/d'\nOAUTH_CONSUMER_SECRET=\"it's \\\"\\$5\\\" \\\\ each\"\nOAUTH_REQUEST_TOKEN_URL=https://auth.example.test/oauth/request-token\n"},
		{"json", `attachment; filename="oauth1d-a_b_c_d.json"`, "application/json", `"consumer_secret": "it's \"$5\" \\ each"`},
	} {
		got := ada.send(shown, "/admin/secret", url.Values{"format": {test.format}})
		h := got.header
		if got.status != http.StatusOK || h.Get("Content-Disposition") != test.name || h.Get("Content-Type") != test.kind || h.Get("Cache-Control") != "no-store" || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: got status %d and headers %v", test.format, got.status, h)
		}
		if !strings.Contains(got.text, test.holds) {
			t.Errorf("%s: got %q, want it to hold %q", test.format, got.text, test.holds)
		}
	}
	for name, typed := range map[string]url.Values{
		"another format":              {"format": {"html"}},
		"a key that breaks the line":  {"format": {"env"}, "key": {"a\nPATH=x"}},
		"a secret that breaks a line": {"format": {"env"}, "secret": {"a\r\nb"}},
		"no key":                      {"format": {"env"}, "key": {""}},
	} {
		if got := ada.send(shown, "/admin/secret", typed); got.status != http.StatusForbidden || got.header.Get("Content-Disposition") != "" {
			t.Errorf("%s: got status %d, want 403", name, got.status)
		}
	}
	if got := ada.get("/admin/secret"); strings.Contains(got.text, "each") {
		t.Error("by GET the secret is there")
	}
}

func TestKeysAreReplacedWithAnOverlap(t *testing.T) {
	c := open(t, nil)
	ada := c.administrator()
	keys := [2]string{publicPEM(t), publicPEM(t)}
	none := ada.send(ada.get("/admin/consumers/new"), "/admin/consumers/new", url.Values{"name": {"Jira"}, "key": {"jira"}, "methods": {"RSA-SHA256"}, "public_key": {keys[0]}})
	none.wants(http.StatusOK, "Jira is added", "It signs with its RSA key and has no secret.")
	before := ada.get("/admin/consumers/jira?tab=incoming")
	fingerprint := c.made("GET", "/api/v1/consumers/jira", "").fields["public_key"].(map[string]any)["sha256"].(string)
	before.wants(http.StatusOK, "RSA, 2048 bits: "+fingerprint[:8])
	empty := ada.send(ada.get("/admin/consumers/jira/public-key"), "/admin/consumers/jira/public-key", url.Values{"grace_seconds": {"86400"}})
	empty.wants(http.StatusUnprocessableEntity, "This is empty.")
	got := ada.send(empty, "/admin/consumers/jira/public-key", url.Values{"public_key": {keys[1]}, "grace_seconds": {"86400"}})
	after := got.follow(ada)
	after.wants(http.StatusOK, "The public key was replaced.", "Replaced public key", "Two keys are accepted beside each other until")
	ada.send(after, "/admin/consumers/jira/end-grace", nil).follow(ada).wants(http.StatusOK, "What the last rotation had replaced is void now.")
	if _, there := c.made("GET", "/api/v1/consumers/jira", "").fields["old"]; there {
		t.Error("the old key is still there")
	}
	bad := ada.send(ada.get("/admin/consumers/jira/public-key"), "/admin/consumers/jira/public-key", url.Values{"public_key": {keys[0]}, "grace_seconds": {"x"}})
	bad.wants(http.StatusUnprocessableEntity, "Choose one of these.")
}

func publicPEM(t *testing.T) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	must(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func TestWhatRequestsWithoutATokenMayDo(t *testing.T) {
	c := open(t, nil)
	c.made("POST", "/api/v1/consumers", printer)
	ada := c.administrator()
	const path = "/admin/consumers/printer/two-legged"
	set := func(typed url.Values) page {
		t.Helper()
		return ada.send(ada.get(path), path, typed)
	}
	set(url.Values{"two_legged": {"user"}, "acts_as": {" "}}).wants(http.StatusUnprocessableEntity, "This is empty.")
	set(url.Values{"two_legged": {"user"}, "acts_as": {"bob"}, "impersonates": {"ada\n@staff"}}).follow(ada).wants(http.StatusOK, "Accepted, as one user bob", "@staff")
	made := c.made("GET", "/api/v1/consumers/printer", "").fields
	wantField(t, made, "acts_as", "bob")
	wantField(t, made, "impersonates", "[ada @staff]")
	set(url.Values{"two_legged": {"nobody"}}).follow(ada).wants(http.StatusOK, "Accepted, as nobody")
	set(url.Values{"two_legged": {"off"}}).follow(ada)
	made = c.made("GET", "/api/v1/consumers/printer", "").fields
	wantField(t, made, "two_legged", "false")
	wantField(t, made, "impersonates", "[]")
}

// What is saved as .env is read back by a shell as it was.
func TestSavedSecretsAreReadBackByAShell(t *testing.T) {
	c := open(t, nil)
	ada := c.administrator()
	for _, secret := range []string{"plain", "two words", "it's", `"quoted"`, `a$HOME`, "`id`", `back\slash`, `it's "$5" \ and ` + "`id`", "#x", "a=b&c;d|e>f", "ünïcode"} {
		shown := ada.send(ada.get("/admin/consumers/new"), "/admin/consumers/new", url.Values{"name": {"Shell"}, "secret": {secret}})
		file := filepath.Join(t.TempDir(), "env")
		must(t, os.WriteFile(file, []byte(ada.send(shown, "/admin/secret", url.Values{"format": {"env"}}).text), 0o600))
		got, err := exec.CommandContext(t.Context(), "/bin/sh", "-c", `. "$0"; printf %s "$OAUTH_CONSUMER_SECRET"`, file).Output()
		must(t, err)
		if subtle.ConstantTimeCompare(got, []byte(secret)) != 1 {
			t.Errorf("%s: got %s", secret, got)
		}
	}
}
