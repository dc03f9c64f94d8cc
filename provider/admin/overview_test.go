package admin_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"oauth1d/provider"
	"oauth1d/provider/adminapi"
	"oauth1d/provider/signin"
	"oauth1d/store"
)

func (h *house) overview() (o adminapi.Overview) {
	h.t.Helper()
	must(h.t, json.Unmarshal([]byte(h.made("GET", "/api/v1/overview", "").text), &o))
	return o
}

// found returns the finding with that code, if there is one.
func found(o adminapi.Overview, code string) (adminapi.Finding, bool) {
	i := slices.IndexFunc(o.Findings, func(f adminapi.Finding) bool { return f.Code == code })
	if i < 0 {
		return adminapi.Finding{}, false
	}
	return o.Findings[i], true
}

func TestAnOverviewOfAHealthyDaemonFindsNothing(t *testing.T) {
	h := build(t, nil)
	h.made("POST", "/api/v1/consumers", printer)
	h.made("POST", "/api/v1/users", ada)
	h.made("POST", "/api/v1/tokens", `{"consumer":"printer","user":"ada"}`)
	o := h.overview()
	if len(o.Findings) != 0 || !o.Ready {
		t.Errorf("got %+v, want no findings", o.Findings)
	}
	if o.Counts.Consumers != 1 || o.Counts.Users != 1 || o.Counts.AccessTokens != 1 {
		t.Errorf("got %+v, want one of each", o.Counts)
	}
	if want := "https://auth.example.test/oauth/request-token"; o.Endpoints.RequestToken != want || o.Endpoints.RevokeToken != "" {
		t.Errorf("got %+v, want %s and nothing that is switched off", o.Endpoints, want)
	}
}

func TestTheWorstIsFoundFirst(t *testing.T) {
	ready := errors.New("the disk is full")
	h := build(t, func(p *provider.Parts) {
		p.Ready = func(context.Context) error { return ready }
		p.Findings = func(context.Context) []adminapi.Finding {
			return []adminapi.Finding{
				{Severity: adminapi.Notice, Code: adminapi.RestartNeeded, Sentence: "a", Remedy: "b"},
				{Severity: adminapi.Warning, Code: adminapi.DiskLow, Sentence: "c", Remedy: "d"},
			}
		}
	})
	o := h.overview()
	var got []string
	for _, f := range o.Findings {
		got = append(got, f.Severity+" "+f.Code)
	}
	if want := []string{"critical not_ready", "warning disk_low", "notice restart_needed"}; !slices.Equal(got, want) || o.Ready {
		t.Errorf("got %v, want %v", got, want)
	}
	if f := o.Findings[0]; f.Sentence != "The daemon is not ready: the disk is full." || f.Args["reason"] != "the disk is full" {
		t.Errorf("got %+v, want that the disk is full", f)
	}
}

// An overview is looked at when something is wrong, so it must not need what is.
func TestAnOverviewIsThereWithoutAStore(t *testing.T) {
	h := build(t, nil)
	must(t, h.store.Close())
	f, there := found(h.overview(), adminapi.StoreFailed)
	if !there || f.Severity != adminapi.Critical {
		t.Errorf("got %+v, want that the store has failed", f)
	}
}

func smallKey(t *testing.T) []byte {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	must(t, err)
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	must(t, err)
	return der
}

