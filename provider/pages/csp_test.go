package pages

import "testing"

func TestContentSecurityPolicy(t *testing.T) {
	const want = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; form-action 'self' http: https:"
	if got := ContentSecurityPolicy(); got != want {
		t.Errorf("policy is\n%s, want\n%s", got, want)
	}
	for _, tt := range []struct {
		name, scheme, want string
	}{
		{"a reversed domain is added", "com.example.app", want + " com.example.app:"},
		{"case does not matter", "Com.Example.App", want + " com.example.app:"},
		{"web schemes are there already", "https", want},
		{"none adds nothing", "", want},
		{"a digit does not begin one", "1app", want},
		{"a directive cannot follow", "app; script-src *", want},
		{"a header cannot follow", "app\r\nx", want},
		{"a colon is not part of it", "app:", want},
		{"a wildcard is none", "*", want},
		{"letters beyond ASCII are none", "äpp", want},
	} {
		if got := ContentSecurityPolicyForScheme(tt.scheme); got != tt.want {
			t.Errorf("%s: got %s", tt.name, got)
		}
	}
}
