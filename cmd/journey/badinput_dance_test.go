package journey

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// dance is DAN-00 to DAN-26.
func (s *siege) dance(t *testing.T) {
	s.run(t, tokenMixups)
	s.counting(t, func() {
		for _, step := range []struct {
			name string
			test func(*siege, *testing.T)
		}{
			{"DAN-01, 02: callbacks", (*siege).callbacks},
			{"DAN-04, 05, 21: tokens and verifiers cannot be guessed, and are not kept by caches", (*siege).randomness},
			{"DAN-06, 07: wrong verifiers", (*siege).wrongVerifiers},
			{"DAN-08: a stranger stops no dance", (*siege).strangersExchange},
			{"DAN-09, 13, 14: crossed tokens, secrets and verifiers", (*siege).crossed},
			{"DAN-10: exchanged twice, and 16 times at once", (*siege).exchangedTwice},
			{"DAN-11, 12: a token of the wrong kind", (*siege).wrongKind},
			{"DAN-17: a denial leaves nothing usable", (*siege).denial},
			{"DAN-18: odd links to the authorize page", (*siege).oddLinks},
			{"DAN-19, 20: a second decision", (*siege).secondDecision},
			{"DAN-22: the callback", (*siege).builtCallback},
			{"DAN-23: revoked and disabled", (*siege).ended},
			{"DAN-24: GET at the token endpoints", (*siege).wrongMethods},
			{"DAN-26: guessing a verifier", (*siege).guessing},
		} {
			t.Run(step.name, func(t *testing.T) { step.test(s, t) })
		}
	})
	t.Run("DAN-23: expired", expired)
}

var tokenMixups = []attack{
	{id: "DAN-25", name: "a request token asked for with a token", at: []string{"request-token"}, before: func(c *call) { c.add("oauth_token", "x") }, want: "parameter_rejected"},
	{id: "DAN-25", name: "an exchange without a token", at: []string{"access-token"}, before: func(c *call) { c.drop("oauth_token"); c.by.tokenSecret = "" }, want: "parameter_absent"},
}

// callbacks are tried against one registered callback.
func (s *siege) callbacks(t *testing.T) {
	try := func(name string, problem string, change func(*call)) {
		t.Run(name, func(t *testing.T) {
			c := s.endpointCall(*s.who["hmac"], "request-token")
			change(c)
			s.declined(t, "request-token", c.sign(), problem)
		})
	}
	try("none", "parameter_absent", func(*call) {})
	try("empty", "parameter_absent", setting("oauth_callback", ""))
	for _, trick := range []string{
		"oob", "/ready", "ready", "//printer.example.test/ready", "http://printer.example.test/ready", "https://printer.example.test/ready/",
		"https://printer.example.test/ready?x=1", "https://printer.example.test/ready#x", "https://printer.example.test/Ready", "https://PRINTER.example.test/ready",
		"https://printer.example.test:443/ready", "https://printer.example.test/ready.evil.example", "https://printer.example.test.evil.example/ready",
		"https://evil.example/ready", "https://printer.example.test@evil.example/ready", "https://evil.example@printer.example.test/ready",
		`https://printer.example.test\@evil.example/ready`, "https://printer.example.test/ready/../evil", "https://printer.example.test/%72eady",
		"https://printer.example.test/ready ", " https://printer.example.test/ready", "https://printer.example.test/ready\x00", "https://printer.example.test/ready%00",
		"https://printer.example.test/ready\r\nLocation: https://evil.example", "javascript:alert(1)", "data:text/html,x", "HTTPS://printer.example.test/ready",
		"https:printer.example.test/ready", "https:///printer.example.test/ready", "https://printer.example.test//ready", "https://printer。example.test/ready",
		"https://printer.example.test/ready;x", "https://printer.example.test/read", "*", "https://*", strings.Repeat("https://printer.example.test/ready", 50),
	} {
		try(trick[:min(len(trick), 60)], "parameter_rejected", setting("oauth_callback", trick))
	}
	for _, trick := range []string{"javascript:alert(1)", "http://printer.example.test/ready", "https://a@evil.example/", "https://a.example/#x", "/ready", "https://a.example/?oauth_verifier=x"} {
		if _, _, code := s.d.try("", "consumer", "add", "--name", "x", "--callback", trick); code == 0 {
			t.Errorf("%s was registered", trick)
		}
	}
	p := s.pending(t, "hmac")
	s.redeem(t, p, s.allow(t, p))
}