func TestWhatIsToBeKnownOfConsumersIsFound(t *testing.T) {
	now := time.Now().Truncate(time.Second)
	ago := func(days int) int64 { return now.Add(-time.Duration(days) * 24 * time.Hour).Unix() }
	fresh := store.Consumer{Name: "x", Methods: []string{"HMAC-SHA256"}, Created: ago(100), Used: store.KeyUse{Secret: ago(1)}, Profile: store.ProfileRFC5849, BodyHash: store.BodyHashOff}
	small := smallKey(t)
	for _, row := range []struct {
		name   string
		change func(*store.Consumer)
		code   string // empty: nothing
		says   string
	}{
		{"one in use", func(*store.Consumer) {}, "", ""},
		{"a new one", func(c *store.Consumer) { c.Created, c.Used = ago(6), store.KeyUse{} }, "", ""},
		{"one that was never used", func(c *store.Consumer) { c.Used = store.KeyUse{} }, "never_used", `Consumer "k" was never used`},
		{"one that was used long ago", func(c *store.Consumer) { c.Used = store.KeyUse{PublicKey: ago(91)} }, "unused_long", "has not signed anything for 90 days"},
		{"one that was used long ago but for its old key", func(c *store.Consumer) { c.Used = store.KeyUse{Secret: ago(91), OldSecret: ago(1)} }, "", ""},
		{"one with a small key", func(c *store.Consumer) { c.PublicKey, c.Methods = small, []string{"RSA-SHA256"} }, "small_rsa_keys", "fewer than 2048 bits"},
		{"one with SHA-1 only", func(c *store.Consumer) { c.Methods = []string{"HMAC-SHA1", "RSA-SHA1"} }, "only_sha1", "SHA-1 only"},
		{"one with SHA-1 and others", func(c *store.Consumer) { c.Methods = []string{"HMAC-SHA1", "HMAC-SHA512"} }, "", ""},
		{"one whose old secret ends", func(c *store.Consumer) { c.OldUntil = now.Add(3 * 24 * time.Hour).Unix() }, "grace_ends", "old keys that are accepted for less than 7 days more"},
		{"one whose old secret has ended", func(c *store.Consumer) { c.OldUntil = now.Add(-time.Hour).Unix() }, "", ""},
		{"one whose old secret ends later", func(c *store.Consumer) { c.OldUntil = now.Add(8 * 24 * time.Hour).Unix() }, "", ""},
		{"a proposal", func(c *store.Consumer) { c.Proposed, c.Used = ago(10), store.KeyUse{} }, "proposals_wait", "waits for approval"},
		{"one that is disabled", func(c *store.Consumer) { c.Disabled, c.Used = true, store.KeyUse{} }, "", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			h := build(t, func(p *provider.Parts) { p.Now = func() time.Time { return now } })
			c := fresh
			c.Key = "k"
			row.change(&c)
			must(t, h.store.AddConsumer(t.Context(), c))
			o := h.overview()
			if row.code == "" {
				if len(o.Findings) != 0 {
					t.Errorf("got %+v, want nothing", o.Findings)
				}
				return
			}
			f, there := found(o, row.code)
			if !there || len(o.Findings) != 1 || !strings.Contains(f.Sentence, row.says) || f.Count != 1 || !slices.Equal(f.Consumers, []string{"k"}) {
				t.Errorf("got %+v, want %s that says %q", o.Findings, row.code, row.says)
			}
		})
	}
}

func TestAFindingOfManyConsumersNamesSome(t *testing.T) {
	now := time.Now()
	h := build(t, func(p *provider.Parts) { p.Now = func() time.Time { return now } })
	for i := range 12 {
		must(t, h.store.AddConsumer(t.Context(), store.Consumer{Key: string(rune('a' + i)), Name: "x", Created: 1, Methods: []string{"HMAC-SHA256"}}))
	}
	f, _ := found(h.overview(), adminapi.NeverUsed)
	if f.Count != 12 || len(f.Consumers) != 10 || f.Args["count"] != "12" || !strings.HasPrefix(f.Sentence, "12 consumers were never used") {
		t.Errorf("got %+v, want 12 and the names of ten", f)
	}
}

// The end of a grace period is worse when the old key is still in use.
func TestAnOldKeyInUseIsAWarning(t *testing.T) {
	now := time.Now()
	h := build(t, func(p *provider.Parts) { p.Now = func() time.Time { return now } })
	c := store.Consumer{Key: "k", Name: "x", Created: now.Unix(), Methods: []string{"HMAC-SHA256"}, OldUntil: now.Add(time.Hour).Unix()}
	must(t, h.store.AddConsumer(t.Context(), c))
	if f, _ := found(h.overview(), adminapi.GraceEnds); f.Severity != adminapi.Notice {
		t.Errorf("the old key is not used: got %+v, want a notice", f)
	}
	c.Key, c.Used = "used", store.KeyUse{OldSecret: now.Add(-time.Hour).Unix()}
	must(t, h.store.AddConsumer(t.Context(), c))
	if f, _ := found(h.overview(), adminapi.GraceEnds); f.Severity != adminapi.Warning || f.Count != 2 {
		t.Errorf("an old key is used: got %+v, want a warning about 2", f)
	}
}

