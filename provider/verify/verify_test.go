package verify

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"oauth1d/provider/oauth1"
	"oauth1d/store"
	"oauth1d/store/boltstore"
)

// A fixture is a verifier on a real store, with one of everything, and a clock
// that the test turns.
type fixture struct {
	*Verifier
	t       testing.TB
	store   *boltstore.Store
	keys    *store.Keyring
	metrics *prometheus.Registry

	mu    sync.Mutex
	clock time.Time
}

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

func newFixture(t testing.TB) *fixture {
	t.Helper()
	f := &fixture{t: t, clock: time.Unix(1_800_000_000, 0), metrics: prometheus.NewRegistry()}
	master := store.Secret("0123456789abcdef0123456789abcdef")
	id, err := store.NewIdentity(master, f.clock)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	c := boltstore.Config{Path: filepath.Join(dir, "db"), Nonces: filepath.Join(dir, "nonces"), Now: f.now,
		Fatal: func(err error) { t.Errorf("store is lost: %v", err) }}
	if err := boltstore.Create(c, id); err != nil {
		t.Fatal(err)
	}
	if f.store, err = boltstore.Open(c); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.store.Close() })
	if f.keys, err = store.OpenKeyring(master, id); err != nil {
		t.Fatal(err)
	}
	f.Verifier = New(f.store, f.keys, Config{Now: f.now, Metrics: NewMetrics(f.metrics)})
	f.consumer("printer", "printer secret", oauth1.HMACSHA1, oauth1.HMACSHA256)
	f.consumer("other", "other secret", oauth1.HMACSHA1)
	f.consumer("plain", "plain secret", oauth1.Plaintext)
	f.token("token", "token secret", "printer", 0)
	f.token("short", "short secret", "printer", f.clock.Unix()+60)
	f.token("plain-token", "plain token secret", "plain", 0)
	return f
}

func (f *fixture) consumer(key, secret string, methods ...string) {
	f.t.Helper()
	sealed, err := f.keys.Seal(store.Secret(secret), store.ConsumerSecretPlace(key))
	if err != nil {
		f.t.Fatal(err)
	}
	c := store.Consumer{Key: key, Name: key, Secret: sealed, Methods: methods, Callbacks: []string{"oob"}, Profile: store.ProfileRFC5849}
	if err := f.store.AddConsumer(f.t.Context(), c); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) token(token, secret, consumer string, expires int64) {
	f.t.Helper()
	id := store.TokenID(token)
	sealed, err := f.keys.Seal(store.Secret(secret), store.AccessTokenSecretPlace(id))
	if err != nil {
		f.t.Fatal(err)
	}
	a := store.AccessToken{ID: id, Secret: sealed, Consumer: consumer, User: "ada", Issued: f.clock.Unix(), Expires: expires}
	if err := f.store.IssueAccessToken(f.t.Context(), a); err != nil {
		f.t.Fatal(err)
	}
}

// A request is a signed GET before it is sent; a test changes what it likes.
type request struct {
	key, secret, token, tokenSecret string
	method                          string
	signedTarget, target            string
	scheme                          string
	nonce                           string
	skew                            time.Duration
	verb                            string
}

func good() request {
	return request{key: "printer", secret: "printer secret", token: "token", tokenSecret: "token secret",
		method: oauth1.HMACSHA1, target: "/photos?size=original", scheme: "https", verb: "GET"}
}

func (f *fixture) message(r request) *oauth1.Message {
	f.t.Helper()
	if r.signedTarget == "" {
		r.signedTarget = r.target
	}
	s := oauth1.Signer{ConsumerKey: r.key, ConsumerSecret: []byte(r.secret), Token: r.token, TokenSecret: []byte(r.tokenSecret),
		Method: r.method, Now: func() time.Time { return f.now().Add(r.skew) }}
	if r.nonce != "" {
		s.Nonce = func() string { return r.nonce }
	}
	m := oauth1.Message{Method: "GET", Scheme: r.scheme, Host: "photos.example.net", Target: r.signedTarget}
	header, err := s.Authorization(&m)
	if err != nil {
		f.t.Fatal(err)
	}
	m.Method, m.Target, m.Authorization = r.verb, r.target, []string{header}
	return &m
}

