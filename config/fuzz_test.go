package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzLoad states that any text is either refused as mistakes, each on a line of
// its own that says where, or accepted and then shown as what loads to the same.
func FuzzLoad(f *testing.F) {
	for _, pattern := range []string{"testdata/*/*.yaml", "example.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatalf("no corpus at %s: %v", pattern, err)
		}
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(text))
		}
	}
	f.Add(enough + policyWithEverything)
	dir := f.TempDir() // absolute, so that paths are the same when shown
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(dir, "oauth1d.yaml")
		got, err := loadText(path, text)
		if err != nil {
			var mistakes Errors
			if !errors.As(err, &mistakes) || len(mistakes) == 0 {
				t.Fatalf("got %v, want mistakes", err)
			}
			if lines := strings.Count(err.Error(), "\n") + 1; lines != len(mistakes) {
				t.Fatalf("%d mistakes on %d lines:\n%v", len(mistakes), lines, err)
			}
			return
		}
		var shown strings.Builder
		if err := got.Show(&shown, true); err != nil {
			t.Fatal(err)
		}
		again, err := loadText(path, shown.String())
		if err != nil {
			t.Fatalf("loading what was shown: %v\n%s", err, &shown)
		}
		if diff := cmp.Diff(again, got, sameConfig); diff != "" {
			t.Fatalf("shown and loaded again (-again +first):\n%s", diff)
		}
	})
}

// policyWithEverything needs no other files.
const policyWithEverything = `policy:
  scopes:
    - name: a
      title: See "it"
      titles: [{lang: ar, title: عرض}, {lang: de, title: Sehen}]
      detail: All of it.
      risky: true
      default: true
      allow: [GET /a, "* /b/**"]
  routes: [{match: /a, accept: [two-legged], anonymous: pass}, {match: GET /b}]
  unscoped_tokens: [a]
signin: {user_url: "http://h/{user}", ldap: {url: "ldap://H", user_filter: "(a={user})"}}
`

func loadText(path, text string) (*Config, error) {
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return nil, err
	}
	return Load(path, nil, nil)
}

func TestManyMayLoadAtOnce(t *testing.T) {
	path := file(t, enough)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			c, err := Load(path, []string{"OAUTH1D_LISTEN_PUBIC=:1"}, nil)
			if err == nil {
				t.Errorf("got %v, want a mistake", c.Listen)
			}
			if _, err := Load(path, []string{"OAUTH1D_REALM=x"}, map[string]string{"log.level": "warn"}); err != nil {
				t.Error(err)
			}
			_ = Sample()
		})
	}
	all.Wait()
}
