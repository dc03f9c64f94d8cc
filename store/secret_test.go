package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// holder is how a secret ends up in a log line that nobody meant.
type holder struct {
	Name   string
	Secret Secret
	Any    any
	Map    map[string]Secret
	List   []Secret
}

func TestSecretPrintsNowhere(t *testing.T) {
	const text = "kd94hf93k423kh44"
	s := Secret(text)
	h := holder{"n", s, s, map[string]Secret{"k": s}, []Secret{s}}
	forbidden := []string{text, fmt.Sprintf("%x", text), fmt.Sprintf("%X", text), fmt.Sprint([]byte(text)), "a2Q5NGhmOTNrNDIza2g0NA"}
	check := func(how, got string) {
		t.Helper()
		for _, f := range forbidden {
			if strings.Contains(got, f) {
				t.Errorf("%s: got %q, want no secret", how, got)
			}
		}
		if !strings.Contains(got, redacted) {
			t.Errorf("%s: got %q, want %q", how, got, redacted)
		}
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%o", "%b", "%c", "%U", "%10.3s"} {
		for what, v := range map[string]any{"secret": s, "pointer": &s, "struct": h, "pointer to struct": &h, "list": []any{s}} {
			check(verb+" of a "+what, fmt.Sprintf(verb, v))
		}
	}
	check("Sprint", fmt.Sprint(s))
	check("String", s.String())
	check("an error", fmt.Errorf("signing with %v: %w", s, ErrNotFound).Error())
	out, err := json.Marshal(struct {
		Secret Secret
		Any    any
		Map    map[string]Secret
	}{s, s, map[string]Secret{"k": s}})
	if err != nil {
		t.Fatal(err)
	}
	check("JSON", string(out))
	for name, handler := range map[string]func(*bytes.Buffer) slog.Handler{
		"slog text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
		"slog JSON": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
	} {
		var b bytes.Buffer
		slog.New(handler(&b)).Info("line", "secret", s, slog.Group("g", "secret", s), "map", map[string]Secret{"k": s})
		check(name, b.String())
	}
}

func TestRevealTellsTheSecret(t *testing.T) {
	if got := Secret("kd94hf93k423kh44").Reveal(); got != "kd94hf93k423kh44" {
		t.Errorf("got %q", got)
	}
}

func TestTokenIDNamesATokenWithoutTellingIt(t *testing.T) {
	// printf %s hh5s93j4hdidpola | sha256sum | cut -c1-32
	const want = "4c20e6f5cc11b93731e74cbe20739821"
	if got := TokenID("hh5s93j4hdidpola"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if TokenID("a") == TokenID("A") || TokenID("") == TokenID("\x00") {
		t.Error("two tokens have one id")
	}
}

func TestNewCredentialsAreUnreservedAndDiffer(t *testing.T) {
	const unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
	for name, test := range map[string]struct {
		make func() string
		size int
	}{
		"token":    {NewToken, 32},
		"secret":   {func() string { return NewSecret().Reveal() }, 43},
		"verifier": {NewVerifier, 32},
		"PIN":      {NewPIN, 10},
	} {
		seen := map[string]bool{}
		for range 1000 {
			v := test.make()
			if len(v) != test.size || strings.Trim(v, unreserved) != "" {
				t.Fatalf("%s: got %q, want %d unreserved characters", name, v, test.size)
			}
			if seen[v] {
				t.Fatalf("%s: %q came twice", name, v)
			}
			seen[v] = true
		}
	}
}

func TestPINHasNoLetterThatIsTakenForADigit(t *testing.T) {
	seen := map[rune]bool{}
	for range 1000 {
		for _, r := range NewPIN() {
			seen[r] = true
		}
	}
	for _, r := range "ILOU" {
		if seen[r] {
			t.Errorf("got %q in a PIN", r)
		}
	}
	if len(seen) != 32 {
		t.Errorf("got %d different characters, want 32", len(seen))
	}
}
