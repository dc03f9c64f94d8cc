package verify

import (
	"context"
	"slices"
	"testing"
	"time"

	"oauth1d/provider/oauth1"
	"oauth1d/store"
)

// A keeper writes down what it is told of, and adds a detail.
type keeper struct{ all []Refused }

func (k *keeper) Keep(_ context.Context, r Refused) []oauth1.Pair {
	k.all = append(k.all, r)
	return []oauth1.Pair{{Name: "oauth_detail", Value: "kept"}}
}

func TestRefusedRequestsAreHandedOn(t *testing.T) {
	f := newFixture(t)
	k := &keeper{}
	f.Verifier = New(f.store, f.keys, Config{Now: f.now, Refusals: k})
	tests := []struct {
		name          string
		change        func(*request)
		problem       string // "" when it passes
		consumer      string
		own, hasToken bool
	}{
		{"a good request is nobody's business", func(r *request) { r.nonce = "n1" }, "", "", false, false},
		{"a replay", func(r *request) { r.nonce = "n1" }, "nonce_used", "printer", true, true},
		{"a wrong signature", func(r *request) { r.secret = "?" }, "signature_invalid", "printer", true, true},
		{"an unknown consumer", func(r *request) { r.key = "nobody" }, "consumer_key_unknown", "", false, true},
		{"another consumer's token", func(r *request) { r.key, r.secret = "other", "other secret" }, "token_rejected", "other", false, true},
		{"an old timestamp", func(r *request) { r.skew = -time.Hour }, "timestamp_refused", "printer", true, true},
		{"a method that is refused before anybody looks", func(r *request) { r.verb = "get" }, "parameter_rejected", "", false, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k.all = nil
			r := good()
			tt.change(&r)
			_, err := f.ask(r)
			if problem(err) != tt.problem {
				t.Fatalf("got problem %q, want %q", problem(err), tt.problem)
			}
			if tt.problem == "" {
				if len(k.all) != 0 {
					t.Errorf("%d requests that passed were handed on", len(k.all))
				}
				return
			}
			if len(k.all) != 1 {
				t.Fatalf("%d requests were handed on, want 1", len(k.all))
			}
			got := k.all[0]
			if got.Problem.Name != tt.problem || got.Consumer.Key != tt.consumer || got.Own != tt.own || (got.TokenID == store.TokenID(r.token)) != tt.hasToken || got.Message == nil {
				t.Errorf("got problem %s, consumer %q, own %v, token %q", got.Problem.Name, got.Consumer.Key, got.Own, got.TokenID)
			}
			if !slices.Contains(err.(*oauth1.Problem).Details, oauth1.Pair{Name: "oauth_detail", Value: "kept"}) {
				t.Errorf("the refusal lacks what was to be told: %v", err.(*oauth1.Problem).Details)
			}
		})
	}
}

// Where requests without credentials pass, they are no refusals, and the ring is
// left to what is one.
func TestWhatPassesWithoutCredentialsIsNotHandedOn(t *testing.T) {
	f := newFixture(t)
	k := &keeper{}
	f.Verifier = New(f.store, f.keys, Config{Now: f.now, Refusals: k})
	for _, tt := range []struct {
		name          string
		passes        bool
		authorization []string
		want          int
	}{
		{"it passes", true, nil, 0},
		{"it does not pass", false, nil, 1},
		{"it has credentials, and they are bad", true, []string{`OAuth oauth_consumer_key="printer"`}, 1},
	} {
		k.all = nil
		m := &oauth1.Message{Method: "GET", Scheme: "https", Host: "photos.example.net", Target: "/", Authorization: tt.authorization}
		if _, err := f.Verify(t.Context(), Question{Kind: AccessToken, Message: m, Anonymous: tt.passes}); err == nil || len(k.all) != tt.want {
			t.Errorf("%s: got %v and %d handed on, want an error and %d", tt.name, err, len(k.all), tt.want)
		}
	}
}

// A fault of ours is no refusal of the request.
func TestFaultsAreNotHandedOn(t *testing.T) {
	f := newFixture(t)
	k := &keeper{}
	f.Verifier = New(f.store, f.keys, Config{Now: f.now, Refusals: k})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	m := f.message(good())
	f.store.Close()
	if _, err := f.Verify(ctx, Question{Kind: AccessToken, Message: m}); problem(err) != oauth1.ProblemStoreError {
		t.Fatalf("got %v, want a store error", err)
	}
	if len(k.all) != 0 {
		t.Errorf("%d requests were handed on", len(k.all))
	}
}