func (f *fixture) ask(r request) (Grant, error) {
	return f.Verify(f.t.Context(), Question{Kind: AccessToken, Message: f.message(r)})
}

// problem is the name of the problem that err is.
func problem(err error) string {
	var p *oauth1.Problem
	switch {
	case err == nil:
		return ""
	case errors.As(err, &p):
		return p.Name
	}
	return "not a problem: " + err.Error()
}

func TestVerify(t *testing.T) {
	f := newFixture(t)
	tests := []struct {
		name   string
		change func(*request)
		want   string
	}{
		{"a good request passes", func(r *request) { r.nonce = "n1" }, ""},
		{"its replay does not", func(r *request) { r.nonce = "n1" }, "nonce_used"},
		{"the nonce is used for other requests as well", func(r *request) { r.nonce = "n1"; r.target = "/other" }, "nonce_used"},
		{"the nonce is free at another timestamp", func(r *request) { r.nonce = "n1"; r.skew = time.Second }, ""},
		{"a timestamp at the edge of the window passes", func(r *request) { r.skew = -5 * time.Minute }, ""},
		{"a timestamp just outside does not", func(r *request) { r.skew = -5*time.Minute - time.Second; r.nonce = "n2" }, "timestamp_refused"},
		{"a refusal spends no nonce", func(r *request) { r.nonce = "n2" }, ""},
		{"the future has an edge too", func(r *request) { r.skew = 5*time.Minute + time.Second }, "timestamp_refused"},
		{"another path was signed", func(r *request) { r.signedTarget = "/photos"; r.nonce = "n3" }, "signature_invalid"},
		{"a forgery spends no nonce", func(r *request) { r.nonce = "n3" }, ""},
		{"another method was signed", func(r *request) { r.verb = "POST" }, "signature_invalid"},
		{"a method in lower case is another method", func(r *request) { r.verb = "get" }, "parameter_rejected"},
		{"the consumer's secret is wrong", func(r *request) { r.secret = "other secret" }, "signature_invalid"},
		{"the token's secret is wrong", func(r *request) { r.tokenSecret = "short secret" }, "signature_invalid"},
		{"the key and the token are not their own secrets", func(r *request) { r.secret, r.tokenSecret = r.key, r.token }, "signature_invalid"},
		{"the consumer is unknown", func(r *request) { r.key = "nobody" }, "consumer_key_unknown"},
		{"the consumer is unknown and signs with the stand-in secrets", func(r *request) {
			r.key, r.secret, r.tokenSecret = "nobody", string(nobody.ConsumerSecret), string(nobody.TokenSecret)
		}, "consumer_key_unknown"},
		{"the token is unknown and signed with the stand-in secrets", func(r *request) {
			r.token, r.secret, r.tokenSecret = "nothing", string(nobody.ConsumerSecret), string(nobody.TokenSecret)
		}, "token_rejected"},
		{"the token is another consumer's", func(r *request) { r.key, r.secret = "other", "other secret" }, "token_rejected"},
		{"the method is not the consumer's", func(r *request) { r.method = oauth1.HMACSHA512 }, "signature_method_rejected"},
		{"no token", func(r *request) { r.token = "" }, "parameter_absent"},
		{"PLAINTEXT that the consumer may not use", func(r *request) { r.method = oauth1.Plaintext }, "signature_method_rejected"},
		{"PLAINTEXT over https", func(r *request) {
			*r = request{key: "plain", secret: "plain secret", token: "plain-token", tokenSecret: "plain token secret", method: oauth1.Plaintext, target: "/", scheme: "https", verb: "GET", nonce: "p1"}
		}, ""},
		{"PLAINTEXT is replayed", func(r *request) {
			*r = request{key: "plain", secret: "plain secret", token: "plain-token", tokenSecret: "plain token secret", method: oauth1.Plaintext, target: "/", scheme: "https", verb: "GET", nonce: "p1"}
		}, "nonce_used"},
		{"PLAINTEXT over http", func(r *request) {
			*r = request{key: "plain", secret: "plain secret", token: "plain-token", tokenSecret: "plain token secret", method: oauth1.Plaintext, target: "/", scheme: "http", verb: "GET"}
		}, "signature_method_rejected"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := good()
			tt.change(&r)
			if _, err := f.ask(r); problem(err) != tt.want {
				t.Errorf("got problem %q, want %q", problem(err), tt.want)
			}
		})
	}
}

