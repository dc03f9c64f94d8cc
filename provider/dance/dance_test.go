package dance

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"oauth1d/provider/audit"
	"oauth1d/provider/oauth1"
	"oauth1d/provider/pages"
	"oauth1d/provider/signin"
	"oauth1d/provider/verify"
	"oauth1d/provider/web"
	"oauth1d/store"
	"oauth1d/store/boltstore"
	"oauth1d/store/storetest"
)

const callback = "https://printer.example.net/ready"

// A fixture is the token endpoints on a real store whose answers can be lost,
// with a clock that the test turns.
type fixture struct {
	t     *testing.T
	store *storetest.Faulty
	audit *auditLog
	web   *web.Web
	dance *Handler

	mu    sync.Mutex
	clock time.Time
}

// auditLog takes events, or fails.
type auditLog struct{ err error }

func (a *auditLog) Append(context.Context, audit.Event) error { return a.err }

func (f *fixture) now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.clock
}

func (f *fixture) turn(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.clock = f.clock.Add(d)
}

func newFixture(t *testing.T, c Config) *fixture {
	t.Helper()
	f := &fixture{t: t, clock: time.Unix(1_800_000_000, 0), audit: &auditLog{}}
	master := store.Secret("0123456789abcdef0123456789abcdef")
	id, err := store.NewIdentity(master, f.clock)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	bc := boltstore.Config{Path: filepath.Join(dir, "db"), Nonces: filepath.Join(dir, "nonces"), Now: f.now, Fatal: func(err error) { t.Errorf("store is lost: %v", err) }}
	if err := boltstore.Create(bc, id); err != nil {
		t.Fatal(err)
	}
	s, err := boltstore.Open(bc)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	keys, err := store.OpenKeyring(master, id)
	if err != nil {
		t.Fatal(err)
	}
	f.store = storetest.NewFaulty(s)
	for _, key := range []string{"printer", "jira"} {
		sealed, err := keys.Seal(store.Secret(key+" secret"), store.ConsumerSecretPlace(key))
		if err != nil {
			t.Fatal(err)
		}
		consumer := store.Consumer{Key: key, Name: key, Secret: sealed, Methods: []string{oauth1.HMACSHA1}, Callbacks: []string{callback, "oob"}, Profile: store.ProfileRFC5849}
		if key == "jira" {
			consumer.Profile = store.ProfileAtlassian
		}
		if err := s.AddConsumer(t.Context(), consumer); err != nil {
			t.Fatal(err)
		}
	}
	if c.Pages, err = pages.New(pages.Config{Site: pages.Site{Name: "Photos", StaticPath: "/oauth/static/"}}); err != nil {
		t.Fatal(err)
	}
	people, err := signin.New(s, keys, signin.NewUsers(s, signin.UsersConfig{}), signin.Config{Pages: c.Pages})
	if err != nil {
		t.Fatal(err)
	}
	if f.web, err = web.New(web.Config{PublicURL: "https://auth.example.net", Pages: c.Pages}); err != nil {
		t.Fatal(err)
	}
	c.Base, c.Now = verify.Base{Scheme: "https", Host: "auth.example.net"}, f.now
	f.dance = New(f.store, keys, verify.New(f.store, keys, verify.Config{Now: f.now}), people, f.audit, c)
	return f
}

// A call is a signed request to a token endpoint.
type call struct {
	consumer      string // default printer
	token, secret string
	extra         []oauth1.Pair
}

func (f *fixture) post(path string, h web.Handler, c call) (int, http.Header, map[string]string) {
	f.t.Helper()
	if c.consumer == "" {
		c.consumer = "printer"
	}
	s := oauth1.Signer{ConsumerKey: c.consumer, ConsumerSecret: []byte(c.consumer + " secret"), Token: c.token, TokenSecret: []byte(c.secret), Method: oauth1.HMACSHA1, Now: f.now}
	header, err := s.Authorization(&oauth1.Message{Method: "POST", Scheme: "https", Host: "auth.example.net", Target: path}, c.extra...)
	if err != nil {
		f.t.Fatal(err)
	}
	r := httptest.NewRequest("POST", path, nil)
	r.Host = "internal.example.net" // never looked at
	r.Header.Set("Authorization", header)
	w := httptest.NewRecorder()
	f.web.Protocol("endpoint", h).ServeHTTP(w, r)
	pairs, err := oauth1.Decode(w.Body.String())
	if err != nil {
		f.t.Fatalf("reading the answer %q: %v", w.Body, err)
	}
	got := map[string]string{}
	for _, p := range pairs {
		got[p.Name] = p.Value
	}
	return w.Code, w.Header(), got
}

func (f *fixture) requestToken(consumer string, extra ...oauth1.Pair) (int, http.Header, map[string]string) {
	f.t.Helper()
	return f.post("/oauth/request-token", f.dance.ServeRequestToken, call{consumer: consumer, extra: extra})
}

