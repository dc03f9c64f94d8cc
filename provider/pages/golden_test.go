package pages

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

var site = Site{
	Name:        "Lighthouse Photos",
	SupportURL:  "https://help.example.test/",
	StaticPath:  "/oauth/static/",
	SignOutPath: "/oauth/signout",
}

// samples holds every page in its usual state and in the states that leave
// something out.
func samples() map[string]any {
	c := Consent{
		Site:         site,
		Action:       "/oauth/authorize",
		Token:        "hh5s93j4hdidpola",
		FormToken:    "Zm9ybQ",
		Consumer:     "Photo Printer",
		Description:  "Prints your holiday photos.",
		Publisher:    "Printers Ltd",
		User:         "ada",
		Rights:       []string{"See your albums.", "Comment in your name."},
		ReturnHost:   "printer.example.test",
		SwitchAction: "/oauth/signin",
		Expires:      "Until you withdraw it",
		RequestID:    "01J9ZK3V7QW2",
	}
	bare := Consent{
		Site:      Site{Name: "Lighthouse Photos", StaticPath: "/s"},
		Action:    "/oauth/authorize",
		Token:     "hh5s93j4hdidpola",
		FormToken: "Zm9ybQ",
		Consumer:  "Photo Printer",
		Verified:  true,
		User:      "ada",
	}
	s := SignIn{Site: site, Action: "/oauth/signin", Return: "r3turn", FormToken: "Zm9ybQ", For: "Photo Printer", RequestID: "01J9ZK3V7QW2"}
	wrong := s
	wrong.For = ""
	wrong.Username = "ada"
	wrong.Problem = "The user name or the password is wrong."
	return map[string]any{
		"consent":        c,
		"consent-bare":   bare,
		"signin":         s,
		"signin-problem": wrong,
		"pin":            PIN{Site: site, Consumer: "Photo Printer", Verifier: "k7Xw2PqLr9", Expires: "within 10 minutes", RequestID: "01J9ZK3V7QW2"},
		"denied":         Denied{Site: site, Consumer: "Photo Printer", RequestID: "01J9ZK3V7QW2"},
		"problem": Problem{Site: site, Status: 400, Title: "This request has expired", Sentence: "Go back to the application and start again.",
			Code: "token_expired", RequestID: "01J9ZK3V7QW2"},
		"signedout": SignedOut{Site: site},
		"home":      Home{Site: site},
	}
}

func render(t *testing.T, page any) string {
	t.Helper()
	var b bytes.Buffer
	if err := Render(&b, page); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	for name, page := range samples() {
		t.Run(name, func(t *testing.T) {
			// A change of style is no change of any page.
			got := strings.ReplaceAll(render(t, page), strings.TrimPrefix(StylesheetPath(""), "/"), "pages.HASH.css")
			file := filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(got, string(want)); diff != "" {
				t.Errorf("page differs from %s (-got +want):\n%s", file, diff)
			}
		})
	}
}

func TestEveryGoldenFileHasItsPage(t *testing.T) {
	files, err := filepath.Glob("testdata/*.golden")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(files), len(samples()); got != want {
		t.Errorf("%d golden files, want %d", got, want)
	}
}
