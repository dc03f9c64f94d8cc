package explain

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"oauth1d/provider/oauth1"
	"oauth1d/provider/web"
	"oauth1d/store"
	"oauth1d/store/boltstore"
)

// A fixture is a service on a real store, with a consumer and its token.
type fixture struct {
	*Service
	t       *testing.T
	clock   *clock
	store   *boltstore.Store
	keyring *store.Keyring
	metrics *prometheus.Registry
	web     *web.Web
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{t: t, clock: newClock(), metrics: prometheus.NewRegistry()}
	master := store.Secret("0123456789abcdef0123456789abcdef")
	id, err := store.NewIdentity(master, f.clock.now())
	f.must(err)
	dir := t.TempDir()
	c := boltstore.Config{Path: filepath.Join(dir, "db"), Nonces: filepath.Join(dir, "nonces"), Now: f.clock.now}
	f.must(boltstore.Create(c, id))
	f.store, err = boltstore.Open(c)
	f.must(err)
	t.Cleanup(func() { f.store.Close() })
	f.keyring, err = store.OpenKeyring(master, id)
	f.must(err)
	f.web, err = web.New(web.Config{PublicURL: "https://photos.example.net"})
	f.must(err)
	f.Service = NewService(f.store, f.keyring, Config{Now: f.clock.now, Metrics: f.metrics,
		Origins: []Origin{{Scheme: "https", Host: "photos.example.net"}}})
	t.Cleanup(f.Ring.Wait)
	f.must(f.store.AddConsumer(t.Context(), store.Consumer{Key: "printer", Name: "Printer", Callbacks: []string{"oob"}, Profile: store.ProfileRFC5849,
		Secret: f.seal("printer secret", store.ConsumerSecretPlace("printer")), Methods: []string{oauth1.HMACSHA1}}))
	at := store.TokenID("token")
	f.must(f.store.IssueAccessToken(t.Context(), store.AccessToken{ID: at, Consumer: "printer", User: "ada", Issued: f.clock.Unix(),
		Secret: f.seal("token secret", store.AccessTokenSecretPlace(at))}))
	rt := store.TokenID("request token")
	f.must(f.store.CreateRequestToken(t.Context(), store.RequestToken{ID: rt, Consumer: "printer", Callback: "oob", Issued: f.clock.Unix(),
		Expires: f.clock.Unix() + 600, Secret: f.seal("request token secret", store.RequestTokenSecretPlace(rt))}, 10))
	return f
}

func (f *fixture) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) seal(secret string, at store.Place) store.Sealed {
	f.t.Helper()
	sealed, err := f.keyring.Seal(store.Secret(secret), at)
	f.must(err)
	return sealed
}

// signed is a GET whose base string has another scheme than it is sent to.
func (f *fixture) signed(target string, change func(*oauth1.Signer)) *oauth1.Message {
	f.t.Helper()
	s := oauth1.Signer{ConsumerKey: "printer", ConsumerSecret: []byte("printer secret"), Token: "token", TokenSecret: []byte("token secret"),
		Method: oauth1.HMACSHA1, Now: f.clock.now}
	if change != nil {
		change(&s)
	}
	m := &oauth1.Message{Method: "GET", Scheme: "http", Host: "photos.example.net", Target: target}
	header, err := s.Authorization(m)
	f.must(err)
	m.Scheme, m.Authorization = "https", []string{header}
	return m
}

// refuse has the message refused within a request, as verify does, and returns
// its id and what is told.
func (f *fixture) refuse(m *oauth1.Message, problem string, change func(*Refused)) (id string, told []oauth1.Pair) {
	f.t.Helper()
	var r oauth1.Request
	_ = r.Parse(m, oauth1.Limits{})
	c, err := f.store.Consumer(f.t.Context(), r.ConsumerKey)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		f.t.Fatal(err)
	}
	kept := Refused{Problem: oauth1.Refuse(problem, "told"), Leg: AskingForData, Message: m, Request: &r, Consumer: c, Own: err == nil,
		Origin: Origin{m.Scheme, m.Host, ""}, TokenID: store.TokenID(r.Token)}
	if change != nil {
		change(&kept)
	}
	h := f.web.Protocol("test", func(w http.ResponseWriter, r *http.Request) error {
		told = f.Keep(r.Context(), kept)
		w.WriteHeader(http.StatusNoContent)
		return nil
	})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	return w.Header().Get("X-Request-Id"), told
}

func (f *fixture) counted(cause string) float64 {
	return testutil.ToFloat64(f.count.WithLabelValues(cause))
}

