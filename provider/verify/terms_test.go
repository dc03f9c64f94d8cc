package verify

import (
	"slices"
	"strings"
	"testing"
	"time"

	"oauth1d/provider/oauth1"
	"oauth1d/store"
)

// change edits a consumer's record.
func (f *fixture) change(key string, edit func(*store.Consumer)) {
	f.t.Helper()
	_, err := f.store.ChangeConsumer(f.t.Context(), key, func(c *store.Consumer) error { edit(c); return nil })
	if err != nil {
		f.t.Fatal(err)
	}
}

// user adds a built-in user.
func (f *fixture) user(u store.User) {
	f.t.Helper()
	u.Password = "-"
	if err := f.store.AddUser(f.t.Context(), u); err != nil {
		f.t.Fatal(err)
	}
}

func withoutToken(target string) request {
	r := good()
	r.token, r.tokenSecret, r.target = "", "", target
	return r
}

func TestRequestsWithoutAToken(t *testing.T) {
	f := newFixture(t)
	f.user(store.User{Name: "bob", Groups: []string{"staff"}})
	f.user(store.User{Name: "carol", Groups: []string{"guests"}})
	f.user(store.User{Name: "root", Groups: []string{"staff"}, Admin: true})
	f.user(store.User{Name: "gone", Groups: []string{"staff"}, Disabled: true})
	two := func(user string, impersonates ...string) func(*store.Consumer) {
		return func(c *store.Consumer) { c.TwoLegged, c.TwoLeggedUser, c.Impersonates = true, user, impersonates }
	}
	tests := []struct {
		name   string
		change func(*store.Consumer)
		target string
		want   string // the problem
		user   string
	}{
		{"they are refused by default", func(*store.Consumer) {}, "/", "parameter_absent", ""},
		{"as nobody", two(""), "/", "", ""},
		{"as one fixed user", two("ada"), "/", "", "ada"},
		{"as a fixed user who has been disabled", two("gone"), "/", "permission_denied", ""},
		{"naming somebody where that is not allowed", two("ada"), "/?xoauth_requestor_id=bob", "permission_denied", ""},
		{"naming nobody", two("ada", "bob"), "/", "", "ada"},
		{"naming the one who is listed", two("ada", "bob"), "/?xoauth_requestor_id=bob", "", "bob"},
		{"naming one who is listed and only another system knows", two("", "zoe"), "/?xoauth_requestor_id=zoe", "", "zoe"},
		{"naming one who is not listed", two("", "bob"), "/?xoauth_requestor_id=carol", "permission_denied", ""},
		{"naming one of a listed group", two("", "@staff"), "/?xoauth_requestor_id=bob", "", "bob"},
		{"naming one of another group", two("", "@staff"), "/?xoauth_requestor_id=carol", "permission_denied", ""},
		{"naming one whom nobody knows", two("", "@staff"), "/?xoauth_requestor_id=zoe", "permission_denied", ""},
		{"naming the group itself", two("", "@staff"), "/?xoauth_requestor_id=%40staff", "permission_denied", ""},
		{"naming an administrator of the group", two("", "@staff"), "/?xoauth_requestor_id=root", "permission_denied", ""},
		{"naming an administrator who is listed", two("", "root"), "/?xoauth_requestor_id=root", "permission_denied", ""},
		{"naming a disabled user", two("", "gone"), "/?xoauth_requestor_id=gone", "permission_denied", ""},
		{"naming two", two("", "bob"), "/?xoauth_requestor_id=bob&xoauth_requestor_id=bob", "parameter_rejected", ""},
		{"naming the empty user", two("ada", "bob"), "/?xoauth_requestor_id=", "permission_denied", ""},
		{"naming another than was signed", two("", "bob", "carol"), "/?xoauth_requestor_id=bob", "signature_invalid", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f.change("printer", func(c *store.Consumer) {
				*c = store.Consumer{Key: c.Key, Name: c.Name, Secret: c.Secret, Methods: c.Methods}
			})
			f.change("printer", tt.change)
			r := withoutToken(tt.target)
			if strings.Contains(tt.name, "than was signed") {
				r.signedTarget = "/?xoauth_requestor_id=carol"
			}
			g, err := f.ask(r)
			if problem(err) != tt.want || g.User != tt.user || g.AccessToken.ID != "" {
				t.Errorf("got user %q and problem %q (%v), want %q and %q", g.User, problem(err), err, tt.user, tt.want)
			}
			if named := strings.Contains(tt.target, "requestor"); err == nil && g.Impersonated != named {
				t.Errorf("impersonated: got %t", g.Impersonated)
			}
		})
	}
}

