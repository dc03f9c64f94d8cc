package pages

import (
	"bytes"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func TestStatic(t *testing.T) {
	set := setOf(t, full)
	h := http.StripPrefix("/oauth/static/", set.Static())
	path := set.static.stylesheetPaths("/oauth/static/")[0]
	for _, tt := range []struct {
		name, method, path string
		status             int
	}{
		{"the name on the page is served", "GET", path, 200},
		{"its head too", "HEAD", path, 200},
		{"nothing is listed", "GET", "/oauth/static/", 404},
		{"the name of an earlier release is gone", "GET", "/oauth/static/pages.0123456789abcdef.css", 404},
		{"the name on disk is not served", "GET", "/oauth/static/pages.css", 404},
		{"no way leads up", "GET", "/oauth/static/../static/pages.css", 404},
		{"it cannot be written", "POST", path, 405},
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(tt.method, tt.path, nil))
		if w.Code != tt.status {
			t.Errorf("%s: status %d, want %d", tt.name, w.Code, tt.status)
		}
	}

	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	if !bytes.Equal(w.Body.Bytes(), stylesheet) {
		t.Error("the body is not the stylesheet")
	}
	for name, want := range map[string]string{
		"Content-Type":           "text/css; charset=utf-8",
		"Cache-Control":          "public, max-age=31536000, immutable",
		"X-Content-Type-Options": "nosniff",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}

	r := httptest.NewRequest("GET", path, nil)
	r.Header.Set("If-None-Match", w.Header().Get("ETag"))
	again := httptest.NewRecorder()
	h.ServeHTTP(again, r)
	if again.Code != http.StatusNotModified {
		t.Errorf("asked again: status %d, want 304", again.Code)
	}
}

func TestStylesheetPathTakesEitherSlash(t *testing.T) {
	if got, want := under("/s", "x"), under("/s/", "x"); got != want {
		t.Errorf("path is %s, want %s", got, want)
	}
}

// The policy forbids loading anything, and a translation may run from right to left.
func TestStylesheetKeepsItsRules(t *testing.T) {
	rules := regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAll(stylesheet, nil)
	for _, not := range []string{`url\(`, `@import`, `!important`, `[-: ](left|right)\b`, `\b(margin|padding)-(top|bottom)\b`, `\n  (max-)?(width|height):`} {
		if found := regexp.MustCompile(not).Find(rules); found != nil {
			t.Errorf("stylesheet has %q", found)
		}
	}
}

// Text needs 4.5:1 against its ground, the border of a control 3:1 (WCAG 2.2,
// 1.4.3 and 1.4.11).
func TestContrast(t *testing.T) {
	schemes := regexp.MustCompile(`(?s)\n *:root \{(.*?)\n *\}`).FindAllSubmatch(stylesheet, -1)
	if len(schemes) < 2 {
		t.Fatal("stylesheet has no light and dark colours")
	}
	for i, name := range []string{"light", "dark"} {
		colours := map[string]float64{}
		for _, m := range regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6});`).FindAllStringSubmatch(string(schemes[i][1]), -1) {
			colours[m[1]] = luminance(t, m[2])
		}
		for _, pair := range strings.Fields(`
			ink/paper:4.5 ink/ground:4.5 ink/stub:4.5 ink/tint:4.5 ink/warn-ground:4.5
			muted/paper:4.5 muted/ground:4.5 muted/stub:4.5
			accent/paper:4.5 accent/ground:4.5 accent/tint:4.5 accent/stub:3 on-accent/accent:4.5 paper/ink:4.5
			muted/tint:4.5 warn/paper:4.5 warn/tint:4.5 error/error-ground:4.5 error/paper:4.5 error/stub:4.5 edge/paper:3 edge/stub:3`) {
			var need float64
			names, ratio, _ := strings.Cut(pair, ":")
			front, back, _ := strings.Cut(names, "/")
			if _, err := fmt.Sscan(ratio, &need); err != nil {
				t.Fatal(err)
			}
			a, okA := colours[front]
			b, okB := colours[back]
			if !okA || !okB {
				t.Fatalf("%s: no colours %s", name, names)
			}
			if got := (max(a, b) + 0.05) / (min(a, b) + 0.05); got < need {
				t.Errorf("%s: %s is %.2f:1, want %.1f:1", name, names, got, need)
			}
		}
	}
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	channel := func(shift int) float64 {
		c := float64(n>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(16) + 0.7152*channel(8) + 0.0722*channel(0)
}