func TestKeptRequestsAreExplained(t *testing.T) {
	f := newFixture(t)
	id, told := f.refuse(f.signed("/photos?a=b", nil), oauth1.ProblemSignatureInvalid, nil)
	if len(told) != 0 {
		t.Errorf("outside of a debug window %v was told", told)
	}
	e, err := f.Kept(t.Context(), id, "printer", "")
	f.must(err)
	if e.Cause != "scheme" || !e.Certain || e.Advice == "" || e.ID != id || e.Problem != "signature_invalid" || e.Consumer != "printer" ||
		e.TokenID != store.TokenID("token") || e.Method != "GET" || e.URL != "https://photos.example.net/photos" || e.Right {
		t.Errorf("got %+v", e)
	}
	if _, err := f.Kept(t.Context(), id, "other", ""); !errors.Is(err, ErrUnknown) {
		t.Errorf("for another consumer: got %v, want ErrUnknown", err)
	}
	if got := f.List("printer", 10); len(got) != 1 || got[0].ID != id {
		t.Errorf("got %d in the list", len(got))
	}
}

func TestOtherRefusalsAreToldInWords(t *testing.T) {
	f := newFixture(t)
	late := func(at int64) func(*Refused) { return func(r *Refused) { r.Request.Timestamp = at } }
	now := f.clock.Unix()
	tests := []struct {
		name, problem string
		signer        func(*oauth1.Signer)
		change        func(*Refused)
		cause, says   string
	}{
		{"a replay", oauth1.ProblemNonceUsed, nil, nil, "nonce_used", "told"},
		{"a clock that is slow", oauth1.ProblemTimestampRefused, nil, late(now - 3600), "timestamp_refused", "1h0m0s behind"},
		{"a clock that is fast", oauth1.ProblemTimestampRefused, nil, late(now + 601), "timestamp_refused", "10m1s ahead"},
		{"a clock in milliseconds", oauth1.ProblemTimestampRefused, nil, late(now * 1000), "timestamp_refused", "in milliseconds"},
		{"an unknown consumer", oauth1.ProblemConsumerKeyUnknown, func(s *oauth1.Signer) { s.ConsumerKey = "nobody" }, nil, "consumer_key_unknown", "told"},
		{"a request token where an access token belongs", oauth1.ProblemTokenRejected, func(s *oauth1.Signer) { s.Token = "request token" }, nil, "token_rejected", "the token is a request token"},
		{"an access token to be exchanged", oauth1.ProblemTokenRejected, nil, func(r *Refused) { r.Leg = Exchanging }, "token_rejected", "the token is an access token"},
		{"a token that nobody knows", oauth1.ProblemTokenRejected, func(s *oauth1.Signer) { s.Token = "?" }, nil, "token_rejected", "told"},
		{"PLAINTEXT", oauth1.ProblemSignatureInvalid, func(s *oauth1.Signer) { s.Method = oauth1.Plaintext }, nil, "unknown", "is the secrets themselves"},
		{"a token that has been removed since", oauth1.ProblemSignatureInvalid, nil, func(r *Refused) { r.TokenID = "gone" }, "unknown", "not there any more"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			id, _ := f.refuse(f.signed("/", tt.signer), tt.problem, tt.change)
			e, err := f.Kept(t.Context(), id, "", "")
			if err != nil || e.Cause != tt.cause || !strings.Contains(e.Sentence, tt.says) || e.Advice == "" || e.Side == "" {
				t.Errorf("got %+v, %v, want the cause %q and a sentence that says %q", e, err, tt.cause, tt.says)
			}
		})
	}
}

func TestNoCredentialsAreNotKeptWhereTheyPass(t *testing.T) {
	f := newFixture(t)
	bare := &oauth1.Message{Method: "GET", Scheme: "https", Host: "photos.example.net", Target: "/"}
	none := func(r *Refused) {
		var p *oauth1.Problem
		errors.As(new(oauth1.Request).Parse(bare, oauth1.Limits{}), &p)
		r.Problem = p
	}
	id, _ := f.refuse(bare, oauth1.ProblemParameterAbsent, none)
	if e, err := f.Kept(t.Context(), id, "", ""); err != nil || e.Cause != oauth1.OutcomeNoCredentials || !strings.Contains(e.Advice, "Authorization header") {
		t.Errorf("got %+v, %v", e, err)
	}
	f.Anonymous = true
	id, _ = f.refuse(bare, oauth1.ProblemParameterAbsent, none)
	if _, err := f.Kept(t.Context(), id, "", ""); !errors.Is(err, ErrUnknown) {
		t.Errorf("where such pass: got %v, want ErrUnknown", err)
	}
}

