package journey

import (
	"os/exec"
	"testing"

	"oauth1d/provider/oauth1"
)

// debianLibraries are the consumer libraries that Debian has for languages other
// than Python.
func debianLibraries() []library {
	return rubyOAuth()
}

// rubyOAuth are two rows of the matrix: what it signs wrongly passes with
// PLAINTEXT, where nothing of the request is signed.
func rubyOAuth() []library {
	ascii := []stray{
		{"a path as people type it", "", gaveUp, "it takes no URL that is not ASCII"},
		{"a query as people type it", "", gaveUp, "it takes no URL that is not ASCII"},
		{"DELETE", "form", oauth1.ProblemParameterAbsent, "it sends the query's parameters and the signature only (§3.1)"},
	}
	vias := []string{"header", "query", "form"}
	return []library{
		{
			name: "ruby-oauth (Debian)", start: startRubyOAuth, vias: vias, dances: vias,
			methods: []string{oauth1.HMACSHA1, oauth1.RSASHA1},
			strays: append([]stray{
				{"a semicolon in a query", "", oauth1.ProblemSignatureInvalid, "it takes a semicolon for an ampersand (§3.4.1.3.1)"},
				{"awkward parameters in a query", "", oauth1.ProblemSignatureInvalid, "it sorts before it encodes (§3.4.1.3.2)"},
				{"a form", "", oauth1.ProblemSignatureInvalid, "it sorts before it encodes (§3.4.1.3.2)"},
				{"POST of nothing", "form", oauth1.ProblemSignatureInvalid, "it puts the query's parameters into the form, too, and signs fewer than it sends (§3.4.1.3.1)"},
				{"a form beside a query", "form", oauth1.ProblemSignatureInvalid, "it puts the query's parameters into the form, too, and signs fewer than it sends (§3.4.1.3.1)"},
				{"a form that repeats the query's name", "form", oauth1.ProblemSignatureInvalid, "it puts the query's parameters into the form, too, and signs fewer than it sends (§3.4.1.3.1)"},
			}, ascii...),
		},
		{
			name: "ruby-oauth with PLAINTEXT (Debian)", start: startRubyOAuth, vias: vias, dances: vias,
			methods: []string{oauth1.Plaintext},
			strays: append([]stray{
				{"POST of nothing", "form", another, "it puts the query's parameters into the form, too"},
				{"a form beside a query", "form", another, "it puts the query's parameters into the form, too"},
				{"a form that repeats the query's name", "form", another, "it puts the query's parameters into the form, too"},
			}, ascii...),
		},
	}
}

func startRubyOAuth(t *testing.T, _ string) func(*testing.T, job) outcome {
	ruby := need(t, "ruby")
	if exec.Command(ruby, "-e", "require 'oauth'; require 'json'").Run() != nil {
		missing(t, "ruby-oauth")
	}
	return startScript(t, ruby, "testdata/ruby/oauth_consumer.rb")
}
