package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oauth1d/provider/policy"
)

// TestTheScopesOfTheHelpAreAPolicy keeps the example of "help scopes" one that a
// reader can copy, and the commands below it true.
func TestTheScopesOfTheHelpAreAPolicy(t *testing.T) {
	_, rest, found := strings.Cut(helpScopes, "\npolicy:\n")
	example, _, ended := strings.Cut(rest, "\n\n")
	if !found || !ended {
		t.Fatal("the help has no example")
	}
	file := filepath.Join(t.TempDir(), "oauth1d.yaml")
	text := "public_url: https://auth.example.test\npolicy:\n" + example + "\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := loadFile(file, nil, nil)
	if err != nil {
		t.Fatalf("loading the example: %v", err)
	}
	p, err := newPolicy(cfg)
	if err != nil {
		t.Fatalf("making the policy: %v", err)
	}
	for _, row := range []struct {
		name   string
		access policy.Access
		want   string
	}{
		{"the first command is allowed", policy.Access{Method: "GET", Path: "/photos/2024/1.jpg", Kind: policy.ThreeLegged, Scopes: []string{"photos.read"}}, policy.ReasonAllowed},
		{"the second is, too", policy.Access{Method: "POST", Path: "/jobs/7", Kind: policy.TwoLegged, Scopes: []string{"jobs"}}, policy.ReasonAllowed},
		{"and none with one", policy.Access{Method: "POST", Path: "/jobs/7", Kind: policy.ThreeLegged, Scopes: []string{"photos.read"}}, policy.ReasonKindRefused},
		{"the rest takes tokens only", policy.Access{Method: "GET", Path: "/photos/1", Kind: policy.TwoLegged, Scopes: p.Allowed(nil)}, policy.ReasonKindRefused},
	} {
		if got := p.Decide(row.access); got.Reason != row.want {
			t.Errorf("%s: got %+v, want %s", row.name, got, row.want)
		}
	}
}