func TestANonceOfARequestWithoutATokenIsUsedOnce(t *testing.T) {
	f := newFixture(t)
	f.change("printer", func(c *store.Consumer) { c.TwoLegged = true })
	r := withoutToken("/")
	r.nonce = "once"
	for _, want := range []string{"", "nonce_used"} {
		if _, err := f.ask(r); problem(err) != want {
			t.Errorf("got problem %q, want %q", problem(err), want)
		}
	}
}

func TestATokenActsAsItsUserWhateverTheRequestNames(t *testing.T) {
	f := newFixture(t)
	f.change("printer", func(c *store.Consumer) { c.TwoLegged, c.Impersonates = true, []string{"bob"} })
	r := good()
	r.target = "/?xoauth_requestor_id=bob"
	if g, err := f.ask(r); err != nil || g.User != "ada" || g.Impersonated {
		t.Errorf("got user %q, %v, want ada", g.User, err)
	}
}

func TestTwoKeysLiveBesideEachOtherForAWhile(t *testing.T) {
	f := newFixture(t)
	uses := NewUses()
	f.uses = uses
	sealed, err := f.keys.Seal(store.Secret("new secret"), store.ConsumerSecretPlace("printer"))
	if err != nil {
		t.Fatal(err)
	}
	f.change("printer", func(c *store.Consumer) { c.Secret, c.OldSecret, c.OldUntil = sealed, c.Secret, f.clock.Unix()+60 })
	old, replaced := good(), good()
	replaced.secret = "new secret"
	ask := func(what string, r request, want string) {
		t.Helper()
		if _, err := f.ask(r); problem(err) != want {
			t.Errorf("%s: got problem %q, want %q", what, problem(err), want)
		}
	}
	ask("the new secret", replaced, "")
	ask("the old one", old, "")
	wrong := good()
	wrong.secret = "neither"
	ask("another", wrong, "signature_invalid")
	if err := uses.Flush(t.Context(), f.store); err != nil {
		t.Fatal(err)
	}
	c, err := f.store.Consumer(t.Context(), "printer")
	if err != nil || c.Used.Secret != f.clock.Unix() || c.Used.OldSecret != f.clock.Unix() {
		t.Errorf("got marks %+v, %v, want both secrets marked", c.Used, err)
	}
	f.turn(time.Minute)
	ask("the old one after the grace period", old, "signature_invalid")
	ask("the new one then", replaced, "")
}

func TestLeniencesAreOfOneConsumer(t *testing.T) {
	f := newFixture(t)
	unquote := func(m *oauth1.Message) { m.Authorization[0] = strings.ReplaceAll(m.Authorization[0], `"`, "") }
	lower := func(m *oauth1.Message) {
		// The base string is signed again with the method in lower case.
		var r oauth1.Request
		if err := r.Parse(m, oauth1.Limits{}); err != nil {
			t.Fatal(err)
		}
		s, err := oauth1.Signature(oauth1.HMACSHA1, []byte("get"+strings.TrimPrefix(string(r.BaseString()), "GET")), []byte("printer secret"), []byte("token secret"))
		if err != nil {
			t.Fatal(err)
		}
		m.Authorization[0] = strings.Replace(m.Authorization[0], oauth1.Escape(r.Signature), oauth1.Escape(s), 1)
	}
	ask := func(edit func(*oauth1.Message)) string {
		m := f.message(good())
		edit(m)
		_, err := f.Verify(t.Context(), Question{Kind: AccessToken, Message: m})
		return problem(err)
	}
	if got := []string{ask(unquote), ask(lower)}; !slices.Equal(got, []string{"parameter_rejected", "signature_invalid"}) {
		t.Errorf("by default: got %q", got)
	}
	f.change("other", func(c *store.Consumer) { c.Lenient = oauth1.Leniences() })
	if got := []string{ask(unquote), ask(lower)}; !slices.Equal(got, []string{"parameter_rejected", "signature_invalid"}) {
		t.Errorf("accepted from another consumer: got %q", got)
	}
	f.change("printer", func(c *store.Consumer) { c.Lenient = []string{"unquoted-values", "lower-case-method"} })
	if got := []string{ask(unquote), ask(lower)}; !slices.Equal(got, []string{"", ""}) {
		t.Errorf("accepted from this one: got %q", got)
	}
	if got := ask(func(m *oauth1.Message) { unquote(m); m.Target = "/other" }); got != "signature_invalid" {
		t.Errorf("another target: got %q", got)
	}
}

