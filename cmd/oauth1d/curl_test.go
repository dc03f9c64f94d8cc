package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCurl(t *testing.T) {
	auth := []string{`OAuth oauth_consumer_key="k"`}
	form := []string{"application/x-www-form-urlencoded"}
	const u = "https://photos.example.net/photos?a=b"
	tests := []struct {
		name, line string
		want       curlRequest
	}{
		{"a URL alone is a GET", `curl https://photos.example.net/photos?a=b`, curlRequest{method: "GET", url: u}},
		{"quotes of three kinds in one word", `curl 'https://photos.example.net'"/photos"$'?a=b'`, curlRequest{method: "GET", url: u}},
		{"a path before curl, and an extension", `/usr/bin/curl.exe '` + u + `'`, curlRequest{method: "GET", url: u}},
		{"a fragment is not sent", `curl '` + u + `#there'`, curlRequest{method: "GET", url: u}},
		{"a header, and options that change nothing", `curl -sSkL --compressed -o /dev/null -A 'me; too' -H 'authorization:  OAuth oauth_consumer_key="k" ' --url '` + u + `'`,
			curlRequest{method: "GET", url: u, authorization: auth}},
		{"two Authorization headers are both sent", `curl -H 'Authorization: a' -H 'Authorization: b' '` + u + `'`, curlRequest{method: "GET", url: u, authorization: []string{"a", "b"}}},
		{"a Host header", `curl -H 'Host: other.example' '` + u + `'`, curlRequest{method: "GET", url: u, host: "other.example"}},
		{"a header that is taken out", `curl -d a=b -H 'Content-Type:' '` + u + `'`, curlRequest{method: "POST", url: u, body: "a=b"}},
		{"data makes a POST, pieces are joined", `curl '` + u + `' -d a=1 --data-raw '@b=2' --data-binary c=`, curlRequest{method: "POST", url: u, contentType: form, body: "a=1&@b=2&c="}},
		{"another method and type stay", `curl -XPUT -da=1 -HContent-Type:text/plain '` + u + `'`, curlRequest{method: "PUT", url: u, contentType: []string{"text/plain"}, body: "a=1"}},
		{"data is encoded", `curl --data-urlencode 'a=b c&d' --data-urlencode '=é' --data-urlencode 'x y' '` + u + `'`, curlRequest{method: "POST", url: u, contentType: form, body: "a=b%20c%26d&%C3%A9&x%20y"}},
		{"data in the query", `curl -G -d c=d -d e '` + u + `'`, curlRequest{method: "GET", url: u + "&c=d&e"}},
		{"data in the query of a URL without one", `curl --get --data c=d https://photos.example.net/`, curlRequest{method: "GET", url: "https://photos.example.net/?c=d"}},
		{"JSON", `curl --json '{"a":' --json '1}' '` + u + `'`, curlRequest{method: "POST", url: u, contentType: []string{"application/json"}, body: `{"a":1}`}},
		{"only the head", `curl -I '` + u + `'`, curlRequest{method: "HEAD", url: u}},
		{"brackets that are meant", `curl -g 'https://a.example/?b[]=c'`, curlRequest{method: "GET", url: "https://a.example/?b[]=c"}},
		{"dots that are meant", `curl --path-as-is https://a.example/b/../c`, curlRequest{method: "GET", url: "https://a.example/b/../c"}},
		{"lines are joined, as browsers copy them", "curl '" + u + "' \\\n  -X 'POST' \\\r\n  --data-raw $'a=\\u00e9\\'\\x41\\101\\n' \n", curlRequest{method: "POST", url: u, contentType: form, body: "a=é'AA\n"}},
		{"a backslash in double quotes", `curl "https://a.example/" -d "a=\"b\\\$c\d"`, curlRequest{method: "POST", url: "https://a.example/", contentType: form, body: `a="b\$c\d`}},
		{"a dollar sign that stands for nothing", `curl https://a.example/ -d "cost=5$"`, curlRequest{method: "POST", url: "https://a.example/", contentType: form, body: "cost=5$"}},
		{"words after two dashes are no options", `curl -H 'A: b' -- https://a.example/`, curlRequest{method: "GET", url: "https://a.example/"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseCurl(tt.line)
			if err != nil {
				t.Fatalf("got error %v", err)
			}
			if d := cmp.Diff(got, tt.want, cmp.AllowUnexported(curlRequest{})); d != "" {
				t.Errorf("got -, want +:\n%s", d)
			}
		})
	}
}

