package oauth1

import (
	"testing"
	"time"
)

// What most tests sign with.
var (
	testKeys   = Keys{ConsumerSecret: []byte("kd94hf93k423kf44"), TokenSecret: []byte("pfkkdhi9sl3r4s00")}
	testSigner = Signer{
		ConsumerKey:    "dpf43f3p2l4k3l03",
		Token:          "nnch734d00sl2jdk",
		ConsumerSecret: testKeys.ConsumerSecret,
		TokenSecret:    testKeys.TokenSecret,
		Method:         HMACSHA1,
		Now:            func() time.Time { return time.Unix(1191242096, 0) },
		Nonce:          func() string { return "kllo9940pd9333jh" },
	}
)

func testMessage() *Message {
	return &Message{
		Method: "GET",
		Scheme: "http",
		Host:   "photos.example.net",
		Target: "/photos?file=vacation.jpg&size=original",
	}
}

// signed returns m with an Authorization header.
func signed(t testing.TB, m *Message, extra ...Pair) *Message {
	t.Helper()
	header, err := testSigner.Authorization(m, extra...)
	if err != nil {
		t.Fatal(err)
	}
	m.Authorization = []string{header}
	return m
}

func TestHasForm(t *testing.T) {
	for _, tt := range []struct {
		name    string
		types   []string
		form    bool
		refused bool
	}{
		{"no type is no form", nil, false, false},
		{"the form type", []string{"application/x-www-form-urlencoded"}, true, false},
		{"case does not matter", []string{"Application/X-WWW-Form-URLEncoded"}, true, false},
		{"parameters are allowed", []string{"application/x-www-form-urlencoded; charset=UTF-8"}, true, false},
		{"blanks are allowed", []string{" application/x-www-form-urlencoded\t;charset=x"}, true, false},
		{"another type", []string{"application/json"}, false, false},
		{"multipart is unsigned", []string{"multipart/form-data; boundary=x"}, false, false},
		{"the form type as a parameter is none", []string{"text/plain; x=application/x-www-form-urlencoded"}, false, false},
		{"two other types", []string{"text/plain", "application/json"}, false, false},
		{"form and another", []string{"application/x-www-form-urlencoded", "text/plain"}, false, true},
		{"form twice", []string{"application/x-www-form-urlencoded", "application/x-www-form-urlencoded"}, false, true},
		{"two types in one value", []string{"text/plain, application/x-www-form-urlencoded"}, false, true},
		{"a type that contains the form's", []string{"xapplication/x-www-form-urlencoded"}, false, true},
		{"a form type with NUL", []string{"application/x-www-form-urlencoded\x00"}, false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			form, err := (&Message{ContentType: tt.types}).HasForm()
			if form != tt.form || (err != nil) != tt.refused {
				t.Errorf("got %v, %v, want %v, refused %v", form, err, tt.form, tt.refused)
			}
		})
	}
}

func TestSplitURL(t *testing.T) {
	for _, tt := range []struct{ url, scheme, host, target string }{
		{"https://example.com", "https", "example.com", "/"},
		{"https://example.com?a=1", "https", "example.com", "/?a=1"},
		{"HTTP://Example.com:80/a%2Fb//c?d=e;f", "HTTP", "Example.com:80", "/a%2Fb//c?d=e;f"},
		{"http://[::1]:8080/", "http", "[::1]:8080", "/"},
		{"http://user@example.com/", "", "", ""},
		{"http://example.com/#x", "", "", ""},
		{"http://example.com#x", "", "", ""},
		{"http:///path", "", "", ""},
		{"ftp://example.com/", "", "", ""},
		{"example.com/path", "", "", ""},
		{"http://example.com/a b", "", "", ""},
	} {
		scheme, host, target, err := SplitURL(tt.url)
		if scheme != tt.scheme || host != tt.host || target != tt.target || (err != nil) != (tt.scheme == "") {
			t.Errorf("SplitURL(%q): got %q, %q, %q, %v", tt.url, scheme, host, target, err)
		}
	}
}