// A token's state is told only to the one who can sign with it.
func TestStateIsToldAfterTheSignature(t *testing.T) {
	f := newFixture(t)
	if err := f.store.Revoke(t.Context(), store.TokenID("token")); err != nil {
		t.Fatal(err)
	}
	f.turn(2 * time.Minute)
	short := func() request { r := good(); r.token, r.tokenSecret = "short", "short secret"; return r }
	wrong := func(r request) request { r.tokenSecret = "wrong"; return r }
	for _, tt := range []struct {
		name string
		r    request
		want string
	}{
		{"revoked", good(), "token_revoked"},
		{"revoked, wrong secret", wrong(good()), "signature_invalid"},
		{"expired", short(), "token_expired"},
		{"expired, wrong secret", wrong(short()), "signature_invalid"},
	} {
		if _, err := f.ask(tt.r); problem(err) != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, problem(err), tt.want)
		}
	}
}

func TestWhatHasBeenSwitchedOffIsRefused(t *testing.T) {
	f := newFixture(t)
	if err := f.store.AddUser(t.Context(), store.User{Name: "ada"}); err != nil {
		t.Fatal(err)
	}
	off := func(u *store.User) error { u.Disabled = true; return nil }
	if _, err := f.store.ChangeUser(t.Context(), "ada", off); err != nil {
		t.Fatal(err)
	}
	if _, err := f.ask(good()); problem(err) != "permission_denied" {
		t.Errorf("disabled user: got %q, want permission_denied", problem(err))
	}
	disable := func(c *store.Consumer) error { c.Disabled = true; return nil }
	if _, err := f.store.ChangeConsumer(t.Context(), "printer", disable); err != nil {
		t.Fatal(err)
	}
	if _, err := f.ask(good()); problem(err) != "consumer_key_refused" {
		t.Errorf("disabled consumer: got %q, want consumer_key_refused", problem(err))
	}
}

// A rotated secret is in force at once, whatever was kept of the old one.
func TestRotationReachesTheKeptKeys(t *testing.T) {
	f := newFixture(t)
	if _, err := f.ask(good()); err != nil {
		t.Fatal(err)
	}
	sealed, err := f.keys.Seal(store.Secret("new secret"), store.ConsumerSecretPlace("printer"))
	if err != nil {
		t.Fatal(err)
	}
	rotate := func(c *store.Consumer) error { c.Secret = sealed; return nil }
	if _, err := f.store.ChangeConsumer(t.Context(), "printer", rotate); err != nil {
		t.Fatal(err)
	}
	if _, err := f.ask(good()); problem(err) != "signature_invalid" {
		t.Errorf("old secret: got %q, want signature_invalid", problem(err))
	}
	r := good()
	r.secret = "new secret"
	if _, err := f.ask(r); err != nil {
		t.Errorf("new secret: %v", err)
	}
}

// The proxy may ask twice about one request, and nobody else.
func TestRepeat(t *testing.T) {
	f := newFixture(t)
	m := f.message(good())
	ask := func(id string) (bool, string) {
		g, err := f.Verify(t.Context(), Question{Kind: AccessToken, Message: m, RequestID: id})
		return g.Repeat, problem(err)
	}
	for _, tt := range []struct {
		name, id string
		after    time.Duration
		repeat   bool
		want     string
	}{
		{"first", "id-1", 0, false, ""},
		{"asked again", "id-1", time.Second, true, ""},
		{"another request id", "id-2", 0, false, "nonce_used"},
		{"no request id", "", 0, false, "nonce_used"},
		{"too late", "id-1", 10 * time.Second, false, "nonce_used"},
	} {
		f.turn(tt.after)
		if repeat, got := ask(tt.id); repeat != tt.repeat || got != tt.want {
			t.Errorf("%s: got repeat %v, %q; want %v, %q", tt.name, repeat, got, tt.repeat, tt.want)
		}
	}
}

