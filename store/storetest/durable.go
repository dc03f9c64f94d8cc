package storetest

import (
	"testing"
	"time"

	"oauth1d/store"
)

// Durable checks that all of it is there again when the store was closed and
// opened: a restart is no way around a limit of tries (CON-09).
func Durable(t *testing.T, open Open, reopen Reopen) {
	e := newEnv(t, open)
	identity := e.Identity()
	a := e.withAccessToken()
	e.ok(e.AddUser(t.Context(), user("ada")))
	e.ok(e.IssueAccessToken(t.Context(), accessToken("revoked", "k", "ada")))
	e.ok(e.Revoke(t.Context(), store.TokenID("revoked")))
	pending, dead, redeemed := requestToken("pending", "k"), requestToken("dead", "k"), requestToken("redeemed", "k")
	for _, r := range []store.RequestToken{pending, dead, redeemed} {
		e.ok(e.CreateRequestToken(t.Context(), r, 10))
		e.ok(e.Decide(t.Context(), r.ID, allowed("ada")))
	}
	for range store.MaxVerifierTries {
		_, err := e.Redeem(t.Context(), dead.ID, [32]byte{}, accessToken("x", "k", ""))
		e.is("a wrong verifier", err, store.ErrWrongVerifier)
	}
	traded, err := e.Redeem(t.Context(), redeemed.ID, verifier, accessToken("traded", "k", ""))
	e.ok(err)
	e.ok(e.KeepSession(t.Context(), "s", []byte("data"), e.now(time.Hour)))
	e.ok(e.KeepSession(t.Context(), "taken", []byte("data"), e.now(time.Hour)))
	_, err = e.TakeSession(t.Context(), "taken")
	e.ok(err)
	bob, err := e.SeeUser(t.Context(), seen("bob", "ldap"))
	e.ok(err)
	e.ok(e.AddProposal(t.Context(), proposal("proposed", "bob"), 10, 10))
	full := gauge("full", 3, time.Hour)
	for range 3 {
		e.attempt("before", 0, full)
	}
	n := e.nonce("n")
	_, err = e.UseNonce(t.Context(), n)
	e.ok(err)
	before, err := e.Stats(t.Context())
	e.ok(err)

	e.Store = reopen(t, e.Store)

	e.same("identity", e.Identity(), identity)
	e.counts("counts", store.Stats{
		Consumers: before.Consumers, ProposedConsumers: before.ProposedConsumers, Users: before.Users, RequestTokens: before.RequestTokens,
		AccessTokens: before.AccessTokens, Sessions: before.Sessions, Nonces: before.Nonces,
	})
	c, err := e.Consumer(t.Context(), "k")
	e.ok(err)
	e.same("consumer", c, consumer("k"))
	u, err := e.User(t.Context(), "ada")
	e.ok(err)
	e.same("user", u, user("ada"))
	for _, want := range []store.AccessToken{a, traded} {
		got, err := e.AccessToken(t.Context(), want.ID)
		e.ok(err)
		e.same("access token", got, want)
	}
	_, err = e.AccessToken(t.Context(), store.TokenID("revoked"))
	e.is("the revoked one", err, store.ErrRevoked)
	_, err = e.Redeem(t.Context(), redeemed.ID, verifier, accessToken("again", "k", ""))
	e.is("the redeemed one", err, store.ErrNotFound)
	_, err = e.Redeem(t.Context(), dead.ID, verifier, accessToken("again", "k", ""))
	e.is("the dead one", err, store.ErrSpent)
	e.is("the decided one", e.Decide(t.Context(), pending.ID, allowed("eve")), store.ErrSpent)
	data, err := e.Session(t.Context(), "s")
	e.ok(err)
	e.same("session", string(data), "data")
	_, err = e.TakeSession(t.Context(), "taken")
	e.is("the taken session", err, store.ErrNotFound)
	u, err = e.User(t.Context(), "bob")
	e.ok(err)
	e.same("user of another source", u, bob)
	c, err = e.Consumer(t.Context(), "proposed")
	e.ok(err)
	e.same("proposed consumer", c, proposal("proposed", "bob"))
	e.attempt("after", 20*time.Minute, full)
	_, err = e.UseNonce(t.Context(), n)
	e.is("the used nonce", err, store.ErrNonceUsed)
	_, err = e.Redeem(t.Context(), pending.ID, verifier, accessToken("late", "k", ""))
	e.ok(err)
	problems, err := e.Check(t.Context())
	e.ok(err)
	e.same("problems", problems, []string(nil))
}
