package journey

import (
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"oauth1d/provider/oauth1"
)

// debianLibraries are the consumer libraries that Debian has for languages other
// than Python.
func debianLibraries() []library {
	return slices.Concat(rubyOAuth(), netOAuth(), phpOAuth(), cLibOAuth(), signpost())
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

// netOAuth are two rows of the matrix, as with Ruby.
func netOAuth() []library {
	const (
		utf8Twice = "it encodes what is not ASCII in a URL's query as UTF-8 twice"
		semicolon = "it takes a semicolon for an ampersand"
		oneValue  = "it keeps one value of a name"
		formToo   = "it puts the form into the query, too"
		queryToo  = "it puts the query into the form, too"
	)
	others := []stray{
		{"a query as people type it", "query", another, utf8Twice},
		{"lower-case hex in a query", "query", another, utf8Twice},
		{"a semicolon in a query", "query", another, semicolon},
		{"empty parameters between ampersands", "query", another, "it sends a parameter without name and value"},
		{"brackets whose name repeats", "query", another, oneValue},
		{"names that repeat in a query", "query", another, oneValue},
		{"repeated parameters in a query", "query", another, oneValue},
		{"a form whose names repeat", "form", another, oneValue},
	}
	vias := []string{"header", "query", "form"}
	return []library{
		{
			name: "Net::OAuth (Debian)", start: startNetOAuth, vias: vias, dances: vias,
			methods: []string{oauth1.HMACSHA1, oauth1.HMACSHA256, oauth1.RSASHA1},
			strays: append([]stray{
				{"a query as people type it", "header", oauth1.ProblemSignatureInvalid, utf8Twice + " (§3.4.1.3.1)"},
				{"lower-case hex in a query", "header", oauth1.ProblemSignatureInvalid, utf8Twice + " (§3.4.1.3.1)"},
				{"a semicolon in a query", "header", oauth1.ProblemSignatureInvalid, semicolon + " (§3.4.1.3.1)"},
				{"empty parameters between ampersands", "header", oauth1.ProblemSignatureInvalid, "it signs a parameter without name and value (§3.4.1.3.1)"},
				{"brackets whose name repeats", "header", oauth1.ProblemSignatureInvalid, oneValue + " (§3.4.1.3.2)"},
				{"names that repeat in a query", "header", oauth1.ProblemSignatureInvalid, oneValue + " (§3.4.1.3.2)"},
				{"repeated parameters in a query", "header", oauth1.ProblemSignatureInvalid, oneValue + " (§3.4.1.3.2)"},
				{"a form whose names repeat", "header", oauth1.ProblemSignatureInvalid, oneValue + " (§3.4.1.3.2)"},
				{"a form that repeats the query's name", "", oauth1.ProblemSignatureInvalid, oneValue + " (§3.4.1.3.2)"},
				{"a form", "query", oauth1.ProblemSignatureInvalid, formToo + " and signs it once (§3.4.1.3.1)"},
				{"a form by PUT", "query", oauth1.ProblemSignatureInvalid, formToo + " and signs it once (§3.4.1.3.1)"},
				{"a form whose names repeat", "query", oauth1.ProblemSignatureInvalid, formToo + " and signs it once (§3.4.1.3.1)"},
				{"a form beside a query", "query", oauth1.ProblemSignatureInvalid, formToo + " and signs it once (§3.4.1.3.1)"},
				{"DELETE", "form", oauth1.ProblemSignatureInvalid, queryToo + " and signs it once (§3.4.1.3.1)"},
				{"POST of nothing", "form", oauth1.ProblemSignatureInvalid, queryToo + " and signs it once (§3.4.1.3.1)"},
				{"a form beside a query", "form", oauth1.ProblemSignatureInvalid, queryToo + " and signs it once (§3.4.1.3.1)"},
			}, others...),
		},
		{
			name: "Net::OAuth with PLAINTEXT (Debian)", start: startNetOAuth, vias: vias, dances: vias,
			methods: []string{oauth1.Plaintext},
			strays: append([]stray{
				{"a form", "query", another, formToo},
				{"a form by PUT", "query", another, formToo},
				{"a form whose names repeat", "query", another, formToo},
				{"a form beside a query", "query", another, formToo},
				{"DELETE", "form", another, queryToo},
				{"POST of nothing", "form", another, queryToo},
				{"a form beside a query", "form", another, queryToo},
				{"a form that repeats the query's name", "form", another, queryToo},
			}, others...),
		},
	}
}

func startNetOAuth(t *testing.T, _ string) func(*testing.T, job) outcome {
	perl := need(t, "perl")
	if exec.Command(perl, "-e", "use Net::OAuth; use LWP::Protocol::https; use Crypt::OpenSSL::RSA").Run() != nil {
		missing(t, "libnet-oauth-perl, with liblwp-protocol-https-perl and libcrypt-openssl-rsa-perl")
	}
	return startScript(t, perl, "testdata/perl/net_oauth_consumer.pl")
}

// phpOAuth are two rows of the matrix, as with Ruby.
func phpOAuth() []library {
	vias := []string{"header", "query", "form"}
	return []library{
		{
			name: "php-oauth (Debian)", start: startPHPOAuth, vias: vias, dances: vias,
			methods: []string{oauth1.HMACSHA1, oauth1.HMACSHA256, oauth1.RSASHA1},
			strays: []stray{
				{"a query as people type it", "", oauth1.ProblemSignatureInvalid, "it sorts before it encodes (§3.4.1.3.2)"},
				{"brackets whose name repeats", "", oauth1.ProblemSignatureInvalid, "it signs the last value of a name only (§3.4.1.3.1)"},
				{"names that repeat in a query", "", oauth1.ProblemSignatureInvalid, "it signs the last value of a name only (§3.4.1.3.1)"},
				{"awkward parameters in a query", "", oauth1.ProblemSignatureInvalid, "it sorts before it encodes (§3.4.1.3.2)"},
				{"a form", "", oauth1.ProblemSignatureInvalid, "it sorts before it encodes (§3.4.1.3.2)"},
				{"a form that repeats the query's name", "", oauth1.ProblemSignatureInvalid, "it signs the query's value only (§3.4.1.3.1)"},
			},
		},
		{
			name: "php-oauth with PLAINTEXT (Debian)", start: startPHPOAuth, vias: vias, dances: vias,
			methods: []string{oauth1.Plaintext},
		},
	}
}

func startPHPOAuth(t *testing.T, caFile string) func(*testing.T, job) outcome {
	php := need(t, "php")
	if exec.Command(php, "-r", "exit((int) !class_exists('OAuth'));").Run() != nil {
		missing(t, "php-oauth")
	}
	return startScript(t, php, "testdata/php/oauth_consumer.php", "SSL_CERT_FILE="+caFile)
}

// cLibOAuth are two rows of the matrix, as with Ruby. Debian's build of the
// library has no RSA.
func cLibOAuth() []library {
	vias := []string{"header", "query", "form"}
	return []library{
		{
			name: "liboauth (Debian)", start: startCLibOAuth, vias: vias, dances: vias,
			methods: []string{oauth1.HMACSHA1},
			strays: []stray{
				{"sub-delimiters in a path", "", oauth1.ProblemSignatureInvalid, "it takes what follows an ampersand in the path for a parameter (§3.4.1.2)"},
				{"a path as people type it", "", oauth1.ProblemSignatureInvalid, "it signs the path before it is escaped (§3.4.1.2)"},
				{"sub-delimiters in a query", "", oauth1.ProblemSignatureInvalid, "it takes a question mark in the query for an ampersand (§3.4.1.3.1)"},
			},
		},
		{
			name: "liboauth with PLAINTEXT (Debian)", start: startCLibOAuth, vias: vias, dances: vias,
			methods: []string{oauth1.Plaintext},
		},
	}
}

func startCLibOAuth(t *testing.T, _ string) func(*testing.T, job) outcome {
	gcc := need(t, "gcc")
	consumer := filepath.Join(t.TempDir(), "consumer")
	build := exec.Command(gcc, "-I/usr/include/json-c", "-w", "-o", consumer, "testdata/c/liboauth_consumer.c", "-loauth", "-ljson-c", "-lcurl")
	if out, err := build.CombinedOutput(); err != nil {
		t.Logf("%s", out)
		missing(t, "liboauth-dev, with libjson-c-dev and libcurl4-openssl-dev")
	}
	return startScript(t, consumer, "testdata/c/liboauth_consumer.c")
}
