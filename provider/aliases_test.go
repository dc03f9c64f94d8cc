package provider_test

import (
	"slices"
	"testing"

	"oauth1d/config"
	"oauth1d/provider"
)

// TestTheConfigurationKnowsEveryAlias: package config stands below this one and
// has the names for itself.
func TestTheConfigurationKnowsEveryAlias(t *testing.T) {
	want := provider.Aliases()
	got := config.Aliases()
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("config has %q, provider %q", got, want)
	}
}

func TestAliases(t *testing.T) {
	p := build(t, func(c *provider.Config) { c.Endpoints.Aliases = provider.Aliases() })
	none := build(t, nil)
	for _, tt := range []struct {
		method, target string
		status         int
	}{
		{"POST", "/plugins/servlet/oauth/request-token", 401},
		{"GET", "/plugins/servlet/oauth/request-token", 405},
		{"GET", "/plugins/servlet/oauth/authorize", 400},
		{"POST", "/oauth1/access", 401},
		{"GET", "/oauth1/access", 401},
		{"GET", "/wiki/Special:OAuth/initiate", 401},
		{"GET", "/wiki/Special%3AOAuth/token", 401},
		{"POST", "/w/index.php?title=Special:OAuth/initiate", 401},
		{"POST", "/w/index.php?title=Special%3AOAuth%2Fidentify", 401},
		{"GET", "/index.php?action=raw&title=Special:OAuth/authorize", 400},
		{"GET", "/w/index.php?title=Main_Page", 404},
		{"GET", "/w/index.php?title=Special:OAuth/initiateX", 404},
		{"GET", "/w/index.php", 404},
		{"POST", "/oauth/access_token", 401},
		{"POST", "/1.1/oauth/invalidate_token.json", 401},
		{"GET", "/oauth/v2/get_token", 401},
		{"POST", "/oauth/token/request", 401},
	} {
		if w := ask(p.Public, tt.method, tt.target, ""); w.Code != tt.status {
			t.Errorf("%s %s: got %d, want %d", tt.method, tt.target, w.Code, tt.status)
		}
		if w := ask(none.Public, tt.method, tt.target, ""); w.Code != 404 {
			t.Errorf("%s %s without aliases: got %d, want 404", tt.method, tt.target, w.Code)
		}
	}
}
