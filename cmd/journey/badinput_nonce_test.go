package journey

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// nonces are NON-01 to NON-20.
func (s *siege) nonces(t *testing.T) {
	s.run(t, timestampAttacks)
	s.run(t, nonceAttacks)
	s.counting(t, func() {
		for _, step := range []struct {
			name string
			test func(*siege, *testing.T)
		}{
			{"NON-01, 03, 14 to 17: a replay, in every dress", (*siege).replays},
			{"NON-01: the request id of a proxy that asks twice", (*siege).askedTwice},
			{"NON-02: 32 copies at once", (*siege).replaysAtOnce},
			{"NON-04: a nonce on another request", (*siege).nonceElsewhere},
			{"NON-05, 06: many requests in one second", (*siege).manyInOneSecond},
			{"NON-07, 08: just inside the window", (*siege).insideTheWindow},
			{"NON-11: an outsider burns no nonce", (*siege).burntNonces},
			{"NON-12: long and odd nonces", (*siege).oddNonces},
			{"NON-13: the same nonce in another scope", (*siege).nonceScope},
		} {
			t.Run(step.name, func(t *testing.T) { step.test(s, t) })
		}
	})
	t.Run("NON-18, 19: replays across the window's edge", windowEdge)
	t.Run("NON-20: a replay after kill -9", s.replaysAfterKill)
}

func at(offset time.Duration) func(*call) {
	return func(c *call) {
		c.set("oauth_timestamp", strconv.FormatInt(time.Now().Add(offset).Unix(), 10))
	}
}

func timestamp(spell func(now int64) string) func(*call) {
	return func(c *call) { c.set("oauth_timestamp", spell(time.Now().Unix())) }
}

func constantly(text string) func(int64) string { return func(int64) string { return text } }

// The daemon's window is five minutes. Timestamps are changed before signing:
// all but the timestamp is right.
var timestampAttacks = []attack{
	{id: "NON-07", name: "a second too old, and two to be sure", before: at(-302 * time.Second), want: "timestamp_refused"},
	{id: "NON-07", name: "an hour old", before: at(-time.Hour), want: "timestamp_refused"},
	{id: "NON-07", name: "of 1970", before: timestamp(constantly("1")), want: "timestamp_refused"},
	{id: "NON-08", name: "three seconds beyond the window ahead", before: at(304 * time.Second), want: "timestamp_refused"},
	{id: "NON-08", name: "a year ahead", before: at(365 * 24 * time.Hour), want: "timestamp_refused"},
	{id: "NON-08", name: "2^32 and now", before: timestamp(func(now int64) string { return strconv.FormatInt(now+1<<32, 10) }), want: "timestamp_refused"},
	{id: "NON-08", name: "2^64 and now", before: timestamp(func(now int64) string { return "184467440755" + strconv.FormatInt(now, 10)[2:] }), want: "parameter_rejected"},
	{id: "NON-08", name: "twelve nines", before: timestamp(constantly("999999999999")), want: "timestamp_refused"},
	{id: "NON-08", name: "a hundred digits", before: timestamp(constantly(strings.Repeat("9", 100))), want: "parameter_rejected"},
	{id: "NON-08", name: "milliseconds", before: timestamp(func(now int64) string { return strconv.FormatInt(now*1000, 10) }), want: "parameter_rejected"},
	{id: "NON-09", name: "a plus sign", before: timestamp(func(now int64) string { return "+" + strconv.FormatInt(now, 10) }), want: "parameter_rejected"},
	{id: "NON-09", name: "a minus sign", before: timestamp(constantly("-1")), want: "parameter_rejected"},
	{id: "NON-09", name: "a zero in front", before: timestamp(func(now int64) string { return "0" + strconv.FormatInt(now, 10) }), want: "parameter_rejected"},
	{id: "NON-09", name: "zero", before: timestamp(constantly("0")), want: "parameter_rejected"},
	{id: "NON-09", name: "a blank in front", before: timestamp(func(now int64) string { return " " + strconv.FormatInt(now, 10) }), want: "parameter_rejected"},
	{id: "NON-09", name: "a line break behind", before: timestamp(func(now int64) string { return strconv.FormatInt(now, 10) + "\n" }), want: "parameter_rejected"},
	{id: "NON-09", name: "a NUL behind", before: timestamp(func(now int64) string { return strconv.FormatInt(now, 10) + "\x00" }), want: "parameter_rejected"},
	{id: "NON-09", name: "a decimal", before: timestamp(func(now int64) string { return strconv.FormatInt(now, 10) + ".0" }), want: "parameter_rejected"},
	{id: "NON-09", name: "an exponent", before: timestamp(constantly("1e9")), want: "parameter_rejected"},
	{id: "NON-09", name: "hex", before: timestamp(func(now int64) string { return "0x" + strconv.FormatInt(now, 16) }), want: "parameter_rejected"},
	{id: "NON-09", name: "underscores", before: timestamp(constantly("1_000_000")), want: "parameter_rejected"},
	{id: "NON-09", name: "Arabic digits", before: timestamp(func(now int64) string { return otherDigits(now, '٠') }), want: "parameter_rejected"},
	{id: "NON-09", name: "full-width digits", before: timestamp(func(now int64) string { return otherDigits(now, '０') }), want: "parameter_rejected"},
	{id: "NON-09", name: "words", before: timestamp(constantly("now")), want: "parameter_rejected"},
	{id: "NON-10", name: "no timestamp", before: func(c *call) { c.drop("oauth_timestamp") }, want: "parameter_absent"},
	{id: "NON-10", name: "no nonce", before: func(c *call) { c.drop("oauth_nonce") }, want: "parameter_absent"},
	{id: "NON-10", name: "neither", before: func(c *call) { c.drop("oauth_nonce", "oauth_timestamp") }, want: "parameter_absent"},
	{id: "NON-10", name: "an empty timestamp", before: setting("oauth_timestamp", ""), want: "parameter_absent"},
	{id: "NON-10", name: "an empty nonce", before: setting("oauth_nonce", ""), want: "parameter_absent"},
}