func TestOfConcurrentCopiesOneWins(t *testing.T) {
	f := newFixture(t)
	m := f.message(good())
	const copies = 32
	results := make(chan string, copies)
	for range copies {
		go func() {
			_, err := f.Verify(t.Context(), Question{Kind: AccessToken, Message: m})
			results <- problem(err)
		}()
	}
	count := map[string]int{}
	for range copies {
		count[<-results]++
	}
	if count[""] != 1 || count["nonce_used"] != copies-1 {
		t.Errorf("got %v, want one accepted and %d nonce_used", count, copies-1)
	}
}

func TestAlsoAcceptedBaseURLs(t *testing.T) {
	f := newFixture(t)
	r := good()
	r.scheme = "http" // what an old load balancer showed the consumer
	m := f.message(r)
	m.Scheme = "https"
	ask := func(also ...Base) string {
		_, err := f.Verify(t.Context(), Question{Kind: AccessToken, Message: m, Also: also})
		return problem(err)
	}
	if got := ask(); got != "signature_invalid" {
		t.Errorf("without the operator's word: got %q, want signature_invalid", got)
	}
	if got := ask(Base{Scheme: "http", Host: "photos.example.net"}); got != "" {
		t.Errorf("with it: got %q, want none", got)
	}
}

// failing is a store that cannot answer one kind of question.
type failing struct {
	*boltstore.Store
	err error
}

func (f failing) UseNonce(ctx context.Context, n store.Nonce) (bool, error) {
	if _, err := f.Store.UseNonce(ctx, n); err != nil {
		return false, err
	}
	return false, f.err // it happened, but the answer was lost
}

func TestAnErrorIsNeverAYes(t *testing.T) {
	f := newFixture(t)
	v := New(failing{f.store, errors.New("disk on fire")}, f.keys, Config{Now: f.now})
	m := f.message(good())
	if _, err := v.Verify(t.Context(), Question{Kind: AccessToken, Message: m}); problem(err) != "store_error" {
		t.Errorf("lost answer: got %q, want store_error", problem(err))
	}
	if _, err := f.Verify(t.Context(), Question{Kind: AccessToken, Message: m}); problem(err) != "nonce_used" {
		t.Errorf("after it: got %q, want nonce_used", problem(err))
	}
}

func TestMetrics(t *testing.T) {
	f := newFixture(t)
	source := f.Metrics().Source("private", "nginx")
	g, err := f.ask(good())
	source.Observe(time.Millisecond, g.Repeat, err)
	r := good()
	r.key = "no such consumer\n"
	_, err = f.ask(r)
	source.Observe(time.Millisecond, false, err)
	for outcome, want := range map[string]float64{"ok": 1, "consumer_key_unknown": 1, "nonce_used": 0} {
		if got := testutil.ToFloat64(f.Verifier.metrics.requests.WithLabelValues(outcome, "private", "nginx")); got != want {
			t.Errorf("%s: got %v, want %v", outcome, got, want)
		}
	}
	if problems, err := testutil.GatherAndLint(f.metrics); err != nil || len(problems) > 0 {
		t.Errorf("metrics: %v %v", problems, err)
	}
}

func BenchmarkVerify(b *testing.B) {
	for _, method := range []string{oauth1.HMACSHA1, oauth1.HMACSHA256} {
		b.Run(method, func(b *testing.B) {
			f := newFixture(b)
			r := good()
			r.method = method
			messages := make([]*oauth1.Message, b.N)
			for i := range messages {
				r.nonce = fmt.Sprint("n", i)
				messages[i] = f.message(r)
			}
			var request oauth1.Request
			b.ReportAllocs()
			b.ResetTimer()
			for _, m := range messages {
				if _, err := f.Verify(b.Context(), Question{Kind: AccessToken, Message: m, Request: &request}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
