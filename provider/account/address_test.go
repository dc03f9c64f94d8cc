package account

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
)

func TestKeysInAddresses(t *testing.T) {
	for _, key := range []string{"a", "A-b_9", ".", "..", "a.b", "/", "~", "~YQ", "%2e", strings.Repeat("/", 255)} {
		segment := addressOf(key)
		if got := keyAt(segment); got != key {
			t.Errorf("%q became %q", key, got)
		}
		if strings.Trim(segment, ".") == "" || url.PathEscape(segment) != segment {
			t.Errorf("%q is spelled %q, which is not the same everywhere", key, segment)
		}
	}
	for _, segment := range []string{"", "~", "..", "a.b", "~YQ", "~Li4=", "~Li5", "~!", "x~"} {
		if got := keyAt(segment); got != "" {
			t.Errorf("%q is taken for %q", segment, got)
		}
	}
}

func TestPageNumbers(t *testing.T) {
	for asked, want := range map[string]int{
		"": 0, "0": 0, "-1": 0, "x": 0, "1": 0, "2": 1, "3": 2, "4": 0,
		strconv.Itoa(1<<63 - 1): 0, strconv.Itoa(1<<62 + 3): 0, "9223372036854775808": 0, "2 ": 0,
	} {
		if got := pageOf(url.Values{"page": {asked}}, 120); got != want {
			t.Errorf("page %q of 120: got %d, want %d", asked, got, want)
		}
	}
	if got := pageOf(url.Values{"page": {"1"}}, 0); got != 0 {
		t.Errorf("page 1 of nothing: got %d, want 0", got)
	}
}