func TestPreviousSecretIsTried(t *testing.T) {
	f := newFixture(t)
	place := store.ConsumerSecretPlace("printer")
	_, err := f.store.ChangeConsumer(t.Context(), "printer", func(c *store.Consumer) error {
		c.OldSecret, c.Secret = c.Secret, f.seal("new secret", place)
		return nil
	})
	f.must(err)
	m := f.signed("/", nil)
	m.Scheme = "http" // as it was signed
	id, _ := f.refuse(m, oauth1.ProblemSignatureInvalid, nil)
	if e, err := f.Kept(t.Context(), id, "", ""); err != nil || e.Cause != "previous_secret" || !e.Certain {
		t.Errorf("got %+v, %v, want the cause previous_secret", e, err)
	}
}

// Causes are counted without anybody asking, up to a rate.
func TestMismatchesAreCounted(t *testing.T) {
	f := newFixture(t)
	if n := testutil.CollectAndCount(f.count); n != len(Causes())+1 {
		t.Errorf("%d series exist from the start, want %d", n, len(Causes())+1)
	}
	for range 25 {
		f.refuse(f.signed("/", nil), oauth1.ProblemSignatureInvalid, nil)
	}
	f.Ring.Wait()
	if a, b := f.counted("scheme"), f.counted(unexplained); a < 1 || a > 10 || a+b != 25 {
		t.Errorf("counted %v explained and %v unexplained, want at most 10 and 25 together", a, b)
	}
	before := f.counted("scheme")
	f.clock.turn(2 * time.Second)
	f.refuse(f.signed("/", nil), oauth1.ProblemSignatureInvalid, nil)
	f.refuse(f.signed("/", nil), oauth1.ProblemNonceUsed, nil)
	f.Ring.Wait()
	if got := f.counted("scheme"); got != before+1 {
		t.Errorf("two seconds later: counted %v, want %v", got, before+1)
	}
}

func TestDebugWindow(t *testing.T) {
	f := newFixture(t)
	_, err := f.store.ChangeConsumer(t.Context(), "printer", func(c *store.Consumer) error {
		c.DebugUntil = f.clock.Unix() + 600
		return nil
	})
	f.must(err)
	value := func(pairs []oauth1.Pair, name string) string {
		i := slices.IndexFunc(pairs, func(p oauth1.Pair) bool { return p.Name == name })
		if i < 0 {
			return ""
		}
		return pairs[i].Value
	}
	_, told := f.refuse(f.signed("/photos?a=b", nil), oauth1.ProblemSignatureInvalid, nil)
	if got := value(told, "oauth_signature_base_string"); !strings.HasPrefix(got, "GET&https%3A%2F%2Fphotos.example.net%2Fphotos&a%3Db%26oauth_consumer_key%3Dprinter") {
		t.Errorf("told the base string %q", got)
	}
	if value(told, "oauth_problem_cause") != "scheme" || value(told, "oauth_problem_fix") == "" {
		t.Errorf("told %v, want the cause scheme and a fix", told)
	}
	if got := f.counted("scheme"); got != 1 {
		t.Errorf("counted %v, want 1", got)
	}
	for _, tt := range []struct {
		name, problem string
		signer        func(*oauth1.Signer)
		change        func(*Refused)
	}{
		{"another's token tells nothing", oauth1.ProblemSignatureInvalid, nil, func(r *Refused) { r.Own = false }},
		{"other problems tell nothing", oauth1.ProblemNonceUsed, nil, nil},
		{"nor does another consumer", oauth1.ProblemSignatureInvalid, func(s *oauth1.Signer) { s.ConsumerKey = "nobody" }, nil},
	} {
		if _, told := f.refuse(f.signed("/", tt.signer), tt.problem, tt.change); len(told) != 0 {
			t.Errorf("%s: got %v", tt.name, told)
		}
	}
	_, told = f.refuse(f.signed("/"+strings.Repeat("x", 3000), nil), oauth1.ProblemSignatureInvalid, nil)
	if value(told, "oauth_signature_base_string") != "" || !strings.Contains(value(told, "oauth_signature_base_string_omitted"), "longer than 2048 bytes") || value(told, "oauth_problem_cause") == "" {
		t.Errorf("of a long request was told %v", told)
	}
	p := oauth1.Refuse(oauth1.ProblemSignatureInvalid, strings.Repeat("a", 200))
	_, p.Details = f.refuse(f.signed("/"+strings.Repeat("x", 900), nil), oauth1.ProblemSignatureInvalid, nil)
	if n := len(p.Challenge("https://photos.example.net")); n > 3700 {
		t.Errorf("the challenge has %d bytes, which leaves no room in nginx's 4 KiB", n)
	}
	n := 0
	for range 20 {
		if _, told := f.refuse(f.signed("/", nil), oauth1.ProblemSignatureInvalid, nil); len(told) > 0 {
			n++
		}
	}
	if n != 2 { // three were told above
		t.Errorf("%d more were told at once, want 2", n)
	}
	f.clock.turn(600 * time.Second)
	if _, told := f.refuse(f.signed("/", nil), oauth1.ProblemSignatureInvalid, nil); len(told) != 0 {
		t.Errorf("after the window %v was told", told)
	}
}

