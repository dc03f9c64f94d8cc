package store

import (
	"strings"
	"testing"
)

func TestNewTokenIsNoFlag(t *testing.T) {
	seen := map[string]bool{}
	for range 5000 { // one random text in 64 begins with a dash
		text := NewToken()
		if strings.HasPrefix(text, "-") || len(text) != 32 || seen[text] {
			t.Fatalf("NewToken() = %q", text)
		}
		seen[text] = true
	}
}