func (f *fixture) accessToken(c call) (int, map[string]string) {
	f.t.Helper()
	status, _, got := f.post("/oauth/access-token", f.dance.ServeAccessToken, c)
	return status, got
}

// begin gets a request token, which the user then decides about.
func (f *fixture) begin(decide bool, d store.Decision) call {
	f.t.Helper()
	status, _, got := f.requestToken("printer", oauth1.Pair{Name: "oauth_callback", Value: callback})
	if status != 200 {
		f.t.Fatalf("request token: got %d %v", status, got)
	}
	if decide {
		if err := f.store.Decide(f.t.Context(), store.TokenID(got["oauth_token"]), d); err != nil {
			f.t.Fatal(err)
		}
	}
	return call{token: got["oauth_token"], secret: got["oauth_token_secret"]}
}

func allowed() store.Decision {
	return store.Decision{User: "ada", Allowed: true, Verifier: store.VerifierHash("right")}
}

func with(c call, verifier string) call {
	c.extra = []oauth1.Pair{{Name: "oauth_verifier", Value: verifier}}
	return c
}

func TestRequestToken(t *testing.T) {
	f := newFixture(t, Config{})
	tests := []struct {
		name, consumer string
		extra          []oauth1.Pair
		status         int
		problem        string
		advice         string
	}{
		{"a registered callback", "printer", []oauth1.Pair{{Name: "oauth_callback", Value: callback}}, 200, "", ""},
		{"out of band", "printer", []oauth1.Pair{{Name: "oauth_callback", Value: "oob"}}, 200, "", ""},
		{"no callback", "printer", nil, 400, "parameter_absent", "oauth_callback"},
		{"an empty callback", "printer", []oauth1.Pair{{Name: "oauth_callback"}}, 400, "parameter_absent", "oauth_callback"},
		{"another callback", "printer", []oauth1.Pair{{Name: "oauth_callback", Value: "https://evil.example.net/"}}, 400, "parameter_rejected", "not registered"},
		{"a slash too many", "printer", []oauth1.Pair{{Name: "oauth_callback", Value: callback + "/"}}, 400, "parameter_rejected", "trailing slash"},
		{"another scheme", "printer", []oauth1.Pair{{Name: "oauth_callback", Value: "http" + callback[5:]}}, 400, "parameter_rejected", "scheme"},
		{"another case", "printer", []oauth1.Pair{{Name: "oauth_callback", Value: strings.ToUpper(callback)}}, 400, "parameter_rejected", "case"},
		{"a query added", "printer", []oauth1.Pair{{Name: "oauth_callback", Value: callback + "?x=1"}}, 400, "parameter_rejected", "query"},
		{"an unknown consumer", "nobody", []oauth1.Pair{{Name: "oauth_callback", Value: callback}}, 401, "consumer_key_unknown", "registered"},
	}
	for _, tt := range tests {
		status, h, got := f.requestToken(tt.consumer, tt.extra...)
		if status != tt.status || got["oauth_problem"] != tt.problem || !strings.Contains(got["oauth_problem_advice"], tt.advice) {
			t.Errorf("%s: got %d %v, want %d %s with %q", tt.name, status, got, tt.status, tt.problem, tt.advice)
		}
		if tt.status == 200 && (got["oauth_callback_confirmed"] != "true" || len(got["oauth_token"]) < 22 || len(got["oauth_token_secret"]) < 22) {
			t.Errorf("%s: got %v", tt.name, got)
		}
		if h.Get("Cache-Control") != "no-store" || h.Get("Set-Cookie") != "" || h.Get("Content-Type") != "application/x-www-form-urlencoded" {
			t.Errorf("%s: got headers %v", tt.name, h)
		}
	}
}

func TestAtlassianConsumersAreAnsweredInPlainText(t *testing.T) {
	f := newFixture(t, Config{})
	_, h, _ := f.requestToken("jira", oauth1.Pair{Name: "oauth_callback", Value: callback})
	if got := h.Get("Content-Type"); got != "text/plain; charset=utf-8" {
		t.Errorf("got %q", got)
	}
}

func TestPendingRequestTokensAreCapped(t *testing.T) {
	f := newFixture(t, Config{Pending: 2})
	for i, want := range []int{200, 200, 429} {
		if status, _, got := f.requestToken("printer", oauth1.Pair{Name: "oauth_callback", Value: callback}); status != want {
			t.Errorf("request token %d: got %d %v, want %d", i, status, got, want)
		}
	}
	f.turn(11 * time.Minute)
	if status, _, got := f.requestToken("printer", oauth1.Pair{Name: "oauth_callback", Value: callback}); status != 200 {
		t.Errorf("after they expired: got %d %v", status, got)
	}
}

