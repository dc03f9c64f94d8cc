package journey

import (
	"os"
	"path/filepath"
	"testing"

	"oauth1d/provider/oauth1"
)

// moreLibraries are libraries that only sign, which leave sending to their
// user, and another one in Go.
func moreLibraries() []library {
	return []library{
		{
			name: "oauth-1.0a (npm)", start: startNode("oauth-1.0a", "oauth_1_0a_consumer.mjs"),
			vias: []string{"header", "query", "form"}, dances: []string{"header", "query", "form"},
			methods: []string{oauth1.HMACSHA1, oauth1.HMACSHA256, oauth1.HMACSHA512, oauth1.RSASHA1, oauth1.RSASHA256, oauth1.Plaintext},
			strays: []stray{
				{"an empty query", "", oauth1.ProblemSignatureInvalid, "it signs parameters without name and value (§3.4.1.3.1)"},
				{"empty parameters between ampersands", "", oauth1.ProblemSignatureInvalid, "it signs parameters without name and value (§3.4.1.3.1)"},
				{"a path as people type it", "", oauth1.ProblemSignatureInvalid, "it signs the path before it is escaped (§3.4.1.2)"},
				{"plus and %20 for a space, %2B for a plus", "", oauth1.ProblemSignatureInvalid, "it takes a plus in a query for a plus (§3.4.1.3.1)"},
				{"sub-delimiters in a query", "", oauth1.ProblemSignatureInvalid, "it leaves what follows a second question mark unsigned (§3.4.1.3.1)"},
				{"a semicolon in a query", "", oauth1.ProblemSignatureInvalid, "it leaves what follows a second equals sign unsigned (§3.4.1.3.1)"},
				{"an equals sign in a value", "", oauth1.ProblemSignatureInvalid, "it leaves what follows a second equals sign unsigned (§3.4.1.3.1)"},
				{"escaped and literal brackets", "", oauth1.ProblemSignatureInvalid, "it escapes the names in a query twice (§3.4.1.3.1)"},
				{"brackets whose name repeats", "", oauth1.ProblemSignatureInvalid, "it escapes the names in a query twice (§3.4.1.3.1)"},
				{"a form that repeats the query's name", "", oauth1.ProblemSignatureInvalid, "it signs the query's value only (§3.4.1.3.1)"},
			},
		},
		{
			name: "oauth-sign (npm)", start: startNode("oauth-sign", "oauth_sign_consumer.mjs"),
			vias: []string{"header", "query", "form"}, dances: []string{"header", "query", "form"},
			methods: []string{oauth1.HMACSHA1, oauth1.HMACSHA256, oauth1.RSASHA1, oauth1.Plaintext},
		},
		{
			name: "oauth-signature (npm)", start: startNode("oauth-signature", "oauth_signature_consumer.mjs"),
			vias: []string{"header", "query", "form"}, dances: []string{"header", "query", "form"},
			methods: []string{oauth1.HMACSHA1},
		},
		{
			name: "node-oauth1 (npm)", start: startNode("node-oauth1", "node_oauth1_consumer.mjs"),
			vias: []string{"header", "query", "form"}, dances: []string{"header", "query", "form"},
			methods: []string{oauth1.HMACSHA1, oauth1.HMACSHA256, oauth1.HMACSHA512, oauth1.RSASHA1, oauth1.RSASHA256, oauth1.RSASHA512, oauth1.Plaintext},
			strays: []stray{
				{"a path as people type it", "", oauth1.ProblemSignatureInvalid, "it signs the path before it is escaped (§3.4.1.2)"},
			},
		},
		mrjonesLibrary(),
	}
}

// startNode starts a consumer made of an npm package.
func startNode(name, script string) func(*testing.T, string) func(*testing.T, job) outcome {
	return func(t *testing.T, caFile string) func(*testing.T, job) outcome {
		node := need(t, "node")
		if _, err := os.Stat(filepath.Join("testdata/node/node_modules", name, "package.json")); err != nil {
			missing(t, "npm package "+name)
		}
		return startScript(t, node, "testdata/node/"+script, "NODE_EXTRA_CA_CERTS="+caFile)
	}
}
