package oauth1

import (
	"strings"
	"testing"
)

func TestHeaderGrammar(t *testing.T) {
	header := func(s string) string { return strings.Replace(goodHeader, "OAuth ", s, 1) }
	for _, tt := range []struct {
		name, header, want string
	}{
		{"as documented", goodHeader, ""},
		{"the scheme in another case", header("oAUTH "), ""},
		{"tabs and blanks around", header(" \tOAuth \t ") + " \t", ""},
		{"no blanks behind commas", strings.ReplaceAll(goodHeader, ", ", ","), ""},
		{"blanks before commas", strings.ReplaceAll(goodHeader, ", ", " ,\t"), ""},
		{"blanks around equals signs", strings.ReplaceAll(goodHeader, `="`, ` = "`), ""},
		{"a realm with everything", header(`OAuth realm="a b,c=\"d\" \\ % ` + "\xc3\xa9" + `", `), ""},
		{"an empty realm", header(`OAuth realm="", `), ""},
		{"a value that was not encoded", header(`OAuth oauth_callback="http://a/b?c=d&e", `), ""},
		{"a parameter of the application", header(`OAuth xoauth_requestor_id="me", `), ""},

		{"two realms", header(`OAuth realm="a", realm="b", `), "parameter_rejected"},
		{"a value without quotes", header(`OAuth x=y, `), "parameter_rejected"},
		{"a name without value", header(`OAuth x, `), "parameter_rejected"},
		{"an empty value without quotes", header(`OAuth x=, `), "parameter_rejected"},
		{"no name", header(`OAuth ="x", `), "parameter_rejected"},
		{"a comma in front", header(`OAuth , `), "parameter_rejected"},
		{"two commas", strings.Replace(goodHeader, ", ", ",, ", 1), "parameter_rejected"},
		{"a comma at the end", goodHeader + ",", "parameter_rejected"},
		{"semicolons", strings.ReplaceAll(goodHeader, ", ", "; "), "parameter_rejected"},
		{"no commas", strings.ReplaceAll(goodHeader, ", ", " "), "parameter_rejected"},
		{"a quote that is not closed", strings.TrimSuffix(goodHeader, `"`), "parameter_rejected"},
		{"a realm that is not closed", `OAuth realm="x\"`, "parameter_rejected"},
		{"a backslash at the very end", `OAuth realm="x\`, "parameter_rejected"},
		{"text behind the last value", goodHeader + "x", "parameter_rejected"},
		{"a backslash in a value", header(`OAuth x="a\"b", `), "parameter_rejected"},
		{"a blank in a value", header(`OAuth x="a b", `), "parameter_rejected"},
		{"NUL in a value", header("OAuth x=\"a\x00\", "), "parameter_rejected"},
		{"a line end in a realm", header("OAuth realm=\"a\r\n\", "), "parameter_rejected"},
		{"a line end between parameters", strings.Replace(goodHeader, ", ", ",\r\n ", 1), "parameter_rejected"},
		{"a byte beyond ASCII in a value", header("OAuth x=\"\xc3\xa9\", "), "parameter_rejected"},
		{"a byte beyond ASCII in a name", header("OAuth \xc3\xa9=\"x\", "), "parameter_rejected"},
		{"a bad escape", header(`OAuth x="%zz", `), "parameter_rejected"},
		{"half an escape", header(`OAuth x="%2", `), "parameter_rejected"},
		{"a bad escape in a name", header(`OAuth %="x", `), "parameter_rejected"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := outcome(t, get("/", tt.header)); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// Only the header's realm is unsigned. Elsewhere it is a parameter like any
// other, and so are other spellings of the name in the header.
func TestRealmIsUnsignedInTheHeaderOnly(t *testing.T) {
	base := func(m *Message) string {
		t.Helper()
		var r Request
		if err := r.Parse(m, Limits{}); err != nil {
			t.Fatal(err)
		}
		return string(r.BaseString())
	}
	plain := base(get("/", goodHeader))
	for name, m := range map[string]*Message{
		"query": get("/?realm=x", goodHeader),
		"form":  post("/", "realm=x", goodHeader),
	} {
		if got := base(m); !strings.Contains(got, "%26realm%3Dx") {
			t.Errorf("realm in the %s is not signed: %s", name, got)
		}
	}
	if got := base(get("/", strings.Replace(goodHeader, "OAuth ", `OAuth realm="x", `, 1))); got != plain {
		t.Errorf("got %s, want %s", got, plain)
	}
}

func TestAuthorizationHeader(t *testing.T) {
	got := AuthorizationHeader(`a"b\`+"\r\n", []Pair{{"oauth_token", "t+ \""}, {"oauth_x", ""}})
	want := `OAuth realm="a%22b%5C%0D%0A", oauth_token="t%2B%20%22", oauth_x=""`
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
