package config

import (
	"strings"
	"testing"
)

func TestALogoIsWhatItsNameSays(t *testing.T) {
	const png, svg = "\x89PNG\r\n\x1a\n", `<svg xmlns="http://www.w3.org/2000/svg"/>`
	for _, row := range []struct{ name, file, text, want string }{
		{"a PNG image", "logo.png", png, ""},
		{"an SVG image", "logo.svg", svg, ""},
		{"a name in capitals", "LOGO.SVG", svg, ""},
		{"64 KiB", "logo.png", png + strings.Repeat("a", maxLogo-len(png)), ""},
		{"a byte more", "logo.png", png + strings.Repeat("a", maxLogo-len(png)+1), "more than 64KiB"},
		{"an SVG image named .png", "logo.png", svg, "no PNG image"},
		{"a PNG image named .svg", "logo.svg", png, "no SVG image"},
		{"HTML named .svg", "logo.svg", "<html><script>alert(1)</script>", "no SVG image"},
		{"a JPEG image", "logo.jpg", "\xff\xd8\xff", "neither .svg nor .png"},
		{"nothing", "logo.svg", "", "no SVG image"},
	} {
		t.Run(row.name, func(t *testing.T) {
			path := file(t, enough+"consent:\n  logo_file: "+row.file+"\n")
			beside(t, path, row.file, row.text, 0o644)
			_, err := Load(path, nil, nil)
			switch {
			case row.want == "" && err != nil:
				t.Error(err)
			case row.want != "" && (err == nil || !strings.Contains(err.Error(), row.want) || !strings.Contains(err.Error(), "consent.logo_file")):
				t.Errorf("got %v, want that consent.logo_file is %s", err, row.want)
			}
		})
	}
}

func TestALanguageMayBeAlone(t *testing.T) {
	c := load(t, enough, []string{"OAUTH1D_CONSENT_LANGUAGES=ja"}, nil)
	if got := c.Consent.Languages; len(got) != 1 || got[0] != "ja" {
		t.Errorf("consent.languages: got %q, want ja alone", got)
	}
}

// What is wrong inside of a pattern is found by the policy, which knows no
// lines.
func TestEntriesSayWhereTheyAre(t *testing.T) {
	const text = enough + `policy:
  scopes:
    - {name: a, title: A, allow: ["GET /a"]}
    - name: b
      title: B
      allow: ["GET /b"]
  routes:
    - {match: /feeds/**}
`
	p := load(t, text, nil, nil).Policy
	for _, row := range []struct{ name, got, want string }{
		{"the first scope", p.Scopes[0].Where(), "oauth1d.yaml:4:7"},
		{"the second scope", p.Scopes[1].Where(), "oauth1d.yaml:5:7"},
		{"the route", p.Routes[0].Where(), "oauth1d.yaml:9:7"},
	} {
		if !strings.HasSuffix(row.got, row.want) {
			t.Errorf("%s: got %q, want %q", row.name, row.got, row.want)
		}
	}
}
