package signin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"oauth1d/store"
)

func TestOIDCProviderIsDownAtStartAndLater(t *testing.T) {
	good := startHostile(t)
	o := good.client(t, nil)
	address := good.server.Listener.Addr().String()
	good.server.Close()
	o.client.CloseIdleConnections()

	if _, err := o.Begin(t.Context(), callback, ""); codeOf(err) != "signin_unavailable" {
		t.Fatalf("while it is down: got %v", err)
	}
	if _, err := o.LookUp(t.Context(), "ada", store.Secret("rt")); codeOf(err) != "signin_unavailable" || errors.Is(err, ErrGone) {
		t.Errorf("looking up while it is down: got %v", err)
	}

	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	good.server = httptest.NewUnstartedServer(good.handler(t))
	good.server.Listener.Close()
	good.server.Listener = l
	good.server.StartTLS()
	if got, err := good.finish(t, o); err != nil || got.User != "ada" {
		t.Fatalf("when it is up: got %q and %v", got.User, err)
	}
	start := begin(t, o)

	good.server.Close()
	r := httptest.NewRequest(http.MethodGet, callback+"?code=c&state="+start.State, nil)
	if _, err := o.Finish(t.Context(), r, start.Pending); codeOf(err) != "signin_unavailable" {
		t.Errorf("down again: got %v", err)
	}
	if _, err := o.LookUp(t.Context(), "ada", store.Secret("rt")); codeOf(err) != "signin_unavailable" || errors.Is(err, ErrGone) {
		t.Errorf("looking up when it is down again: got %v", err)
	}
}

func TestOIDCProviderHangs(t *testing.T) {
	const discovery = "/.well-known/openid-configuration"
	for _, path := range []string{discovery, "/token", "/keys", "/me"} {
		h := startHostile(t)
		h.idToken["groups"] = nil
		var well atomic.Bool
		h.serve[path] = func(w http.ResponseWriter, r *http.Request) {
			if well.Load() {
				h.answer(t, w, r)
				return
			}
			_, _ = io.Copy(io.Discard, r.Body) // only then does the server see the asker go
			<-r.Context().Done()
		}
		o := h.client(t, func(c *OIDCConfig) { c.Timeout = 300 * time.Millisecond })
		began := time.Now()
		if _, err := h.finish(t, o); codeOf(err) != "signin_unavailable" {
			t.Errorf("%s hangs: got %v", path, err)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s hangs: waited for %v", path, took)
		}
		if _, err := o.LookUp(t.Context(), "ada", store.Secret("rt")); codeOf(err) != "signin_unavailable" {
			t.Errorf("%s hangs: looking up: got %v", path, err)
		}
		// Who comes next may still wait with others for the last answer; who comes
		// then finds the provider well.
		well.Store(true)
		_, err := h.finish(t, o)
		for began = time.Now(); err != nil && time.Since(began) < 5*time.Second; {
			_, err = h.finish(t, o)
		}
		if err != nil {
			t.Errorf("%s hung: then got %v", path, err)
		}
	}
}

// A person who gives up frees whoever waits with them from nothing: the question
// goes on for the others, and is asked once for all.
func TestOIDCAsksOnceForAll(t *testing.T) {
	h := startHostile(t)
	release := make(chan struct{})
	var asked sync.WaitGroup
	asked.Add(1)
	h.serve["/.well-known/openid-configuration"] = func(w http.ResponseWriter, _ *http.Request) {
		asked.Done() // a second question panics
		<-release
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"issuer":%q,"authorization_endpoint":%[1]q,"token_endpoint":%[1]q,"jwks_uri":%[1]q}`, h.server.URL)
	}
	o := h.client(t, nil)
	ctx, giveUp := context.WithCancel(t.Context())
	gone := make(chan error)
	go func() {
		_, err := o.Begin(ctx, callback, "")
		gone <- err
	}()
	asked.Wait()
	others := make(chan error)
	for range 20 {
		go func() {
			_, err := o.Begin(t.Context(), callback, "")
			others <- err
		}()
	}
	giveUp()
	if err := <-gone; !errors.Is(err, context.Canceled) || codeOf(err) == "signin_unavailable" {
		t.Errorf("who gave up got %v", err)
	}
	close(release)
	for range 20 {
		if err := <-others; err != nil {
			t.Errorf("who waited got %v", err)
		}
	}
	if n := len(h.seen); n != 1 {
		t.Errorf("the provider was asked %d times", n)
	}
}

// Whoever looks somebody up and gives up in the middle would lose the new
// refresh token, and the user with it.
func TestOIDCFinishesALookUpThatWasGivenUp(t *testing.T) {
	h := startHostile(t)
	h.nonce = "n"
	o := h.client(t, nil)
	ctx, giveUp := context.WithCancel(t.Context())
	h.serve["/token"] = func(w http.ResponseWriter, _ *http.Request) {
		giveUp()
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"access_token":"at","token_type":"Bearer","refresh_token":"rt2","id_token":%q}`, h.token(t))
	}
	got, err := o.LookUp(ctx, "ada", store.Secret("rt1"))
	if err != nil || got.User != "ada" || got.Refresh.Reveal() != "rt2" {
		t.Errorf("got %q with a refresh token of %d bytes and %v", got.User, len(got.Refresh), err)
	}
}

func TestNewOIDCRefusesWhatCannotWork(t *testing.T) {
	const good = "https://id.example.org/realms/staff"
	rows := []struct {
		name string
		c    OIDCConfig
		want []string // parts of the error; none: accepted
	}{
		{"an https issuer", OIDCConfig{Issuer: good, ClientID: "c"}, nil},
		{"an http issuer on loopback", OIDCConfig{Issuer: "http://127.0.0.1:5556/dex", ClientID: "c"}, nil},
		{"an http issuer elsewhere", OIDCConfig{Issuer: "http://id.example.org", ClientID: "c"}, []string{"issuer"}},
		{"a host that only sounds like loopback", OIDCConfig{Issuer: "http://127.0.0.1.example.org", ClientID: "c"}, []string{"issuer"}},
		{"an issuer with a query", OIDCConfig{Issuer: good + "?a=b", ClientID: "c"}, []string{"issuer"}},
		{"an issuer with a password", OIDCConfig{Issuer: "https://a:b@id.example.org", ClientID: "c"}, []string{"issuer"}},
		{"nothing", OIDCConfig{}, []string{"issuer", "client id"}},
		{"scopes without openid", OIDCConfig{Issuer: good, ClientID: "c", Scopes: []string{"profile"}}, []string{"openid"}},
		{"two scopes in one", OIDCConfig{Issuer: good, ClientID: "c", Scopes: []string{"openid", "a b"}}, []string{`"a b"`}},
	}
	for _, row := range rows {
		_, err := NewOIDC(row.c)
		if (err == nil) != (row.want == nil) {
			t.Errorf("%s: got %v", row.name, err)
			continue
		}
		for _, part := range row.want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: got %v, want %q in it", row.name, err, part)
			}
		}
	}
}

func TestOIDCPrintsNoSecret(t *testing.T) {
	h := startHostile(t)
	o := h.client(t, nil)
	start := begin(t, o)
	kept := o.visitOf(t, start)
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%d"} {
		for _, value := range []any{o, Backend{Elsewhere: o, Directory: o}, kept, &kept, []visit{kept}} {
			text := fmt.Sprintf(format, value)
			if strings.Contains(text, clientSecret) || strings.Contains(text, kept.Verifier) || strings.Contains(text, kept.State) {
				t.Errorf("%s of %T shows a secret: %s", format, value, text)
			}
		}
	}
}
