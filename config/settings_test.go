package config

import (
	"strings"
	"testing"
)

// What the pages and the API show is what "config show" shows.
func TestSettingsAreShownLikeTheConfiguration(t *testing.T) {
	c, err := Load("", []string{"OAUTH1D_PUBLIC_URL=https://auth.example.test"}, map[string]string{"tokens.access_ttl": "1h"})
	if err != nil {
		t.Fatal(err)
	}
	for _, origin := range []bool{false, true} {
		var want, got strings.Builder
		if err := c.Show(&want, origin); err != nil {
			t.Fatal(err)
		}
		if err := ShowSettings(&got, c.Settings(), origin); err != nil {
			t.Fatal(err)
		}
		if got.String() != want.String() {
			t.Errorf("with origin %v: got\n%s\nwant\n%s", origin, got.String(), want.String())
		}
	}
}

func TestASettingSaysWhereItComesFrom(t *testing.T) {
	c, err := Load("", []string{"OAUTH1D_PUBLIC_URL=https://auth.example.test"}, map[string]string{"tokens.access_ttl": "1h"})
	if err != nil {
		t.Fatal(err)
	}
	byKey := map[string]Setting{}
	for _, s := range c.Settings() {
		byKey[s.Key] = s
	}
	if got := byKey["tokens.access_ttl"]; got.Value != `"1h0m0s"` && got.Value != `"1h"` || got.Origin != "flag" || got.Default != `"0s"` || got.Fixed {
		t.Errorf("tokens.access_ttl: got %+v", got)
	}
	if got := byKey["store.path"]; got.Origin != "default" || !got.Fixed || got.Meaning == "" {
		t.Errorf("store.path: got %+v", got)
	}
	if got := byKey["public_url"]; got.Origin != "OAUTH1D_PUBLIC_URL (environment)" {
		t.Errorf("public_url: got %+v", got)
	}
}

func TestAKeyThatTheDaemonDoesNotKnowIsSaidToBe(t *testing.T) {
	var got strings.Builder
	if err := ShowSettings(&got, []Setting{{Key: "public_url", Value: `"https://a.test"`}, {Key: "from.tomorrow", Value: "1"}}, false); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(got.String(), "# the daemon does not know this key") || !strings.Contains(got.String(), `public_url: "https://a.test"`) || strings.Contains(got.String(), "tomorrow") {
		t.Errorf("got\n%s", got.String())
	}
}
