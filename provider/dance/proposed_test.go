package dance

import (
	"errors"
	"net/http/httptest"
	"testing"

	"oauth1d/provider/web"
	"oauth1d/store"
)

func TestNobodyDecidesAboutAConsumerThatIsProposedOnly(t *testing.T) {
	f := newFixture(t, Config{})
	c := f.begin(false, store.Decision{})
	r := httptest.NewRequest("GET", "/oauth/authorize", nil)
	if _, _, err := f.dance.pending(r, c.token); err != nil {
		t.Fatalf("before: got %v", err)
	}
	f.as("rfc5849", func(c *store.Consumer) { c.Proposed = f.now().Unix() })
	var refused *web.Error
	if _, _, err := f.dance.pending(r, c.token); !errors.As(err, &refused) || refused.Code != "consumer_key_refused" {
		t.Errorf("got %v, want consumer_key_refused", err)
	}
}