func TestCurlThatCannotBeRead(t *testing.T) {
	tests := []struct{ name, line, want string }{
		{"nothing", " \n", "the curl line is empty; expected curl"},
		{"another program", "wget https://a.example/", `the line begins with "wget"; expected curl`},
		{"no URL", "curl -s", "the curl line has no URL"},
		{"two URLs", "curl https://a.example/ b", "there are two URLs"},
		{"an empty URL", "curl ''", "the URL is empty"},
		{"no scheme", "curl a.example/b", `the URL "a.example/b" does not begin with http:// or https://`},
		{"another scheme", "curl ftp://a.example/b", "does not begin with http:// or https://"},
		{"a user name in the URL", "curl https://ada:pw@a.example/", "holds a user name"},
		{"a user name", "curl -u ada:pw https://a.example/", "the option -u cannot be explained: a user name"},
		{"a multipart form", "curl -F a=b https://a.example/", "the option -F cannot be explained: OAuth 1.0a does not sign a multipart body"},
		{"a bearer token", "curl --oauth2-bearer x https://a.example/", "takes the place of the OAuth header"},
		{"a file as data", "curl -d @file https://a.example/", "the option -d: its value is read from a file, which is not looked at here; paste"},
		{"a file as encoded data", "curl --data-urlencode a@file https://a.example/", "is read from a file"},
		{"a file of headers", "curl -H @file https://a.example/", "is read from a file"},
		{"no header", "curl -H nothing https://a.example/", `"nothing" is no header; expected Name: value`},
		{"an unknown option", "curl --frobnicate https://a.example/", `the option "--frobnicate" is not known here`},
		{"an unknown short option", "curl -sZ https://a.example/", `the option "-Z" is not known here`},
		{"a value by an equals sign", "curl --request=POST https://a.example/", `the option "--request=POST" is not known here`},
		{"an option without its value", "curl https://a.example/ -X", "the option -X needs a value and stands last"},
		{"a second request", "curl https://a.example/ --next", "it begins a second request"},
		{"brackets that curl expands", "curl 'https://a.example/[1-3]'", "add --globoff"},
		{"dots that curl tidies", "curl https://a.example/b/../c", "curl tidies the dots"},
		{"an ampersand", "curl https://a.example/?a=b&c=d", "at character 28: a shell takes an unquoted & for itself; put the word in single quotes"},
		{"a pipe", "curl https://a.example/ | jq .", "at character 25: a shell takes an unquoted |"},
		{"a redirection", "curl https://a.example/ > f", "an unquoted >"},
		{"a second command", "curl https://a.example/; rm -rf /", "at character 24: a shell takes an unquoted ;"},
		{"a variable", "curl $URL", "at character 6: a shell takes an unquoted $"},
		{"a variable in quotes", `curl "https://a.example/$ID"`, "at character 25: a shell replaces what follows $"},
		{"a command in quotes", "curl \"https://a.example/`id`\"", "at character 25: a shell replaces what follows `"},
		{"a command", "curl $(id)", "an unquoted $"},
		{"characters are counted, not bytes", "curl 'é' $x", "at character 10"},
		{"a quote that is not closed", "curl 'https://a.example/", "at character 6: the single quote that opens here is never closed"},
		{"a double one", `curl "https://a.example/`, "at character 6: the double quote that opens here"},
		{"one with a dollar sign", `curl $'https://a.example/`, "at character 6: the quotation that opens here with $'"},
		{"an unknown escape", `curl $'\q'`, "at character 8: this escape is not known"},
		{"a NUL", `curl $'a\x00'`, "at character 9: this escape"},
		{"a backslash at the end", `curl https://a.example/ \`, "its continuation is missing"},
		{"two lines", "curl https://a.example/\ncurl https://b.example/", "at character 24: the line ends here and more follows"},
		{"the quoting of cmd.exe", `curl ^"https://a.example/^"`, "the quoting of cmd.exe"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := parseCurl(tt.line); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %+v, %v, want an error that says %q", got, err, tt.want)
			}
		})
	}
}

// What request sign prints for curl is read back as the same request.
func TestCurlReadsWhatSignPrints(t *testing.T) {
	for _, r := range []signedRequest{
		{Method: "GET", URL: "https://a.example/b?c=d%20e&f='", Authorization: `OAuth realm="it's", oauth_nonce="n"`},
		{Method: "POST", URL: "https://a.example/b/../c[1]{2}", Body: "a=b+c&d=%27'"},
		{Method: "GET", URL: "https://a.example/", Body: "a=b"},
		{Method: "HEAD", URL: "https://a.example/"},
		{Method: "DELETE", URL: "https://a.example/"},
		{Method: "POST", URL: "https://a.example/"},
	} {
		got, err := parseCurl(r.curl())
		if err != nil {
			t.Errorf("%s: %v", r.curl(), err)
			continue
		}
		if got.method != r.Method || got.url != r.URL || got.body != r.Body || strings.Join(got.authorization, "") != r.Authorization {
			t.Errorf("%s was read as %+v", r.curl(), got)
		}
	}
}

// FuzzCurl: whatever is pasted, there is a request with what a message needs, or
// an error in words; and words that were quoted for a shell come back as they
// were.
func FuzzCurl(f *testing.F) {
	corpus, err := filepath.Glob("testdata/fuzz/FuzzCurl/*")
	if err != nil || len(corpus) == 0 {
		f.Fatalf("there is no corpus: %v", err)
	}
	f.Add(`curl -d a=b 'https://a.example/'`)
	f.Fuzz(func(t *testing.T, line string) {
		r, err := parseCurl(line)
		switch {
		case err != nil:
			if err.Error() == "" || len(err.Error()) > 400 {
				t.Errorf("%q: got the error %q", line, err)
			}
		case r.method == "" && !strings.Contains(line, "-X") && !strings.Contains(line, "--request"), !strings.Contains(r.url, "://"), strings.Contains(r.url, "#"):
			t.Errorf("%q was read as %+v", line, r)
		}
		if strings.ContainsRune(line, 0) {
			return // no word of a command line holds one
		}
		words := strings.Split(line, "\n")
		var quoted []string
		for _, w := range words {
			quoted = append(quoted, shellWord(w))
		}
		if back, err := shellWords(strings.Join(quoted, " ")); err != nil || !slices.Equal(back, words) {
			t.Errorf("%q came back as %q, %v", words, back, err)
		}
	})
}
