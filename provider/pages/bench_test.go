package pages

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// What a start or a reload costs.
func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := New(Config{Site: site}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkShow(b *testing.B) {
	s, err := full()
	if err != nil {
		b.Fatal(err)
	}
	page, r := samples()["consent"], httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Accept-Language", "fr-CA,fr;q=0.9,en;q=0.5")
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Show(httptest.NewRecorder(), r, 200, page); err != nil {
			b.Fatal(err)
		}
	}
}

// Whatever a browser asks for, it gets a language of ours.
func FuzzLanguage(f *testing.F) {
	for _, seed := range []string{"", "en", "de-CH, de;q=0.9", "*", "x-klingon;q=1", "ar;q=0.0001,ja", "zh-Hant-TW-u-co-stroke", ";;;q=9"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, accept string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header["Accept-Language"] = []string{accept}
		if got := setOf(t, full).choose(r).name; !slices.Contains(known, got) {
			t.Errorf("%q: language %q", accept, got)
		}
	})
}

// A name in a message stays one name: what is put in is never read again, and
// reads as it was.
func FuzzMessage(f *testing.F) {
	f.Add("ada", "Photos")
	f.Add("{site}", "<b>{consumer}</b>")
	f.Fuzz(func(t *testing.T, consumer, name string) {
		l := setOf(t, full).languages[0]
		text, err := l.text("consent.heading", "consumer", consumer, "site", name)
		if err != nil {
			t.Fatal(err)
		}
		plain := strings.NewReplacer("\u2068", "", "\u2069", "")
		if want := "Allow " + consumer + " to use your " + name + " account?"; plain.Replace(text) != plain.Replace(want) {
			t.Errorf("got %q, want %q", text, want)
		}
	})
}