func TestBodyHash(t *testing.T) {
	f := newFixture(t)
	const body = `{"a":1}`
	right := oauth1.BodyHash(oauth1.HMACSHA1, []byte(body))
	tests := []struct {
		name, mode string
		verb, hash string
		body       string
		unseen     bool
		want       string
	}{
		{"right", store.BodyHashIfPresent, "POST", right, body, false, ""},
		{"wrong", store.BodyHashIfPresent, "POST", right, body + " ", false, "body_hash_mismatch"},
		{"wrong where nobody looks", store.BodyHashOff, "POST", right, body + " ", false, ""},
		{"none where none is needed", store.BodyHashIfPresent, "POST", "", body, false, ""},
		{"none where one is", store.BodyHashRequired, "POST", "", body, false, "parameter_absent"},
		{"right where one is needed", store.BodyHashRequired, "POST", right, body, false, ""},
		{"wrong where one is needed", store.BodyHashRequired, "POST", right, "{}", false, "body_hash_mismatch"},
		{"none, and no body", store.BodyHashRequired, "POST", "", "", false, ""},
		{"of no body, and none came", store.BodyHashIfPresent, "POST", oauth1.BodyHash(oauth1.HMACSHA1, nil), "", false, ""},
		{"of a body that did not come", store.BodyHashIfPresent, "POST", right, "", false, "body_hash_mismatch"},
		{"of a body that is not seen here", store.BodyHashIfPresent, "POST", right, body, true, ""},
		{"needed, of a body that is not seen here", store.BodyHashRequired, "POST", right, body, true, "form_body_unavailable"},
		{"needed, of a GET", store.BodyHashRequired, "GET", "", "", true, ""},
		{"by another digest", store.BodyHashIfPresent, "POST", oauth1.BodyHash(oauth1.HMACSHA256, []byte(body)), body, false, "body_hash_mismatch"},
		{"a record of before there was a choice", "", "POST", right, "{}", false, "body_hash_mismatch"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f.change("printer", func(c *store.Consumer) { c.BodyHash = tt.mode })
			m := oauth1.Message{Method: tt.verb, Scheme: "https", Host: "photos.example.net", Target: "/", ContentType: []string{"application/json"}}
			s := oauth1.Signer{ConsumerKey: "printer", ConsumerSecret: []byte("printer secret"), Token: "token", TokenSecret: []byte("token secret"), Method: oauth1.HMACSHA1, Now: f.now}
			var extra []oauth1.Pair
			if tt.hash != "" {
				extra = append(extra, oauth1.Pair{Name: "oauth_body_hash", Value: tt.hash})
			}
			header, err := s.Authorization(&m, extra...)
			if err != nil {
				t.Fatal(err)
			}
			m.Authorization = []string{header}
			_, err = f.Verify(t.Context(), Question{Kind: AccessToken, Message: &m, Body: func() ([]byte, bool, error) {
				if tt.unseen {
					return nil, false, nil
				}
				return []byte(tt.body), true, nil
			}})
			if problem(err) != tt.want {
				t.Errorf("got problem %q (%v), want %q", problem(err), err, tt.want)
			}
		})
	}
}

// TestTheBodyOfAForgeryIsNotRead: it may be as long as a stranger likes.
func TestTheBodyOfAForgeryIsNotRead(t *testing.T) {
	f := newFixture(t)
	f.change("printer", func(c *store.Consumer) { c.BodyHash = store.BodyHashRequired })
	r := good()
	r.secret = "wrong"
	_, err := f.Verify(t.Context(), Question{Kind: AccessToken, Message: f.message(r), Body: func() ([]byte, bool, error) {
		t.Error("the body is read")
		return nil, true, nil
	}})
	if problem(err) != "signature_invalid" {
		t.Errorf("got %v", err)
	}
}