func otherDigits(n int64, zero rune) string {
	return strings.Map(func(r rune) rune { return r - '0' + zero }, strconv.FormatInt(n, 10))
}

var nonceAttacks = []attack{
	{id: "NON-12", name: "a nonce of 257 bytes", before: setting("oauth_nonce", strings.Repeat("n", 257)), want: "parameter_rejected"},
	{id: "NON-12", name: "a nonce of 257 bytes, each encoded", before: setting("oauth_nonce", strings.Repeat("%", 257)), want: "parameter_rejected"},
	{id: "NON-12", name: "a huge nonce", before: setting("oauth_nonce", strings.Repeat("n", 10_000)), want: "parameter_rejected"},
	{id: "NON-11", name: "another nonce on a signed request", after: setting("oauth_nonce", "fresh-nonce-9"), want: "signature_invalid"},
	{id: "NON-11", name: "another timestamp on a signed request", after: at(10 * time.Second), want: "signature_invalid"},
}

// dresses are ways to send one request again: all that is not signed, and
// every spelling of what is.
var dresses = []struct {
	id, name string
	change   func(*call)
}{
	{"NON-01", "the same bytes", nil},
	{"NON-03", "the same bytes once more", nil},
	{"NON-15", "in the query", func(c *call) { c.in = "query" }},
	{"NON-16", "with another order", func(c *call) { slices.Reverse(c.pairs) }},
	{"NON-16", "with a realm", withRealm(`realm="x"`)},
	{"NON-16", "with other headers", func(c *call) {
		c.headers = append(c.headers, "X-Request-ID: fresh", "User-Agent: other", "Cookie: a=b", "X-Forwarded-For: 10.9.8.7", "Idempotency-Key: 1")
	}},
	{"NON-16", "with the scheme's name in other letters", func(c *call) { c.authorization = []string{"oauth" + c.header()[5:]} }},
	{"NON-17", "with escapes in lower-case hex", func(c *call) {
		c.authorization = []string{strings.NewReplacer("%3D", "%3d", "%2B", "%2b", "%2F", "%2f").Replace(c.header())}
	}},
	{"NON-17", "with letters escaped", func(c *call) {
		c.authorization = []string{strings.Replace(c.header(), "oauth_nonce=\"", "oauth_nonc%65=\"", 1)}
	}},
	{"NON-17", "with the nonce's letters escaped", func(c *call) {
		n := c.get("oauth_nonce")
		c.authorization = []string{strings.Replace(c.header(), `"`+n+`"`, fmt.Sprintf(`"%%%02X%s"`, n[0], n[1:]), 1)}
	}},
	{"NON-17", "with a query in another spelling", func(c *call) { c.replace("size=full", "s%69ze=ful%6C") }},
}