func TestAccessToken(t *testing.T) {
	f := newFixture(t, Config{})
	good := f.begin(true, allowed())
	undecided := f.begin(false, store.Decision{})
	denied := f.begin(true, store.Decision{User: "ada"})
	other := f.begin(true, allowed())
	other.consumer = "jira"
	tests := []struct {
		name    string
		call    call
		status  int
		problem string
	}{
		{"no verifier", good, 400, "parameter_absent"},
		{"a wrong verifier", with(good, "wrong"), 401, "verifier_invalid"},
		{"the verifier in another case", with(good, "Right"), 401, "verifier_invalid"},
		{"the user has not decided", with(undecided, "right"), 401, "permission_unknown"},
		{"the user said no", with(denied, "right"), 401, "permission_denied"},
		{"another consumer", with(other, "right"), 401, "token_rejected"},
		{"the right verifier", with(good, "right"), 200, ""},
		{"the same again", with(good, "right"), 401, "token_rejected"},
	}
	for _, tt := range tests {
		status, got := f.accessToken(tt.call)
		if status != tt.status || got["oauth_problem"] != tt.problem {
			t.Errorf("%s: got %d %v, want %d %s", tt.name, status, got, tt.status, tt.problem)
		}
	}
}

func TestATokenDiesOfWrongVerifiers(t *testing.T) {
	f := newFixture(t, Config{})
	c := f.begin(true, allowed())
	for range store.MaxVerifierTries {
		f.accessToken(with(c, "wrong"))
	}
	if status, got := f.accessToken(with(c, "right")); status != 401 || got["oauth_problem"] != "token_rejected" {
		t.Errorf("got %d %v, want token_rejected", status, got)
	}
}

func TestAnExpiredRequestTokenIsNamedAsSuch(t *testing.T) {
	f := newFixture(t, Config{})
	c := f.begin(true, allowed())
	f.turn(10 * time.Minute)
	if _, got := f.accessToken(with(c, "right")); got["oauth_problem"] != "token_expired" {
		t.Errorf("got %v, want token_expired", got)
	}
}

func TestOfConcurrentExchangesOneWins(t *testing.T) {
	f := newFixture(t, Config{})
	c := f.begin(true, allowed())
	const copies = 16
	results := make(chan int, copies)
	for range copies {
		go func() {
			status, _ := f.accessToken(with(c, "right"))
			results <- status
		}()
	}
	won := 0
	for range copies {
		if <-results == 200 {
			won++
		}
	}
	if won != 1 {
		t.Errorf("%d exchanges won, want 1", won)
	}
}

// What may or may not have happened is refused, and nothing of it is shown.
func TestLostAnswersAreRefusals(t *testing.T) {
	lost := errors.New("answer lost")
	for _, tt := range []struct {
		act  storetest.Act
		call func(f *fixture) (int, map[string]string)
	}{
		{storetest.ActCreateRequestToken, func(f *fixture) (int, map[string]string) {
			status, _, got := f.requestToken("printer", oauth1.Pair{Name: "oauth_callback", Value: callback})
			return status, got
		}},
		{storetest.ActUseNonce, func(f *fixture) (int, map[string]string) {
			status, _, got := f.requestToken("printer", oauth1.Pair{Name: "oauth_callback", Value: callback})
			return status, got
		}},
		{storetest.ActRedeem, func(f *fixture) (int, map[string]string) {
			c := f.begin(true, allowed())
			f.store.After(storetest.ActRedeem, lost)
			return f.accessToken(with(c, "right"))
		}},
	} {
		f := newFixture(t, Config{})
		if tt.act != storetest.ActRedeem {
			f.store.After(tt.act, lost)
		}
		if status, got := tt.call(f); status < 500 || got["oauth_token"] != "" || strings.Contains(got["oauth_problem_advice"], "lost") {
			t.Errorf("%s: got %d %v, want a 5xx that shows nothing", tt.act, status, got)
		}
	}
}

// No credential leaves before its line in the audit log.
func TestNothingLeavesUnaudited(t *testing.T) {
	f := newFixture(t, Config{})
	c := f.begin(true, allowed())
	f.audit.err = errors.New("disk is full")
	if status, _, got := f.requestToken("printer", oauth1.Pair{Name: "oauth_callback", Value: callback}); status != 500 || got["oauth_token"] != "" {
		t.Errorf("request token: got %d %v", status, got)
	}
	if status, got := f.accessToken(with(c, "right")); status != 500 || got["oauth_token"] != "" {
		t.Errorf("access token: got %d %v", status, got)
	}
}

func TestAddToQuery(t *testing.T) {
	pair := oauth1.Pair{Name: "oauth_token", Value: "a+b"}
	for in, want := range map[string]string{
		"https://x.example/r":       "https://x.example/r?oauth_token=a%2Bb",
		"https://x.example/r?":      "https://x.example/r?oauth_token=a%2Bb",
		"https://x.example/r?a=%20": "https://x.example/r?a=%20&oauth_token=a%2Bb",
		"https://x.example/r?a&":    "https://x.example/r?a&oauth_token=a%2Bb",
		"com.example.app:/r":        "com.example.app:/r?oauth_token=a%2Bb",
	} {
		if got := addToQuery(in, pair); got != want {
			t.Errorf("addToQuery(%q) = %q, want %q", in, got, want)
		}
	}
}
