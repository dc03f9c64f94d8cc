package registry

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCallbacksThatMayBeRegistered(t *testing.T) {
	for _, uri := range []string{
		"oob",
		"https://printer.example.test/ready",
		"https://printer.example.test",
		"https://printer.example.test:8443/a/b?x=1&y=%20",
		"https://printer.example.test/oauth_callback",
		"https://[2001:db8::1]/x",
		"https://xn--bcher-kva.example/x",
		"http://127.0.0.1/x", "http://127.9.8.7:5000/x", "http://[::1]:5000/x", "http://localhost:5000/x",
		"com.example.app:/ready", "com.example.app://ready", "com.example.app:///ready",
	} {
		if err := CheckCallback(uri); err != nil {
			t.Errorf("got %v, want it accepted", err)
		}
	}
}

func TestCallbacksThatMayNot(t *testing.T) {
	tests := []struct{ name, uri, want string }{
		{"empty", "", `"" has 0 bytes; expected 1 to 2000`},
		{"too long", "https://a.example/" + strings.Repeat("a", 2000), ""},
		{"relative", "/ready", `"/ready" is not absolute; begin with https://`},
		{"a host alone", "printer.example.test", ""},
		{"protocol-relative", "//evil.example/x", ""},
		{"http", "http://printer.example.test/x", `"http://printer.example.test/x" uses http, so that the verifier could be read on the way; use https; http is for 127.0.0.1, [::1] and localhost only`},
		{"http to a name that only begins like loopback", "http://127.0.0.1.evil.example/x", ""},
		{"http to loopback in short form", "http://127.1/x", ""},
		{"http to loopback as one number", "http://2130706433/x", ""},
		{"http to localhost of somebody", "http://localhost.evil.example/", ""},
		{"a user name", "https://printer.example.test@evil.example/", `"https://printer.example.test@evil.example/" has a user name before the host; leave out everything up to the @`},
		{"a user name and password", "https://a:b@evil.example/", ""},
		{"an empty user name", "https://@evil.example/", ""},
		{"a backslash", `https://evil.example\.printer.example.test/`, `"https://evil.example\\.printer.example.test/" has a backslash, which browsers read as a slash; write / or %5C`},
		{"a fragment", "https://a.example/x#y", `"https://a.example/x#y" has a fragment, which a redirect would carry along; leave out # and what follows`},
		{"an empty fragment", "https://a.example/x#", ""},
		{"a space", "https://a.example/a b", `"https://a.example/a b" has the character ' '; percent-encode it, or write the host name in its xn-- form`},
		{"a leading space", " https://a.example/", ""},
		{"a line break", "https://a.example/\r\nSet-Cookie: a=b", ""},
		{"a tab in the scheme", "java\tscript:alert(1)", ""},
		{"a NUL", "https://a.example/\x00", ""},
		{"a host in its own script", "https://bücher.example/x", ""},
		{"bytes that are no text", "https://a.example/\xff", ""},
		{"a scheme in capitals", "HTTPS://a.example/", `"HTTPS://a.example/" can be read in more than one way; register it as "https://a.example/"`},
		{"a percent sign alone", "https://a.example/%", ""},
		{"a percent-encoded host", "https://%65vil.example/", ""},
		{"no host", "https:///x", `"https:///x" has no host; write https://host/path`},
		{"no slashes", "https:a.example", ""},
		{"a port alone", "https://:443/", ""},
		{"an empty port", "https://a.example:/", ""},
		{"a port that is none", "https://a.example:65536/", ""},
		{"port 0", "https://a.example:0/", ""},
		{"javascript", "javascript:alert(1)", `"javascript:alert(1)" uses the scheme "javascript"; use https, or for an installed application a private scheme with a dot, such as com.example.app:/ready`},
		{"data", "data:text/html,x", ""},
		{"vbscript", "vbscript:x", ""},
		{"file", "file:///etc/passwd", ""},
		{"blob", "blob:https://a.example/x", ""},
		{"view-source", "view-source:https://a.example/", ""},
		{"a private scheme without a dot", "myapp:/ready", ""},
		{"a private scheme with nothing behind it", "com.example.app:", ""},
		{"a private scheme without a slash", "com.example.app:ready", `"com.example.app:ready" has nothing that can be found after its scheme; write a slash after the colon, such as com.example.app:/ready`},
		{"a verifier in the query", "https://a.example/?x=1&oauth_verifier=v", `"https://a.example/?x=1&oauth_verifier=v" has a parameter of OAuth itself; leave out what begins with oauth_; it is added to the callback`},
		{"a token spelled otherwise", "https://a.example/?%6fauth_token=v", ""},
		{"OOB in capitals", "OOB", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := CheckCallback(test.uri)
			if err == nil {
				t.Fatal("it was accepted")
			}
			if test.want == "" {
				return
			}
			if diff := cmp.Diff(err.Error(), "callbacks: "+test.want); diff != "" {
				t.Errorf("text (-got +want):\n%s", diff)
			}
		})
	}
}

// What may be registered is read by a URL parser as it was written, goes to a
// scheme in which a browser runs nothing, and stays on its host when the answer
// is added to it.
func FuzzCheckCallback(f *testing.F) {
	for _, uri := range []string{"oob", "https://a.example:1/b?c=d", "com.example.app:/x", "http://[::1]/", `https://a\@b`, "https://a@b#c"} {
		f.Add(uri)
	}
	f.Fuzz(func(t *testing.T, uri string) {
		if CheckCallback(uri) != nil || uri == "oob" {
			return
		}
		u, err := url.Parse(uri)
		if err != nil || u.String() != uri || u.User != nil || u.Fragment != "" || strings.ContainsAny(uri, "\\# \r\n\t") {
			t.Fatalf("%q was accepted", uri)
		}
		if u.Scheme != "https" && u.Scheme != "http" && !strings.Contains(u.Scheme, ".") {
			t.Errorf("%q has the scheme %q", uri, u.Scheme)
		}
		separator := "?"
		if strings.Contains(uri, "?") {
			separator = "&"
		}
		after, err := url.Parse(uri + separator + "oauth_token=t&oauth_verifier=v")
		if err != nil || after.Scheme != u.Scheme || after.Host != u.Host || after.Path != u.Path {
			t.Errorf("%q goes elsewhere with an answer: %v", uri, after)
		}
	})
}