func (s *siege) replays(t *testing.T) {
	for _, style := range append(gates, "request-token") {
		used := s.call(t, style, "hmac").sign()
		s.accepted(t, style, used)
		for _, d := range dresses {
			again := used.clone()
			apply(d.change, again)
			t.Run(style+" "+d.id+" "+d.name, func(t *testing.T) { s.refused(t, style, again, "nonce_used") })
		}
		// As a form: the same parameters, so the same base string.
		used = s.call(t, style, "hmac")
		used.form("title=a")
		s.accepted(t, style, used.sign())
		again := used.clone()
		again.in = "form"
		t.Run(style+" NON-15 in the form", func(t *testing.T) { s.refused(t, style, again, "nonce_used") })
	}
	// What one entrance has let through is a replay at all others.
	for _, first := range gates {
		used := newCall(s.who["hmac"]).sign()
		s.accepted(t, first, used)
		for _, style := range gates {
			s.refused(t, style, used, "nonce_used")
		}
	}
	// An exchange that was answered has no token to be signed with any more.
	used := s.call(t, "access-token", "hmac").sign()
	s.accepted(t, "access-token", used)
	s.refused(t, "access-token", used, "token_rejected")
	// One that was refused has spent its nonce all the same.
	undecided := s.pending(t, "hmac")
	used = s.endpointCall(undecided.consumer, "access-token")
	used.add("oauth_verifier", "a wrong verifier")
	s.declined(t, "access-token", used.sign(), "permission_unknown")
	s.refused(t, "access-token", used, "nonce_used")
}

// askedTwice is nginx's internal redirect, which is no replay, and what looks
// like it.
func (s *siege) askedTwice(t *testing.T) {
	id := func(text string) func(*call) {
		return func(c *call) { c.headers = []string{"X-Request-ID: " + text} }
	}
	for _, style := range gates {
		c := newCall(s.who["hmac"])
		id("one")(c)
		s.accepted(t, style, c.sign())
		if style == "nginx" {
			s.accepted(t, style, c)
		} else {
			s.refused(t, style, c, "nonce_used")
		}
		for _, other := range []string{"two", "", "one, one"} {
			again := c.clone()
			id(other)(again)
			s.refused(t, style, again, "nonce_used")
		}
		twice := c.clone()
		twice.headers = append(twice.headers, twice.headers[0])
		s.refused(t, style, twice, "nonce_used")
		another := newCall(s.who["hmac"])
		another.set("oauth_nonce", c.get("oauth_nonce"))
		another.set("oauth_timestamp", c.get("oauth_timestamp"))
		another.target = "/another"
		id("one")(another)
		s.refused(t, style, another.sign(), "nonce_used")
	}
}

func (s *siege) replaysAtOnce(t *testing.T) {
	for _, style := range append(gates, "request-token") {
		c := s.call(t, style, "hmac").sign()
		s.remember(c)
		addr := s.address(style)
		text := s.wire(style, c)
		replies := make([]reply, 32)
		start := make(chan struct{})
		var wait sync.WaitGroup
		for i := range replies {
			wait.Go(func() {
				<-start
				replies[i] = s.exchange(t, "", addr, text)
			})
		}
		close(start)
		wait.Wait()
		passed := 0
		for _, r := range replies {
			switch {
			case r.status == 200:
				passed++
				s.count(style, "ok")
			case r.status == 401 && (r.problem() == "nonce_used" || bodyProblem(r) == "nonce_used"):
				s.count(style, "nonce_used")
			default:
				t.Errorf("%s: a copy: got %d %s", style, r.status, r.problem())
			}
		}
		if passed != 1 {
			t.Errorf("%s: %d of 32 copies passed, want 1", style, passed)
		}
		if style == "inline" {
			s.passed++
		}
	}
}

func (s *siege) nonceElsewhere(t *testing.T) {
	for _, style := range gates {
		c := newCall(s.who["hmac"])
		other := c.clone()
		other.target, other.method = "/another/thing?x=1", "POST"
		s.accepted(t, style, c.sign())
		s.refused(t, style, other.sign(), "nonce_used")
		stronger := newCall(s.who["hmac"])
		stronger.set("oauth_nonce", c.get("oauth_nonce"))
		stronger.set("oauth_timestamp", c.get("oauth_timestamp"))
		stronger.set("oauth_signature_method", "HMAC-SHA512")
		s.refused(t, style, stronger.sign(), "nonce_used")
	}
}

func (s *siege) manyInOneSecond(t *testing.T) {
	second := strconv.FormatInt(time.Now().Unix(), 10)
	var all []*call
	for range 60 {
		c := newCall(s.who["hmac"])
		c.set("oauth_timestamp", second)
		all = append(all, c.sign())
	}
	for i, c := range all {
		s.accepted(t, gates[i%len(gates)], c)
	}
	for i, c := range all {
		s.refused(t, gates[i%len(gates)], c, "nonce_used")
	}
}

func (s *siege) insideTheWindow(t *testing.T) {
	for _, offset := range []time.Duration{-297 * time.Second, -time.Minute, time.Minute, 299 * time.Second} {
		for _, style := range gates {
			c := newCall(s.who["hmac"])
			at(offset)(c)
			s.accepted(t, style, c.sign())
			s.refused(t, style, c, "nonce_used")
		}
	}
}

