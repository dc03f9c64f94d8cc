package web

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"oauth1d/provider/oauth1"
	"oauth1d/provider/pages"
)

func TestEveryPageIsProtected(t *testing.T) {
	s := newHouse(t)
	post := httptest.NewRequest("POST", "/", nil)
	post.Header.Set("Sec-Fetch-Site", "cross-site")
	html := httptest.NewRequest("GET", "/", nil)
	html.Header.Set("Accept", "text/html,*/*")
	plain := httptest.NewRequest("GET", "/", nil)
	answers := map[string]*httptest.ResponseRecorder{
		"a page":                 get(s.People("consent", answering(200))),
		"a problem":              get(s.People("consent", failing(oauth1.Refuse("token_expired", "too late")))),
		"an error":               get(s.People("consent", failing(&Error{Status: 410, Title: "Gone"}))),
		"our fault":              get(s.People("consent", failing(errors.New("x")))),
		"a panic":                get(s.People("consent", func(http.ResponseWriter, *http.Request) error { panic(1) })),
		"a silent handler":       get(s.People("consent", func(http.ResponseWriter, *http.Request) error { return nil })),
		"a foreign form":         ask(s.People("consent", answering(200)), post),
		"no such page":           ask(s.NotFound(), html),
		"no such method":         ask(s.MethodNotAllowed("GET", "POST"), html),
		"a panic of the router":  ask(s.Outer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(1) })), html),
		"a redirect to a page":   get(s.People("consent", answering(303))),
		"a page of a HEAD query": ask(s.People("consent", answering(200)), httptest.NewRequest("HEAD", "/", nil)),
		"a cookie that is junk":  ask(s.People("consent", answering(200)), plain),
	}
	for name, w := range answers {
		h := w.Result().Header
		for header, want := range map[string]string{
			"Content-Security-Policy":    pages.ContentSecurityPolicy(),
			"X-Frame-Options":            "DENY",
			"X-Content-Type-Options":     "nosniff",
			"Referrer-Policy":            "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin",
			"Cache-Control":              "no-store",
			"Strict-Transport-Security":  "max-age=31536000",
		} {
			if got := h.Get(header); got != want {
				t.Errorf("%s: %s %q, want %q", name, header, got, want)
			}
		}
		if h.Get("Permissions-Policy") == "" || h.Get("X-Request-Id") == "" {
			t.Errorf("%s: headers %v", name, h)
		}
	}
}

func TestErrorPages(t *testing.T) {
	s := newHouse(t)
	tests := []struct {
		name   string
		err    error
		status int
		shows  []string
		hides  string
	}{
		{"a refusal says what to do", &Error{Status: 410, Title: "Too <late>", Sentence: "Start again.", Code: "request_expired", Err: errors.New("inner")}, 410,
			[]string{"Too &lt;late&gt;", "Start again.", "request_expired"}, "inner"},
		{"a problem shows its name and advice", oauth1.Refuse("timestamp_refused", "the clock is wrong"), 400, []string{"timestamp_refused", "the clock is wrong"}, ""},
		{"a known code has words for people", oauth1.Refuse("token_expired", "it has expired"), 401, []string{"token_expired", "This request has expired", "Go back to the application"}, "it has expired"},
		{"who answers for the consumer can be asked", &Error{Status: 403, Code: "consumer_key_refused", Contact: "ops@printer.example"}, 403, []string{`href="mailto:ops@printer.example"`}, ""},
		{"our own fault says nothing of itself", errors.New("secret disk path"), 500, []string{"internal_error"}, "secret disk path"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := get(s.People("consent", failing(tt.err)))
			page := w.Body.String()
			if w.Code != tt.status || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") || w.Result().Header["Location"] != nil {
				t.Errorf("%d %v", w.Code, w.Result().Header)
			}
			for _, want := range append(tt.shows, w.Header().Get("X-Request-Id")) {
				if !strings.Contains(page, want) {
					t.Errorf("the page lacks %q:\n%s", want, page)
				}
			}
			if tt.hides != "" && strings.Contains(page, tt.hides) {
				t.Errorf("the page shows %q", tt.hides)
			}
			if w.Result().Header.Get("Set-Cookie") == "" {
				t.Error("the session cookie was lost")
			}
		})
	}
}

