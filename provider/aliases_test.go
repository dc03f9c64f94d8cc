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
