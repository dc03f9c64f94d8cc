package gate

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// No target passes whose path has a dot segment to a reader that decodes
// escapes once: the application would serve another path than was signed.
func FuzzCheckTarget(f *testing.F) {
	for _, s := range []string{"/", "/a/../b", "/%2e%2E/a?x=1", "//a", "/a%2Fb", "/.%2e", "/a/.", "/a?b=/../c", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, target string) {
		if checkTarget(target) != nil {
			return
		}
		path, _, _ := strings.Cut(target, "?")
		for segment := range strings.SplitSeq(path, "/") {
			if s, err := url.PathUnescape(segment); err == nil && (s == "." || s == "..") {
				t.Fatalf("%q passes with the segment %q", target, s)
			}
		}
	})
}

// Whatever a proxy conveys, nothing passes and nobody is named without a signature
// over just that, and the answer is one that every proxy understands.
func FuzzConveyed(f *testing.F) {
	fixed := newFixture(f, Config{StrictDialect: true, ReadForms: true})
	f.Add("GET", "/a?b=c", "https", "photos.example.net", "a=b", "OAuth oauth_token=\"x\"", "application/x-www-form-urlencoded")
	f.Add("", "https://photos.example.net/", "http, https", "a:b", "", "", "text/plain; x-www-form-urlencoded")
	f.Fuzz(func(t *testing.T, method, target, scheme, host, body, authorization, contentType string) {
		for dialect, names := range dialectHeaders {
			path := "/auth/" + dialect
			if dialect == "envoy" {
				path += "/x"
			}
			r := httptest.NewRequest("POST", path, strings.NewReader(body))
			r.Header = http.Header{"Authorization": {authorization}, "Content-Type": {contentType}}
			for _, name := range names {
				r.Header[name] = []string{map[string]string{
					"X-Original-Method": method, "X-Forwarded-Method": method, "X-Original-Uri": target, "X-Forwarded-Uri": target,
					"X-Original-Url": target, "X-Forwarded-Proto": scheme, "X-Forwarded-Host": host,
				}[name]}
			}
			r.Host = host
			w := httptest.NewRecorder()
			fixed.server.ServeHTTP(w, r)
			if w.Code < 400 || w.Code >= 500 || w.Header().Get("Remote-User") != "" || strings.ContainsAny(w.Header().Get("WWW-Authenticate"), "\r\n\x00") {
				t.Fatalf("%s: got %d %v", dialect, w.Code, w.Header())
			}
		}
	})
}

// What an application reads of an identity header is what we wrote.
func FuzzHeaderValue(f *testing.F) {
	for _, s := range []string{"", "-", "zoë", "a%b", " a ", "\r\n", "%2D"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v := headerValue(s)
		for i := range len(v) {
			if v[i] < ' ' || v[i] > '~' {
				t.Fatalf("%q is written as %q", s, v)
			}
		}
		back, err := url.PathUnescape(v)
		if v == "-" {
			back = ""
		}
		if err != nil || back != s || v == "" || strings.TrimSpace(v) != v {
			t.Fatalf("%q is written as %q and read as %q", s, v, back)
		}
	})
}