func TestErrorPagesSpeakTheBrowsersLanguage(t *testing.T) {
	s := newHouse(t)
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Accept-Language", "de-AT,de;q=0.9,en;q=0.5")
	w := ask(s.People("consent", func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Content-Language", "fr") // of the page that was not to be
		return &Error{Status: 409, Code: "token_used", Title: "Used", Sentence: "It is used."}
	}), r)
	if w.Code != 409 || w.Header().Get("Content-Language") != "de" || !strings.Contains(w.Body.String(), "Diese Anfrage wurde schon beantwortet") {
		t.Errorf("%d %v\n%s", w.Code, w.Header(), w.Body)
	}
}

func TestFormsOfOtherOrigins(t *testing.T) {
	s := newHouse(t)
	tests := []struct {
		name          string
		method, host  string
		origin, fetch string
		want          int
	}{
		{"our own page", "POST", "auth.example.test", "https://auth.example.test", "same-origin", 200},
		{"typed in", "POST", "auth.example.test", "", "none", 200},
		{"no browser at all", "POST", "auth.example.test", "", "", 200},
		{"an old browser behind a proxy that replaces Host", "POST", "127.0.0.1:5849", "https://auth.example.test", "", 200},
		{"a new browser behind it", "POST", "127.0.0.1:5849", "https://auth.example.test", "same-origin", 200},
		{"another site", "POST", "auth.example.test", "https://evil.example", "cross-site", 403},
		{"another site in an old browser", "POST", "auth.example.test", "https://evil.example", "", 403},
		{"a sibling host", "POST", "auth.example.test", "https://www.example.test", "same-site", 403},
		{"our public page at another address of ours", "POST", "admin.example.test", "https://auth.example.test", "cross-site", 403},
		{"a page without an origin", "POST", "auth.example.test", "null", "", 403},
		{"reading changes nothing", "GET", "auth.example.test", "https://evil.example", "cross-site", 200},
		{"any other method is an act", "PATCH", "auth.example.test", "https://evil.example", "cross-site", 403},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(tt.method, "/", nil)
			r.Host = tt.host
			for name, v := range map[string]string{"Origin": tt.origin, "Sec-Fetch-Site": tt.fetch} {
				if v != "" {
					r.Header.Set(name, v)
				}
			}
			if w := ask(s.People("consent", answering(200)), r); w.Code != tt.want {
				t.Errorf("status %d, want %d", w.Code, tt.want)
			}
		})
	}
}

func TestNoHSTSOverPlainHTTP(t *testing.T) {
	s, err := New(Config{PublicURL: "http://localhost:5849"})
	if err != nil {
		t.Fatal(err)
	}
	if h := get(s.People("consent", answering(200))).Result().Header; h["Strict-Transport-Security"] != nil {
		t.Errorf("headers %v", h)
	}
}

func TestAbsent(t *testing.T) {
	s := newHouse(t)
	if w := get(s.NotFound()); w.Code != 404 || w.Body.String() != "There is no page at this address.\n" {
		t.Errorf("%d %q", w.Code, w.Body)
	}
	w := get(s.MethodNotAllowed("GET", "POST"))
	if w.Code != 405 || w.Header().Get("Allow") != "GET, POST" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}

func TestNewRefuses(t *testing.T) {
	for name, c := range map[string]Config{
		"a public URL without a scheme":         {PublicURL: "auth.example.test"},
		"a public URL of another scheme":        {PublicURL: "ftp://auth.example.test"},
		"a realm that breaks out of its quotes": {Realm: `a" b`},
		"a realm that breaks the line":          {Realm: "a\r\nSet-Cookie: x=y"},
	} {
		if _, err := New(c); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}
