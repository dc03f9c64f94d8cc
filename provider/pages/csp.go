package pages

import "strings"

// form-action names every web origin, not only ours: browsers apply it to each
// redirect after the post, and a consumer's callback may redirect on to a host
// that we cannot know. A narrower list strands the user on the consent page.
const policy = "default-src 'none'; style-src 'self'; img-src 'self' data:; " +
	"base-uri 'none'; frame-ancestors 'none'; form-action 'self' http: https:"

// ContentSecurityPolicy returns the value of the header that every page needs.
// Nothing may run, load, frame or rebase.
func ContentSecurityPolicy() string {
	return policy
}

// ContentSecurityPolicyForScheme also lets the decision of a consent page be
// followed to a callback of a custom scheme, such as "com.example.app". A scheme
// that is not one (RFC 3986 §3.1) adds nothing: it might end the directive and
// begin another.
func ContentSecurityPolicyForScheme(scheme string) string {
	scheme = strings.ToLower(scheme)
	if !isScheme(scheme) || scheme == "http" || scheme == "https" {
		return policy
	}
	return policy + " " + scheme + ":"
}

func isScheme(s string) bool {
	for i, c := range []byte(s) {
		letter := 'a' <= c && c <= 'z'
		later := '0' <= c && c <= '9' || c == '+' || c == '-' || c == '.'
		if !letter && (i == 0 || !later) {
			return false
		}
	}
	return s != ""
}
