package oauth1

import "testing"

func TestHostsAndTargets(t *testing.T) {
	for _, tt := range []struct {
		name string
		set  func(*Message)
		ok   bool
	}{
		{"a name", func(m *Message) { m.Host = "example.com" }, true},
		{"a name with an underscore", func(m *Message) { m.Host = "my_app.internal" }, true},
		{"a name with a dot at the end", func(m *Message) { m.Host = "example.com." }, true},
		{"a port", func(m *Message) { m.Host = "example.com:8080" }, true},
		{"an address of version 4", func(m *Message) { m.Host = "127.0.0.1:1" }, true},
		{"an address of version 6", func(m *Message) { m.Host = "[2001:DB8::1]" }, true},
		{"an address of version 6 and a port", func(m *Message) { m.Host = "[::1]:65535" }, true},
		{"no host", func(m *Message) { m.Host = "" }, false},
		{"only a port", func(m *Message) { m.Host = ":80" }, false},
		{"a user", func(m *Message) { m.Host = "user@example.com" }, false},
		{"a user and a password", func(m *Message) { m.Host = "user:x@example.com" }, false},
		{"an empty port", func(m *Message) { m.Host = "example.com:" }, false},
		{"port 0", func(m *Message) { m.Host = "example.com:0" }, false},
		{"a port with a zero in front", func(m *Message) { m.Host = "example.com:080" }, false},
		{"a port too high", func(m *Message) { m.Host = "example.com:65536" }, false},
		{"a port that is none", func(m *Message) { m.Host = "example.com:http" }, false},
		{"two ports", func(m *Message) { m.Host = "example.com:80:80" }, false},
		{"a bare address of version 6", func(m *Message) { m.Host = "::1" }, false},
		{"an address with a zone", func(m *Message) { m.Host = "[fe80::1%25eth0]" }, false},
		{"an address of version 4 in brackets", func(m *Message) { m.Host = "[127.0.0.1]" }, false},
		{"a bracket that is not closed", func(m *Message) { m.Host = "[::1" }, false},
		{"text behind a bracket", func(m *Message) { m.Host = "[::1]x" }, false},
		{"a bracket and an empty port", func(m *Message) { m.Host = "[::1]:" }, false},
		{"a path in the host", func(m *Message) { m.Host = "example.com/a" }, false},
		{"two hosts", func(m *Message) { m.Host = "a.example, b.example" }, false},
		{"an escape in the host", func(m *Message) { m.Host = "ex%61mple.com" }, false},
		{"a name beyond ASCII", func(m *Message) { m.Host = "ex\u00e4mple.com" }, false},
		{"a line end in the host", func(m *Message) { m.Host = "example.com\r\n" }, false},

		{"scheme https in upper case", func(m *Message) { m.Scheme = "HTTPS" }, true},
		{"scheme ws", func(m *Message) { m.Scheme = "ws" }, false},
		{"no scheme", func(m *Message) { m.Scheme = "" }, false},

		{"an extension method", func(m *Message) { m.Method = "M-SEARCH" }, true},
		{"no method", func(m *Message) { m.Method = "" }, false},
		{"a method with a blank", func(m *Message) { m.Method = "GET " }, false},
		{"a method beyond ASCII", func(m *Message) { m.Method = "G\u00c8T" }, false},
		{"a method with an ampersand is a token", func(m *Message) { m.Method = "A&B" }, true},

		{"dot segments are signed as they are", func(m *Message) { m.Target = "/a/../b/./c" }, true},
		{"empty segments are signed as they are", func(m *Message) { m.Target = "//a//" }, true},
		{"bytes beyond ASCII", func(m *Message) { m.Target = "/\xc3\xa9\xff?\xc3=\xff" }, true},
		{"an escaped NUL", func(m *Message) { m.Target = "/%00?a=%00" }, true},
		{"a second question mark", func(m *Message) { m.Target = "/a?b?c" }, true},
		{"no target", func(m *Message) { m.Target = "" }, false},
		{"the absolute form", func(m *Message) { m.Target = "http://example.com/" }, false},
		{"the asterisk form", func(m *Message) { m.Target = "*" }, false},
		{"a query without path", func(m *Message) { m.Target = "?a=1" }, false},
		{"a fragment", func(m *Message) { m.Target = "/a#b" }, false},
		{"a fragment behind the query", func(m *Message) { m.Target = "/a?b#c" }, false},
		{"a blank", func(m *Message) { m.Target = "/a b" }, false},
		{"a line end", func(m *Message) { m.Target = "/a\r\nX: y" }, false},
		{"NUL", func(m *Message) { m.Target = "/a\x00" }, false},
		{"DEL in the query", func(m *Message) { m.Target = "/a?\x7f" }, false},
		{"a bad escape in the path", func(m *Message) { m.Target = "/%zz" }, false},
		{"half an escape at the end of the path", func(m *Message) { m.Target = "/%2?a=1" }, false},
		{"a bad escape in the query", func(m *Message) { m.Target = "/?q=100%" }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := get("/", goodHeader)
			tt.set(m)
			want := "parameter_rejected"
			if tt.ok {
				want = ""
			}
			if got := outcome(t, m); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestBaseURI(t *testing.T) {
	for _, tt := range []struct{ scheme, host, path, want string }{
		{"http", "EXAMPLE.com:80", "/A", "http%3A%2F%2Fexample.com%2FA"},
		{"http", "example.com:443", "/", "http%3A%2F%2Fexample.com%3A443%2F"},
		{"HTTPS", "example.com:443", "/", "https%3A%2F%2Fexample.com%2F"},
		{"https", "example.com:80", "/", "https%3A%2F%2Fexample.com%3A80%2F"},
		{"http", "example.com:8080", "/", "http%3A%2F%2Fexample.com%3A8080%2F"},
		{"http", "[2001:DB8::80]:80", "/", "http%3A%2F%2F%5B2001%3Adb8%3A%3A80%5D%2F"},
		{"http", "a.b", "/%2f\xc3\xa9/..//", "http%3A%2F%2Fa.b%2F%252f%C3%A9%2F..%2F%2F"},
	} {
		if got := string(appendBaseURI(nil, tt.scheme, tt.host, []byte(tt.path))); got != tt.want {
			t.Errorf("%s %s %s: got %s, want %s", tt.scheme, tt.host, tt.path, got, tt.want)
		}
	}
}
