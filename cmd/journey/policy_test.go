package journey

import (
	"slices"
	"testing"

	"oauth1d/provider/oauth1"
)

// What oauth1d policy test says beforehand is what the gate does: for every path
// here, by every kind of request.
func TestPolicyTestSaysWhatTheGateDoes(t *testing.T) {
	d := newSteadyDaemon(t, policyYAML)
	d.start()
	d.addUser("ada", adaPassword)
	reader := d.addConsumer("--name", "Reader")
	d.issueToken(reader, "ada", "--scope", "photos.read")
	crawler := d.addConsumer("--name", "Crawler", "--two-legged")

	paths := append([]string{"/photos/1", "/photos", "/photosx", "/Photos/1", "/contacts/1", "/feeds/news", "/open/map", "/open", "/", "/last", "/photos/%C3%A9"}, ambiguous...)
	for _, path := range paths {
		for _, method := range []string{"GET", "DELETE"} {
			for kind, flags := range map[string][]string{
				"three-legged": {"--scope", "photos.read"},
				"two-legged":   nil,
				"anonymous":    nil,
			} {
				_, words, code := d.try("", slices.Concat([]string{"policy", "test", method, path, "--kind", kind, "-c", d.file("oauth1d.yaml")}, flags)...)
				if code != 0 && code != 6 {
					t.Fatalf("policy test %s %s %s: exit %d\n%s", method, path, kind, code, words)
				}
				var c *consumer
				switch kind {
				case "three-legged":
					c = reader
				case "two-legged":
					c = crawler
				}
				if passes := d.passes(t, c, method, path); passes != (code == 0) {
					t.Errorf("%s %s, %s: the gate lets it through: %v; policy test: exit %d", method, path, kind, passes, code)
				}
			}
		}
	}
}

// passes asks the gate about a request, unsigned without a consumer.
func (d *daemon) passes(t *testing.T, c *consumer, method, path string) bool {
	t.Helper()
	headers := []string{"Host: gate", "X-Original-Method: " + method, "X-Original-URI: " + path, "X-Forwarded-Proto: https", "X-Forwarded-Host: app.example.test"}
	if c != nil {
		headers = append(headers, "Authorization: "+c.sign(t, messageFor(t, method, "https://app.example.test"+path)))
	}
	resp := raw{target: "/auth/nginx", headers: headers}.send(t, d.private)
	switch problem := resp.Header.Get("X-OAuth1-Problem"); problem {
	case "", oauth1.ProblemAdditionalAuthorizationRequired, oauth1.ProblemPermissionDenied, oauth1.ProblemParameterRejected, oauth1.ProblemParameterAbsent:
	default:
		t.Errorf("%s %s: refused as %s, which is no matter of the policy", method, path, problem)
	}
	return resp.StatusCode == 200
}
