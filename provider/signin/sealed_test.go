package signin

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"oauth1d/store"
)

func TestSessionsAreSealed(t *testing.T) {
	h := &house{clock: &clock{now: time.Now()}}
	h.openStore(t)
	s := sealed{h.store, h.keys}
	end := h.clock.Now().Add(time.Hour).Unix()
	const text = "/oauth/authorize?oauth_token=the-text"
	if err := s.KeepSession(t.Context(), "one", []byte("before"), end); err != nil {
		t.Fatal(err)
	}
	if err := s.RenewSession(t.Context(), "one", []byte(text), end); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Session(t.Context(), "one"); string(got) != text || err != nil {
		t.Errorf("got %q, %v; want what was kept", got, err)
	}
	stored, err := h.store.Session(t.Context(), "one")
	if err != nil || bytes.Contains(stored, []byte("the-text")) {
		t.Errorf("the store has %q, %v; want it sealed", stored, err)
	}

	// A session that was moved to another one's place, or never sealed, is none.
	for name, data := range map[string][]byte{"moved": stored, "never sealed": []byte(text), "empty": nil} {
		if err := h.store.KeepSession(t.Context(), "two", data, end); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Session(t.Context(), "two"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: got %q, %v; want ErrNotFound", name, got, err)
		}
	}
}