func TestABackupThatIsMissingIsFound(t *testing.T) {
	now := time.Now()
	clock := func() time.Time { return now }
	h := build(t, func(p *provider.Parts) { p.Now = clock })
	h.made("POST", "/api/v1/consumers", printer) // the audit log begins
	if o := h.overview(); len(o.Findings) != 0 {
		t.Errorf("on the first day: got %+v, want nothing", o.Findings)
	}
	now = now.Add(50 * time.Hour)
	if f, there := found(h.overview(), adminapi.BackupNever); !there || f.Severity != adminapi.Warning {
		t.Errorf("without a backup: got %+v, want a warning", f)
	}
	h.made("POST", "/api/v1/backup", "")
	if _, there := found(h.overview(), adminapi.BackupNever); there {
		t.Error("after a backup: got that there is none")
	}
	now = now.Add(73 * time.Hour)
	if f, there := found(h.overview(), adminapi.BackupOld); !there || f.Args["days"] != "3" {
		t.Errorf("three days later: got %+v, want that the last is 3 days old", f)
	}
}

func TestRefusalsAreCountedByProblem(t *testing.T) {
	r := newRefuser(t)
	r.ask(r.header("https", "nobody"))
	r.ask(r.header("http", "printer"))
	r.now = r.now.Add(time.Second)
	latest := r.ask(r.header("http", "printer")).header.Get("X-Request-Id")
	o := r.overview()
	if len(o.Refusals) != 2 || o.Counts.Refusals != 3 {
		t.Fatalf("got %+v, want 3 of two problems", o.Refusals)
	}
	if first := o.Refusals[0]; first.Problem != "signature_invalid" || first.Count != 2 || first.LatestID != latest {
		t.Errorf("got %+v, want 2 of signature_invalid, the latest %s", first, latest)
	}
	r.now = r.now.Add(61 * time.Minute)
	if o := r.overview(); len(o.Refusals) != 0 {
		t.Errorf("an hour later: got %+v, want none", o.Refusals)
	}
}

func TestAnOverviewNeedsNoAuditLog(t *testing.T) {
	h := build(t, nil)
	must(t, os.Rename(h.journal, h.journal+".1"))
	if o := h.overview(); len(o.Findings) != 0 {
		t.Errorf("got %+v, want nothing", o.Findings)
	}
}

func TestASignInBackendThatDoesNotAnswerIsFound(t *testing.T) {
	down := true
	application := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if down {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		w.Header().Set("X-User", "ada")
	}))
	defer application.Close()
	h := buildWith(t, nil, func(c *provider.Config) {
		c.SignIn.Backend, c.Endpoints.Account = "application", "/oauth/account"
		c.SignIn.Application = signin.ApplicationConfig{URL: application.URL, LoginURL: application.URL + "/login", ReturnParameter: "to", UserHeader: "X-User"}
	})
	visit := func() { // somebody who is sent to the sign-in page
		target, cookies := "/oauth/account", []*http.Cookie{{Name: "session", Value: "x"}}
		for range 2 {
			r := httptest.NewRequest("GET", "https://auth.example.test"+target, nil)
			for _, c := range cookies {
				r.AddCookie(c)
			}
			w := httptest.NewRecorder()
			h.public.ServeHTTP(w, r)
			cookies = append(cookies, w.Result().Cookies()...)
			target = strings.TrimPrefix(w.Header().Get("Location"), "https://auth.example.test")
		}
	}
	if o := h.overview(); len(o.Findings) != 0 {
		t.Errorf("before anybody came: got %+v, want nothing", o.Findings)
	}
	visit()
	if f, there := found(h.overview(), adminapi.SignInUnreachable); !there || f.Severity != adminapi.Critical || f.Args["reason"] == "" {
		t.Errorf("the application is down: got %+v, want a critical finding", f)
	}
	down = false
	visit()
	if o := h.overview(); len(o.Findings) != 0 {
		t.Errorf("it is up again: got %+v, want nothing", o.Findings)
	}
}