func TestAnExpiredTokenIsRenewedAndOpensNothing(t *testing.T) {
	f := newFixture(t)
	id := store.TokenID("session")
	sealed, err := f.keys.Seal(store.Secret("session secret"), store.AccessTokenSecretPlace(id))
	if err != nil {
		t.Fatal(err)
	}
	a := store.AccessToken{ID: id, Secret: sealed, Consumer: "printer", User: "ada", Issued: f.clock.Unix(), Expires: f.clock.Unix() + 60,
		Session: store.VerifierHash("handle"), SessionExpires: f.clock.Unix() + 3600}
	if err := f.store.IssueAccessToken(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	f.turn(2 * time.Minute)
	ask := func(token, secret string, kind Kind) string {
		r := good()
		r.token, r.tokenSecret = token, secret
		_, err := f.Verify(t.Context(), Question{Kind: kind, Message: f.message(r)})
		return problem(err)
	}
	for _, tt := range []struct {
		name, token, secret string
		kind                Kind
		want                string
	}{
		{"a resource", "session", "session secret", AccessToken, "token_expired"},
		{"a renewal", "session", "session secret", Renewal, ""},
		{"a renewal by another's secret", "session", "token secret", Renewal, "signature_invalid"},
		{"a renewal of a token without a session", "short", "short secret", Renewal, "token_expired"},
		{"what is about the token itself", "session", "session secret", Holder, "token_expired"},
	} {
		if got := ask(tt.token, tt.secret, tt.kind); got != tt.want {
			t.Errorf("%s: got problem %q, want %q", tt.name, got, tt.want)
		}
	}
	f.change("printer", func(c *store.Consumer) { c.TwoLegged = true })
	for _, kind := range []Kind{Renewal, Holder} {
		if _, err := f.Verify(t.Context(), Question{Kind: kind, Message: f.message(withoutToken("/"))}); problem(err) != "parameter_absent" {
			t.Errorf("without a token, kind %d: got %v", kind, err)
		}
	}
}

func TestUsesAreMarkedNowAndThen(t *testing.T) {
	f := newFixture(t)
	f.uses = NewUses()
	used := func() int64 {
		t.Helper()
		if err := f.uses.Flush(t.Context(), f.store); err != nil {
			t.Fatal(err)
		}
		a, err := f.store.AccessToken(t.Context(), store.TokenID("token"))
		if err != nil {
			t.Fatal(err)
		}
		return a.Used
	}
	ask := func() {
		t.Helper()
		if _, err := f.ask(good()); err != nil {
			t.Fatal(err)
		}
	}
	ask()
	first := f.clock.Unix()
	if got := used(); got != first {
		t.Errorf("after the first request: got %d, want %d", got, first)
	}
	f.turn(time.Minute)
	ask()
	if got := used(); got != first {
		t.Errorf("a minute later: got %d, want %d still", got, first)
	}
	f.turn(5 * time.Minute)
	ask()
	if got := used(); got != first+360 {
		t.Errorf("five minutes later: got %d, want %d", got, first+360)
	}
}

// TestNoUseBringsAnExpiredTokenBack: asking for a renewal is none.
func TestNoUseBringsAnExpiredTokenBack(t *testing.T) {
	f := newFixture(t)
	f.uses = NewUses()
	id := store.TokenID("idle")
	sealed, err := f.keys.Seal(store.Secret("idle secret"), store.AccessTokenSecretPlace(id))
	if err != nil {
		t.Fatal(err)
	}
	a := store.AccessToken{ID: id, Secret: sealed, Consumer: "printer", User: "ada", Issued: f.clock.Unix(), Idle: 600,
		Session: store.VerifierHash("handle"), SessionExpires: f.clock.Unix() + 1e6}
	if err := f.store.IssueAccessToken(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	f.turn(time.Hour)
	r := good()
	r.token, r.tokenSecret = "idle", "idle secret"
	for _, kind := range []Kind{AccessToken, Renewal, AccessToken} {
		_, err := f.Verify(t.Context(), Question{Kind: kind, Message: f.message(r)})
		if want := map[Kind]string{AccessToken: "token_expired", Renewal: ""}[kind]; problem(err) != want {
			t.Errorf("kind %d: got problem %q, want %q", kind, problem(err), want)
		}
		if err := f.uses.Flush(t.Context(), f.store); err != nil {
			t.Fatal(err)
		}
	}
}
