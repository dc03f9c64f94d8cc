package pages

import (
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestShowSetsItsHeaders(t *testing.T) {
	w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Accept-Language", "de-CH, en;q=0.5")
	if err := setOf(t, full).Show(w, r, 404, Home{}); err != nil {
		t.Fatal(err)
	}
	if w.Code != 404 {
		t.Errorf("status %d, want 404", w.Code)
	}
	for name, want := range map[string]string{
		"Content-Type": "text/html; charset=utf-8", "Content-Language": "de", "Vary": "Accept-Language", "Cache-Control": "no-store",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

type broken struct{}

func (broken) Template() string { return "broken.html" }

func TestShowWritesNothingAfterAnError(t *testing.T) {
	set := setOf(t, full)
	set.sources.own["broken.html"] = source{"broken.html", `{{define "title"}}x{{end}}{{define "main"}}<p>begun</p>{{.Missing}}{{end}}`}
	for _, page := range []any{nil, "consent", Site{}, broken{}} {
		w := httptest.NewRecorder()
		if err := set.Show(w, httptest.NewRequest("GET", "/", nil), 200, page); err == nil || w.Body.Len() != 0 || len(w.Header()) != 0 {
			t.Errorf("showing %T: error %v, %d bytes, headers %v; want an error and nothing else", page, err, w.Body.Len(), w.Header())
		}
	}
}

// The zero value of each page must still be one: an error page with nothing on
// it is better than none.
func TestEmptyPagesRender(t *testing.T) {
	for _, page := range []Page{SignIn{}, Consent{}, PIN{}, Denied{}, Problem{}, SignedOut{}, Home{}, Account{}, AccountConfirm{}, Proposals{}, ProposalSecret{}} {
		if render(t, page) == "" {
			t.Errorf("%T is empty", page)
		}
	}
}

func TestLanguages(t *testing.T) {
	for _, tt := range []struct {
		name, accept, want string
	}{
		{"nothing is asked for", "", "en"},
		{"one of ours", "fr", "fr"},
		{"a region of it", "es-419", "es"},
		{"the best of several", "it;q=0.9, ja;q=0.8, de;q=0.7", "ja"},
		{"the order does not count", "de;q=0.3, ar;q=0.9", "ar"},
		{"none of ours", "fi, sv", "en"},
		{"anything", "*", "en"},
		{"no header at all, but junk", "\x00;;q=zz,,", "en"},
		{"a language is not wanted", "de;q=0, fr;q=0.1", "fr"},
		{"very much", strings.Repeat("xx-", 100_000), "en"},
		{"the beginning of very much", "fr," + strings.Repeat("de-CH,", 100_000), "fr"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header["Accept-Language"] = []string{tt.accept}
		if got := setOf(t, full).choose(r).name; got != tt.want {
			t.Errorf("%s: language %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestTheFirstLanguageIsForEverybodyElse(t *testing.T) {
	s, err := New(Config{Site: site, Languages: []string{"de", "ja"}})
	if err != nil {
		t.Fatal(err)
	}
	for accept, want := range map[string]string{"": "de", "fr": "de", "en": "de", "ja": "ja"} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Language", accept)
		if got := s.choose(r).name; got != want {
			t.Errorf("%q: language %s, want %s", accept, got, want)
		}
	}
	for _, wrong := range [][]string{{"en", "xx"}, {"en", "en"}, {""}, {"../en"}} {
		if _, err := New(Config{Languages: wrong}); err == nil {
			t.Errorf("languages %q were accepted", wrong)
		}
	}
}

// write makes a file of the test's own and returns its path.
func write(t *testing.T, dir, name, content string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOurOwnTemplatesPassTheRehearsal(t *testing.T) {
	if err := setOf(t, full).try(append(rehearsal(), adminRehearsal()...)); err != nil {
		t.Error(err)
	}
}

func TestASecretPrintsNowhereButOnItsPage(t *testing.T) {
	page := ProposalSecret{Secret: "kd94hf93k423kf44"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		if got := fmt.Sprintf(verb, page); got != "[redacted]" {
			t.Errorf("%s prints %s", verb, got)
		}
	}
	if !strings.Contains(render(t, page), "kd94hf93k423kf44") {
		t.Error("the page does not show it")
	}
}

func TestOwnTemplate(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "home.html", `{{define "title"}}Ours{{end}}{{define "main"}}<h1>{{t "home.account"}}, <bdi>{{.User}}</bdi></h1>{{end}}`)
	write(t, dir, "README.txt", "not a template")
	write(t, dir, "..data/home.html", "{{ how Kubernetes mounts it")
	s, err := New(Config{Site: site, TemplatesDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	page := renderOf(t, s, "", Home{User: "<ada>"})
	if want := "<h1>See what you have allowed, <bdi>&lt;ada&gt;</bdi></h1>"; !strings.Contains(page, want) {
		t.Errorf("page lacks %s:\n%s", want, page)
	}
}

func TestBrokenTemplatesAreRefused(t *testing.T) {
	const frame = `{{define "title"}}x{{end}}` + "\n" + `{{define "main"}}` + "\n"
	for _, tt := range []struct {
		name, file, text, want string
	}{
		{"it does not parse", "home.html", frame + `{{if}}{{end}}`, "home.html:3: missing value for if"},
		{"it is not closed", "home.html", frame, "home.html:3: unexpected EOF"},
		{"a field does not exist", "home.html", frame + `{{.Usre}}{{end}}`, "home.html:3:2: executing \"main\" at <.Usre>: can't evaluate field Usre"},
		{"a function does not exist", "home.html", frame + `{{shell "ls"}}{{end}}`, `home.html:3: function "shell" not defined`},
		{"a message does not exist", "home.html", frame + `{{t "home.waht"}}{{end}}`, `home.html:3:2: executing "main" at <t "home.waht">: error calling t: no message "home.waht"`},
		{"it has no title", "home.html", `{{define "main"}}{{end}}`, `no such template "title"`},
		{"a name in an odd place", "home.html", frame + `<a href={{.User}}`, "home.html:3"},
		{"the part that is rarely shown", "consent.html", frame + `<input name="oauth_token"><input name="form_token"><button value="allow"><button value="deny">{{if .ReturnApp}}{{.Oops}}{{end}}{{end}}`, "can't evaluate field Oops"},
		{"Deny is missing", "consent.html", frame + `<input name="oauth_token"><input name="form_token"><button value="allow">{{end}}`, `consent.html: the page lacks value="deny"`},
		{"no page has this name", "consnet.html", frame + `{{end}}`, "consnet.html replaces none of ours, which are account.html, "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, tt.file, tt.text)
			_, err := New(Config{Site: site, TemplatesDir: dir})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is\n%v, want\n…%s…", err, tt.want)
			}
			if err != nil && !strings.Contains(err.Error(), filepath.Join(dir, tt.file)) && tt.name != "it has no title" {
				t.Errorf("error does not name the file: %v", err)
			}
		})
	}
	if _, err := New(Config{TemplatesDir: filepath.Join(t.TempDir(), "absent")}); err == nil {
		t.Error("a directory that is not there was accepted")
	}
}

func TestBrand(t *testing.T) {
	dir := t.TempDir()
	logo := write(t, dir, "logo.SVG", `<svg xmlns="http://www.w3.org/2000/svg"/>`)
	css := write(t, dir, "brand.css", ":root { --accent: #123456; }")
	s, err := New(Config{Site: site, LogoFile: logo, StylesheetFile: css})
	if err != nil {
		t.Fatal(err)
	}
	root := parseText(t, renderOf(t, s, "", Home{}))
	sheets := find(root, "link", "rel=stylesheet")
	if len(sheets) != 2 || !strings.HasPrefix(attr(sheets[0], "href"), "/oauth/static/pages.") || !strings.HasPrefix(attr(sheets[1], "href"), "/oauth/static/brand.") {
		t.Fatalf("%d stylesheets, want ours and the operator's", len(sheets))
	}
	picture := one(t, root, "img", "class=logo", "alt=")
	if found := find(root, "svg"); len(found) != 0 {
		t.Error("our mark is still there")
	}
	for path, want := range map[string]string{attr(sheets[1], "href"): "text/css; charset=utf-8", attr(picture, "src"): "image/svg+xml"} {
		w := httptest.NewRecorder()
		s.Static().ServeHTTP(w, httptest.NewRequest("GET", strings.TrimPrefix(path, "/oauth/static"), nil))
		if w.Code != 200 || w.Header().Get("Content-Type") != want || !strings.Contains(w.Header().Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%s: status %d, headers %v", path, w.Code, w.Header())
		}
	}
	for name, c := range map[string]Config{
		"a logo that is not there":        {LogoFile: filepath.Join(dir, "absent.png")},
		"a logo that is a program":        {LogoFile: css},
		"a logo that is too big":          {LogoFile: write(t, dir, "big.png", strings.Repeat("x", maxLogo+1))},
		"a stylesheet with nothing in it": {StylesheetFile: write(t, dir, "empty.css", "")},
	} {
		if _, err := New(c); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}