func (s *siege) randomness(t *testing.T) {
	credential := regexp.MustCompile(`^[A-Za-z0-9_-]{32,}$`)
	known := map[string]bool{}
	fresh := func(what, text string) {
		if !credential.MatchString(text) || known[text] || known[text[:8]] {
			t.Errorf("%s of %d characters is short, odd or not the first of its kind", what, len(text))
		}
		known[text], known[text[:8]] = true, true
	}
	for range 40 {
		p := s.pending(t, "hmac")
		verifier := s.allow(t, p)
		c := s.redeem(t, p, verifier)
		fresh("a request token", p.token)
		fresh("its secret", p.tokenSecret)
		fresh("a verifier", verifier)
		fresh("an access token", c.token)
		fresh("its secret", c.tokenSecret)
	}
	for _, style := range endpoints {
		h := s.accepted(t, style, s.call(t, style, "hmac").sign()).header
		if h.Get("Content-Type") != "application/x-www-form-urlencoded" || h.Get("Cache-Control") != "no-store" || h.Values("Set-Cookie") != nil {
			t.Errorf("DAN-05: %s: got Content-Type %q, Cache-Control %q, cookies %q", style, h.Get("Content-Type"), h.Get("Cache-Control"), h.Values("Set-Cookie"))
		}
	}
	for range 20 {
		a := s.visit(t, s.visitor, s.pending(t, "oob").token, "allow")
		pin := textOf(a.body, "oauth_verifier")
		s.secret(pin, "a PIN")
		if !regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{10}$`).MatchString(pin) || known[pin] {
			t.Errorf("DAN-21: a PIN of %d characters is odd or not the first of its kind", len(pin))
		}
		known[pin] = true
	}
}

func (s *siege) wrongVerifiers(t *testing.T) {
	p := s.pending(t, "hmac")
	s.declined(t, "access-token", s.exchanging(p, "before the decision").sign(), "permission_unknown")
	s.declined(t, "access-token", s.exchanging(p, strings.Repeat("\x00", 32)).sign(), "permission_unknown")
	verifier := s.allow(t, p)
	none := s.exchanging(p, "")
	s.declined(t, "access-token", none.sign(), "parameter_absent")
	none = s.exchanging(p, "")
	none.drop("oauth_verifier")
	s.declined(t, "access-token", none.sign(), "parameter_absent")
	for _, wrong := range []string{"wrong", verifier[:len(verifier)-1], swapCase(verifier), verifier + "\x00"} {
		s.declined(t, "access-token", s.exchanging(p, wrong).sign(), "verifier_invalid")
	}
	s.redeem(t, p, verifier)
}

func (s *siege) strangersExchange(t *testing.T) {
	p := s.pending(t, "hmac")
	verifier := s.allow(t, p)
	for range 12 {
		wrong := s.exchanging(p, "a guess of mine")
		wrong.by.secret = "wrong"
		s.refused(t, "access-token", wrong.sign(), "signature_invalid")
		foreign := s.exchanging(p, "a guess of mine")
		foreign.set("oauth_consumer_key", s.who["other"].key)
		foreign.by.secret = s.who["other"].secret
		s.refused(t, "access-token", foreign.sign(), "token_rejected")
	}
	broken := s.exchanging(p, verifier).sign()
	broken.drop("oauth_signature")
	s.refused(t, "access-token", broken, "parameter_absent")
	s.redeem(t, p, verifier)
}

func (s *siege) crossed(t *testing.T) {
	one, two := s.pending(t, "hmac"), s.pending(t, "hmac")
	first, second := s.allow(t, one), s.allow(t, two)
	s.declined(t, "access-token", s.exchanging(one, second).sign(), "verifier_invalid")
	s.declined(t, "access-token", s.exchanging(two, first).sign(), "verifier_invalid")

	crossed := one
	crossed.tokenSecret = two.tokenSecret
	s.refused(t, "access-token", s.exchanging(crossed, first).sign(), "signature_invalid")
	crossed.tokenSecret = s.who["hmac"].tokenSecret
	s.refused(t, "access-token", s.exchanging(crossed, first).sign(), "signature_invalid")
	mixed := *s.who["hmac"]
	mixed.tokenSecret = one.tokenSecret

	stolen := one
	stolen.key, stolen.secret = s.who["other"].key, s.who["other"].secret
	s.refused(t, "access-token", s.exchanging(stolen, first).sign(), "token_rejected")
	taken := *s.who["other"]
	taken.token, taken.tokenSecret = s.who["hmac"].token, s.who["hmac"].tokenSecret
	for _, style := range gates {
		s.refused(t, style, newCall(&mixed).sign(), "signature_invalid")
		s.refused(t, style, newCall(&taken).sign(), "token_rejected")
	}
	s.redeem(t, one, first)
	s.redeem(t, two, second)
}

func (s *siege) exchangedTwice(t *testing.T) {
	p := s.pending(t, "hmac")
	verifier := s.allow(t, p)
	s.redeem(t, p, verifier)
	s.refused(t, "access-token", s.exchanging(p, verifier).sign(), "token_rejected")

	before := s.tokens(t)
	p = s.pending(t, "hmac")
	verifier = s.allow(t, p)
	replies := make([]reply, 16)
	var wait sync.WaitGroup
	start := make(chan struct{})
	for i := range replies {
		c := s.exchanging(p, verifier).sign()
		s.remember(c)
		text := s.wire("access-token", c)
		wait.Go(func() {
			<-start
			replies[i] = s.exchange(t, "", s.d.public, text)
		})
	}
	close(start)
	wait.Wait()
	passed := 0
	for _, r := range replies {
		switch problem := bodyProblem(r); {
		case r.status == http.StatusOK:
			passed++
			s.count("access-token", "ok")
			s.secret(formValues(r).Get("oauth_token"), "a token")
			s.secret(formValues(r).Get("oauth_token_secret"), "a token secret")
		case r.status == http.StatusUnauthorized && problem == "token_used": // verified, but too late
			s.count("access-token", "ok")
		case r.status == http.StatusUnauthorized && problem == "token_rejected":
			s.count("access-token", "token_rejected")
		default:
			t.Errorf("one of 16 exchanges: got %d %s", r.status, problem)
		}
	}
	if passed != 1 {
		t.Errorf("%d of 16 exchanges got a token, want 1", passed)
	}
	if got := s.tokens(t) - before; got != 1 {
		t.Errorf("16 exchanges at once left %d access tokens, want 1", got)
	}
}

// tokens counts the access tokens of hmac.
func (s *siege) tokens(t *testing.T) int {
	t.Helper()
	return strings.Count(s.d.cli("", "token", "list", "--consumer", s.who["hmac"].key, "--format", "json"), `"consumer"`)
}

func (s *siege) wrongKind(t *testing.T) {
	p := s.pending(t, "hmac")
	for _, style := range gates {
		s.refused(t, style, newCall(&p.consumer).sign(), "token_rejected")
	}
	verifier := s.allow(t, p)
	for _, style := range gates {
		s.refused(t, style, newCall(&p.consumer).sign(), "token_rejected")
	}
	s.refused(t, "access-token", s.exchanging(pendingToken{*s.who["hmac"]}, verifier).sign(), "token_rejected")
	if a := s.page(t, s.visitor, "?oauth_token="+s.who["hmac"].token); a.status != http.StatusNotFound || a.location != "" {
		t.Errorf("an access token at the authorize page: got %d %q, want a page with 404", a.status, a.location)
	}
	s.redeem(t, p, verifier)
}

func (s *siege) ended(t *testing.T) {
	c := s.d.addConsumer("--name", "short-lived", "--callback", callback)
	s.issueToken(c, "ada")
	waiting := s.pendingFor(t, c, callback)
	verifier := s.allow(t, waiting)
	for _, style := range gates {
		s.accepted(t, style, newCall(c).sign())
	}
	s.d.cli("", "consumer", "disable", c.key)
	for _, style := range gates {
		s.refused(t, style, newCall(c).sign(), "consumer_key_refused")
	}
	s.refused(t, "access-token", s.exchanging(waiting, verifier).sign(), "consumer_key_refused")
	ask := s.endpointCall(*c, "request-token")
	ask.add("oauth_callback", callback)
	s.refused(t, "request-token", ask.sign(), "consumer_key_refused")
	s.d.cli("", "consumer", "enable", c.key)
	s.d.cli("", "token", "revoke", c.token)
	for _, style := range gates {
		s.refused(t, style, newCall(c).sign(), "token_revoked")
	}
	s.redeem(t, waiting, verifier)
	s.d.cli("", "consumer", "remove", "--yes", c.key)
	for _, style := range gates {
		s.refused(t, style, newCall(c).sign(), "consumer_key_unknown")
	}
}

func (s *siege) wrongMethods(t *testing.T) {
	for _, style := range endpoints {
		for _, method := range []string{"GET", "PUT", "DELETE", "OPTIONS", "FROB", "post"} {
			c := s.call(t, style, "hmac")
			c.method = method
			r := s.send(t, style, c.sign())
			if r.status != http.StatusMethodNotAllowed || r.header.Get("Allow") != "POST" {
				t.Errorf("%s %s: got %d, Allow %q; want 405, POST", method, style, r.status, r.header.Get("Allow"))
			}
			s.clean(t, style, c, r)
		}
	}
}

// guessing ends with the request token.
func (s *siege) guessing(t *testing.T) {
	for _, by := range []string{"hmac", "oob"} {
		p := s.pending(t, by)
		a := s.visit(t, s.visitor, p.token, "allow")
		verifier := textOf(a.body, "oauth_verifier")
		if by == "hmac" {
			verifier = s.verifierOf(t, a)
		}
		for range 5 {
			s.declined(t, "access-token", s.exchanging(p, "a guess").sign(), "verifier_invalid")
		}
		s.declined(t, "access-token", s.exchanging(p, "a guess").sign(), "token_rejected")
		s.declined(t, "access-token", s.exchanging(p, verifier).sign(), "token_rejected")
	}
	// Many at once are no way around it.
	p := s.pending(t, "oob")
	pin := textOf(s.visit(t, s.visitor, p.token, "allow").body, "oauth_verifier")
	s.secret(pin, "a PIN")
	problems := make([]string, 24)
	var wait sync.WaitGroup
	for i := range problems {
		c := s.exchanging(p, "a guess").sign()
		s.remember(c)
		s.count("access-token", "ok")
		text := s.wire("access-token", c)
		wait.Go(func() { problems[i] = bodyProblem(s.exchange(t, "", s.d.public, text)) })
	}
	wait.Wait()
	wrong := len(slices.DeleteFunc(slices.Clone(problems), func(p string) bool { return p != "verifier_invalid" }))
	if wrong != 5 {
		t.Errorf("24 guesses at once: %d were compared, want 5", wrong)
	}
	s.declined(t, "access-token", s.exchanging(p, pin).sign(), "token_rejected")
}

// expired needs a daemon whose tokens do not live long.
func expired(t *testing.T) {
	s := newSiege(t, "tokens: {request_ttl: 3s, access_ttl: 3s}\nlog: {format: json}")
	undecided, allowed := s.pending(t, "hmac"), s.pending(t, "hmac")
	verifier := s.allow(t, allowed)
	redeemed := s.pending(t, "hmac")
	c := s.redeem(t, redeemed, s.allow(t, redeemed))
	s.accepted(t, "forward", newCall(c).sign())
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); <-time.After(100 * time.Millisecond) {
		if r := s.send(t, "forward", newCall(c).sign()); r.status != http.StatusOK {
			break
		}
	}
	for _, style := range subrequests {
		s.refused(t, style, newCall(c).sign(), "token_expired")
	}
	s.refused(t, "access-token", s.exchanging(allowed, verifier).sign(), "token_expired")
	if a := s.page(t, s.visitor, "?oauth_token="+undecided.token); a.status != http.StatusNotFound || a.location != "" {
		t.Errorf("an expired token at the authorize page: got %d %q, want a page with 404", a.status, a.location)
	}
	s.checkApp(t)
}
