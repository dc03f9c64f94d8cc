package oauth1

import "testing"

// What a consumer signed and what arrives when a proxy in between has spelled
// the path anew.
func TestSpellings(t *testing.T) {
	for _, tt := range []struct {
		name, signed, arrives string
		ok                    bool
	}{
		{"as it is", "/a%2fb%7Ec", "/a%2fb%7Ec", true},
		{"normal form signed, hex in lower case arrives", "/a%2Fb", "/a%2fb", true},
		{"normal form signed, escaped unreserved arrives", "/~user", "/%7Euser", true},
		{"both at once", "/~a%2Fb", "/%7ea%2fb", true},
		{"encoded signed, raw bytes arrive", "/caf%C3%A9", "/caf\xc3\xa9", true},
		{"text that is not UTF-8", "/%FF", "/\xff", true},
		{"the query is decoded anyway", "/?a=~%2F", "/?a=%7e%2f", true},

		{"%2F is no slash", "/a/b", "/a%2Fb", false},
		{"a slash is no %2F", "/a%2Fb", "/a/b", false},
		{"%25 is no percent sign", "/%7E", "/%257E", false},
		{"dot segments are not removed", "/b", "/a/../b", false},
		{"empty segments are not removed", "/a/b", "/a//b", false},
		{"dot segments are not made of escapes", "/a/../b", "/a/%2e%2E/b", false},
		{"not even beside another one", "/./a/../b", "/./a/%2e./b", false},
		{"a dot in a name may be", "/photo.jpg", "/photo%2Ejpg", true},
		{"a plus is no blank in a path", "/a%20b", "/a+b", false},
		{"case matters", "/A", "/a", false},
		{"the two equivalences are not combined", "/~%C3%A9", "/%7E\xc3\xa9", false},
		{"a reserved character is not encoded", "/a:b", "/a%3Ab", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := testMessage()
			m.Target = tt.signed
			signed(t, m).Target = tt.arrives
			var r Request
			if err := r.Parse(m, Limits{}); err != nil {
				t.Fatal(err)
			}
			if got := r.Check(testKeys); got != tt.ok {
				t.Errorf("got %v, want %v", got, tt.ok)
			}
		})
	}
}

func TestThreeSpellingsAtMost(t *testing.T) {
	for path, want := range map[string]int{
		"/a":              1,
		"/a%2F":           1,
		"/a%2f":           2,
		"/\xc3":           2,
		"/%7E\xc3%2f":     3,
		"/%2e%2e/\xff%7e": 2, // the normal form would have a dot segment
	} {
		r := Request{path: path}
		got := 0
		for which := range spellingCount {
			if _, ok := r.spelling(which); ok {
				got++
			}
		}
		if got != want {
			t.Errorf("%q: got %d spellings, want %d", path, got, want)
		}
	}
}