func (s *siege) burntNonces(t *testing.T) {
	for _, style := range append(gates, "request-token") {
		good := s.call(t, style, "hmac")
		for _, forge := range []func(*call){
			func(c *call) { c.by.secret = "wrong" },
			func(c *call) { c.by.secret = "wrong"; c.target += "&x=1" },
			func(c *call) { c.set("oauth_consumer_key", "unknown") },
			func(c *call) { c.set("oauth_signature_method", "HMAC-SHA256"); c.key = ptr("&") },
		} {
			bad := good.clone()
			forge(bad)
			outcome := "signature_invalid"
			if bad.get("oauth_consumer_key") == "unknown" {
				outcome = "consumer_key_unknown"
			}
			s.refused(t, style, bad.sign(), outcome)
		}
		s.accepted(t, style, good.sign())
	}
}

func (s *siege) oddNonces(t *testing.T) {
	stamp := strconv.FormatInt(time.Now().Unix(), 10)
	for i, nonce := range []string{
		strings.Repeat("n", 256), strings.Repeat("n", 255), "n", "nn", "n\x00", "n\x00n", "\x00", "\xff\xfe", "n\n", " n", "n ", "N", "\uff4e", "\u00e9", "e\u0301",
		"../../etc/passwd", "' OR 1=1 --", "<script>", "%", "%6e", "a&b=c", `"`, "\r\nX: y", "*",
	} {
		style := gates[i%len(gates)]
		c := newCall(s.who["hmac"])
		c.set("oauth_timestamp", stamp)
		c.set("oauth_nonce", nonce)
		s.accepted(t, style, c.sign())
		s.refused(t, style, c, "nonce_used")
	}
}

func (s *siege) nonceScope(t *testing.T) {
	second := *s.who["hmac"]
	s.issueToken(&second, "ada")
	now := time.Now().Unix()
	for _, style := range gates {
		nonce := "shared-" + style
		for name, c := range map[string]*call{
			"first":             newCall(s.who["hmac"]),
			"another consumer":  newCall(s.who["other"]),
			"another token":     newCall(&second),
			"another timestamp": newCall(s.who["hmac"]),
		} {
			c.set("oauth_nonce", nonce)
			c.set("oauth_timestamp", strconv.FormatInt(now, 10))
			if name == "another timestamp" {
				c.set("oauth_timestamp", strconv.FormatInt(now+1, 10))
			}
			s.accepted(t, style, c.sign())
			s.refused(t, style, c, "nonce_used")
		}
		// Tuples that are one text when they are joined.
		stamp := strconv.FormatInt(now, 10)
		for _, pair := range [][2]string{{stamp[:9], stamp[9:] + nonce}, {stamp, nonce + "joined"}} {
			c := newCall(s.who["hmac"])
			c.set("oauth_timestamp", pair[0])
			c.set("oauth_nonce", pair[1])
			if pair[0] == stamp {
				s.accepted(t, style, c.sign())
			} else {
				s.refused(t, style, c.sign(), "timestamp_refused")
			}
		}
	}
	for _, nonce := range []string{"1" + s.who["hmac"].token, s.who["hmac"].key, "-", "|", ","} {
		c := newCall(s.who["hmac"])
		c.set("oauth_nonce", nonce)
		s.accepted(t, "forward", c.sign())
	}
}

// windowEdge repeats a request until it is stale; the window is as small as it
// may be, and the request dated so that its edge comes soon.
func windowEdge(t *testing.T) {
	s := newSiege(t, "signature: {timestamp_window: 30s}\nlog: {format: json}")
	old := newCall(s.who["hmac"])
	at(-28 * time.Second)(old)
	ahead := newCall(s.who["hmac"])
	at(29 * time.Second)(ahead)
	s.accepted(t, "forward", old.sign())
	s.accepted(t, "forward", ahead.sign())
	stale := 0
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end) && stale < 3; <-time.After(150 * time.Millisecond) {
		s.refused(t, "nginx", ahead, "nonce_used")
		switch r := s.send(t, "forward", old); r.problem() {
		case "nonce_used":
		case "timestamp_refused":
			stale++
		default:
			t.Errorf("a replay near the window's edge: got %d %q", r.status, r.problem())
		}
	}
	if stale == 0 {
		t.Errorf("the request did not grow stale")
	}
}

func (s *siege) replaysAfterKill(t *testing.T) {
	var used []*call
	for _, style := range gates {
		c := newCall(s.who["hmac"]).sign()
		s.accepted(t, style, c)
		ahead := newCall(s.who["hmac"])
		at(4 * time.Minute)(ahead)
		s.accepted(t, style, ahead.sign())
		used = append(used, c, ahead)
	}
	asked := s.call(t, "request-token", "hmac").sign()
	s.accepted(t, "request-token", asked)
	s.d.kill()
	s.d.start()
	for _, style := range gates {
		for _, c := range used {
			s.refused(t, style, c, "nonce_used")
		}
	}
	s.refused(t, "request-token", asked, "nonce_used")
}