func TestGivenRequests(t *testing.T) {
	f := newFixture(t)
	right := f.signed("/", nil)
	right.Scheme = "http"
	dance := f.signed("/", func(s *oauth1.Signer) { s.Token, s.TokenSecret = "request token", []byte("request token secret") })
	none := f.signed("/", func(s *oauth1.Signer) { s.Token, s.TokenSecret = "", nil })
	tests := []struct {
		name    string
		message *oauth1.Message
		right   bool
		problem string
		cause   string
	}{
		{"signed right", right, true, "", ""},
		{"signed for another scheme", f.signed("/", nil), false, "signature_invalid", "scheme"},
		{"with a request token", dance, false, "signature_invalid", "scheme"},
		{"without a token", none, false, "signature_invalid", "scheme"},
		{"of an unknown consumer", f.signed("/", func(s *oauth1.Signer) { s.ConsumerKey = "nobody" }), false, "consumer_key_unknown", "consumer_key_unknown"},
		{"with an unknown token", f.signed("/", func(s *oauth1.Signer) { s.Token = "nothing" }), false, "token_rejected", "token_rejected"},
		{"with another method", f.signed("/", func(s *oauth1.Signer) { s.Method = oauth1.HMACSHA256 }), false, "signature_method_rejected", "signature_method_rejected"},
		{"without any parameter", &oauth1.Message{Method: "GET", Scheme: "https", Host: "a", Target: "/"}, false, "no_credentials", "no_credentials"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, err := f.Request(t.Context(), tt.message, "")
			if err != nil || e.Right != tt.right || e.Problem != tt.problem || e.Cause != tt.cause || e.Sentence == "" || e.Advice == "" {
				t.Errorf("got %+v, %v", e, err)
			}
		})
	}
	if len(f.List("", 10)) != 0 {
		t.Errorf("what was given is kept")
	}
}

// What the daemon accepts from a consumer beyond the rule is right here as well.
func TestGivenRequestsOfAConsumerWithTerms(t *testing.T) {
	f := newFixture(t)
	_, err := f.store.ChangeConsumer(t.Context(), "printer", func(c *store.Consumer) error {
		c.OldSecret, c.OldUntil, c.Secret = c.Secret, f.clock.Unix()+600, f.seal("new secret", store.ConsumerSecretPlace("printer"))
		c.Lenient = []string{"stray-commas"}
		return nil
	})
	f.must(err)
	m := f.signed("/", nil)
	m.Scheme = "http"
	m.Authorization[0] += ","
	if e, err := f.Request(t.Context(), m, ""); err != nil || !e.Right || !strings.Contains(e.Sentence, "before the last rotation") {
		t.Errorf("within the grace: got %+v, %v, want it to be right", e, err)
	}
	f.clock.turn(600 * time.Second)
	m.Authorization[0] = strings.TrimSuffix(m.Authorization[0], ",")
	if e, err := f.Request(t.Context(), m, ""); err != nil || e.Right || e.Cause != "previous_secret" {
		t.Errorf("after it: got %+v, %v, want previous_secret", e, err)
	}
}

// Without a request there is no id, and nobody could ask.
func TestNothingIsKeptWithoutAnID(t *testing.T) {
	f := newFixture(t)
	m := f.signed("/", nil)
	var r oauth1.Request
	f.must(r.Parse(m, oauth1.Limits{}))
	f.Keep(context.Background(), Refused{Problem: oauth1.Refuse(oauth1.ProblemNonceUsed, ""), Message: m, Request: &r})
	if n := len(f.List("", 10)); n != 0 {
		t.Errorf("%d requests are kept", n)
	}
}
