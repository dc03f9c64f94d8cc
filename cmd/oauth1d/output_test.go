package main

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Whatever a record or a stranger's request holds, a terminal takes no orders from
// what is printed of it, and JSON still says the same.
func TestTerminalsTakeNoOrders(t *testing.T) {
	quiet := func(t *rapid.T, how, text string) {
		for _, r := range text {
			if r != '\n' && !strconv.IsPrint(r) {
				t.Fatalf("%s prints %U in %q", how, r, text)
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.RuneFrom([]rune("a\"\\\x1b\n\r\t\x7f\u009b\u202e\u2028\U000e0001&<>")))).Draw(t, "text")
		quiet(t, "plain", plain(text))
		if strings.Contains(plain(text), "\n") {
			t.Fatalf("plain prints %q on several lines", text)
		}
		var b bytes.Buffer
		if err := showJSON(&b, map[string]string{"text": text}); err != nil {
			t.Fatal(err)
		}
		quiet(t, "JSON", b.String())
		var got map[string]string
		if err := json.Unmarshal(b.Bytes(), &got); err != nil || got["text"] != text {
			t.Fatalf("got %q, %v back, want %q", got["text"], err, text)
		}
	})
}

func TestTextThatPrintsIsLeftAlone(t *testing.T) {
	for _, text := range []string{`R&D <scan>`, `a "quoted" name`, `C:\path`, "Ünïcödé", "日本", "👍"} {
		if got := plain(text); got != text {
			t.Errorf("got %q, want %q as it is", got, text)
		}
	}
}
