package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"oauth1d/provider/adminapi"
)

const dancersPassword = "correct horse battery"

// A stage is a daemon of its own with a user, to dance on.
type stage struct {
	t      *testing.T
	url    string
	client *adminapi.Client
	secret string // file with the consumers' secret
}

func newStage(t *testing.T) *stage {
	t.Helper()
	public, err := freeOr("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t, url: "http://" + public, secret: filepath.Join(t.TempDir(), "secret")}
	if err := os.WriteFile(s.secret, []byte("kd94hf93k423kf44\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "d")
	if out, err := exec.Command("oauth1d", "init", "--dir", dir, "--public-url", s.url).CombinedOutput(); err != nil {
		t.Fatalf("init: %v\n%s", err, out)
	}
	daemon := exec.Command("oauth1d", "serve", "-c", filepath.Join(dir, "oauth1d.yaml"))
	daemon.Env = append(os.Environ(), "OAUTH1D_LISTEN_PUBLIC="+public, "OAUTH1D_LISTEN_PRIVATE=127.0.0.1:0")
	words := &watched{arrived: make(chan struct{}, 1)}
	daemon.Stderr = words
	start(t, daemon)
	words.await(t, "oauth1d: listening on ")
	s.client = adminapi.NewClient(filepath.Join(dir, "admin.sock"))
	if _, err := s.client.AddUser(t.Context(), adminapi.NewUser{Name: "ada", Password: dancersPassword}); err != nil {
		t.Fatal(err)
	}
	for key, callback := range map[string]string{"printer": "oob", "site": "https://printer.example.test/ready"} {
		n := adminapi.NewConsumer{Key: key, Name: key, Secret: "kd94hf93k423kf44", Callbacks: []string{callback}}
		if _, err := s.client.AddConsumer(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// start starts a process that ends with the test.
func start(t *testing.T, c *exec.Cmd) {
	t.Helper()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Signal(os.Interrupt) // it may have ended by itself
		_ = c.Wait()
	})
}

// dance runs the command with these arguments. Once it waits for an answer, user
// is given the page it names, and returns what to type.
func (s *stage) dance(user func(page string) string, args ...string) (code int, stdout, stderr string) {
	s.t.Helper()
	c := exec.Command("oauth1d", append([]string{"dance", "--url", s.url, "--secret-file", s.secret}, args...)...)
	var out bytes.Buffer
	words := &watched{arrived: make(chan struct{}, 1)}
	c.Stdout, c.Stderr = &out, words
	typed, err := c.StdinPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		s.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	deadline := time.After(30 * time.Second)
	for asked := false; ; {
		select {
		case <-words.arrived:
			page := regexp.MustCompile(`(?s)press Allow:\n +(\S+)\n.*: $`).FindStringSubmatch(words.String())
			if page != nil && !asked {
				asked = true
				_, _ = io.WriteString(typed, user(page[1])+"\n") // if it has ended, its words say why
				typed.Close()
			}
		case <-ended:
			return c.ProcessState.ExitCode(), out.String(), words.String()
		case <-deadline:
			_ = c.Process.Kill()
			s.t.Fatalf("the dance stands still after\n%s", words.String())
		}
	}
}

// decides is a user who signs in and presses a button. It returns the PIN on the
// page, or the address that the browser is sent to.
func (s *stage) decides(decision string) func(page string) string {
	return func(page string) string {
		s.t.Helper()
		b := newDemoBrowser("https://printer.example.test/")
		signIn, err := b.open(s.t.Context(), page, "username")
		if err != nil {
			s.t.Fatal(err)
		}
		signIn.fields.Set("username", "ada")
		signIn.fields.Set("password", dancersPassword)
		consent, _, err := b.submit(s.t.Context(), signIn, "decision")
		if err != nil {
			s.t.Fatal(err)
		}
		consent.fields.Set("decision", decision)
		resp, err := b.client.PostForm(consent.action, consent.fields)
		if err != nil {
			s.t.Fatal(err)
		}
		defer resp.Body.Close()
		if to := resp.Header.Get("Location"); to != "" {
			return to
		}
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			s.t.Fatal(err)
		}
		pin := regexp.MustCompile(`id="oauth_verifier"[^>]*>([^<]+)<`).FindSubmatch(text)
		if pin == nil {
			return "" // nothing to bring back
		}
		return string(pin[1])
	}
}

func TestDancingFromTheTerminal(t *testing.T) {
	s := newStage(t)
	const back = "https://printer.example.test/ready"
	for _, row := range []struct {
		name   string
		user   func(page string) string
		args   []string
		code   int
		stderr string
	}{
		{"a PIN", s.decides("allow"), []string{"--consumer", "printer"}, 0, `3/3  access token`},
		{"a PIN with spaces", func(page string) string { return " " + strings.Join(strings.Split(s.decides("allow")(page), ""), " ") }, []string{"--consumer", "printer"}, 0, ``},
		{"the address that the browser ends at", s.decides("allow"), []string{"--consumer", "site", "--callback", back}, 0, `The address you are sent to: `},
		{"another method", s.decides("allow"), []string{"--consumer", "printer", "--method", "HMAC-SHA1"}, 0, `HMAC-SHA1`},
		{"the user says no, and comes back", s.decides("deny"), []string{"--consumer", "site", "--callback", back}, 6, `^oauth1d: the user said no`},
		{"the user says no, and has no PIN", s.decides("deny"), []string{"--consumer", "printer"}, 1, `^oauth1d: nothing was typed`},
		{"a wrong PIN", func(page string) string { s.decides("allow")(page); return "nonsense" }, []string{"--consumer", "printer"}, 6, `^oauth1d: .*verifier_invalid`},
		{"an address of another dance", func(string) string { return back + "?oauth_token=other&oauth_verifier=x" }, []string{"--consumer", "site", "--callback", back}, 1, `^oauth1d: that address belongs to another dance`},
		{"a consumer that is not known", nil, []string{"--consumer", "nobody"}, 6, `^oauth1d: .*consumer_key_unknown`},
		{"a callback that is not registered", nil, []string{"--consumer", "printer", "--callback", back}, 6, `^oauth1d: .*parameter_rejected`},
		{"a method that the consumer may not use", nil, []string{"--consumer", "printer", "--method", "PLAINTEXT"}, 6, `^oauth1d: .*signature_method_rejected`},
		{"a path that is not there", nil, []string{"--consumer", "printer", "--request-token-path", "/nothing"}, 1, `^oauth1d: .*404`},
	} {
		t.Run(row.name, func(t *testing.T) {
			code, stdout, stderr := s.dance(row.user, append(row.args, "--format", "json")...)
			if code != row.code || !regexp.MustCompile("(?m)"+row.stderr).MatchString(stderr) {
				t.Errorf("got exit code %d and the words\n%s\nwant %d and %q", code, stderr, row.code, row.stderr)
			}
			if got := regexp.MustCompile(`^\{"token":"[^"]+","secret":"[^"]+"\}\n$`).MatchString(stdout); got != (row.code == 0) {
				t.Errorf("got on stdout: %q", stdout)
			}
			if strings.Contains(stderr, "kd94hf93k423kf44") {
				t.Errorf("the secret is told in\n%s", stderr)
			}
		})
	}
}

// The access token that a dance ends with is good, and its words are quiet when
// told to be, but for the page to open.
func TestADanceEndsWithALiveToken(t *testing.T) {
	s := newStage(t)
	code, stdout, stderr := s.dance(s.decides("allow"), "--consumer", "printer", "-q")
	row := regexp.MustCompile(`^token +(\S+)\ntoken secret +(\S+)\n$`).FindStringSubmatch(stdout)
	if code != 0 || row == nil {
		t.Fatalf("got exit code %d and %q", code, stdout)
	}
	if strings.Contains(stderr, row[2]) || strings.Contains(stderr, "1/3") {
		t.Errorf("got the words\n%s\nwant the page only", stderr)
	}
	token, err := s.client.Token(t.Context(), row[1])
	if err != nil {
		t.Fatal(err)
	}
	if token.User != "ada" || token.Consumer != "printer" || token.State != "live" {
		t.Errorf("got %+v, want ada's live token of printer", token)
	}
}

func TestDancingNeedsAnAddressThatKeepsSecrets(t *testing.T) {
	s := newStage(t)
	for _, url := range []string{"http://auth.example.test", "ftp://127.0.0.1", "auth.example.test", s.url + "?x=y", "http://127.0.0.1.example.test", "http://localhost.example.test", "https://user@auth.example.test"} {
		out, err := exec.Command("oauth1d", "dance", "--url", url, "--consumer", "printer", "--secret-file", s.secret).CombinedOutput()
		var ended *exec.ExitError
		if !errors.As(err, &ended) || ended.ExitCode() != exitUsage {
			t.Errorf("%s: got %v, want exit code %d\n%s", url, err, exitUsage, out)
		}
	}
	// A daemon that is not there is told apart from one that refuses.
	s.url = "http://" + unusedAddress(t)
	if code, _, stderr := s.dance(nil, "--consumer", "printer"); code != exitUnreachable {
		t.Errorf("got exit code %d, want %d\n%s", code, exitUnreachable, stderr)
	}
}
