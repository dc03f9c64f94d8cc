package storetest

import (
	"fmt"
	"time"

	"oauth1d/store"
)

var requestTokenCases = map[string]func(*env){
	"a request token comes back as it was created": func(e *env) {
		want := e.withRequestToken()
		got, err := e.RequestToken(e.Context(), want.ID)
		e.ok(err)
		e.same("request token", got, want)
		_, err = e.RequestToken(e.Context(), store.TokenID("another"))
		e.is("an unknown one", err, store.ErrNotFound)
		_, err = e.RequestToken(e.Context(), "")
		e.is("none", err, store.ErrNotFound)
	},

	"a request token is created undecided, whatever it says": func(e *env) {
		want := requestToken("r", e.withConsumer())
		sly := want
		sly.Decided, sly.Decision, sly.Tries = 1, allowed("eve"), -100
		e.ok(e.CreateRequestToken(e.Context(), sly, 10))
		got, err := e.RequestToken(e.Context(), want.ID)
		e.ok(err)
		e.same("request token", got, want)
	},

	"a request token needs a consumer": func(e *env) {
		e.is("CreateRequestToken", e.CreateRequestToken(e.Context(), requestToken("r", "nobody"), 10), store.ErrNotFound)
		_, err := e.RequestToken(e.Context(), store.TokenID("r"))
		e.is("RequestToken", err, store.ErrNotFound)
	},

	"pending request tokens are counted for each consumer": func(e *env) {
		for _, key := range []string{"k", "k\x00", "kk"} {
			e.ok(e.AddConsumer(e.Context(), consumer(key)))
			for i := range 3 {
				e.ok(e.CreateRequestToken(e.Context(), requestToken(fmt.Sprint(key, i), key), 3))
			}
			e.is("the fourth of "+key, e.CreateRequestToken(e.Context(), requestToken(key+"4", key), 3), store.ErrTooMany)
		}
		_, err := e.RequestToken(e.Context(), store.TokenID("k4"))
		e.is("the one too many", err, store.ErrNotFound)
	},

	"a redeemed request token is no longer pending": func(e *env) {
		r := e.withAllowed()
		e.is("before", e.CreateRequestToken(e.Context(), requestToken("r2", "k"), 1), store.ErrTooMany)
		_, err := e.Redeem(e.Context(), r.ID, verifier, accessToken("a", "k", ""))
		e.ok(err)
		e.ok(e.CreateRequestToken(e.Context(), requestToken("r2", "k"), 1))
	},

	"an expired request token is not found, swept or not": func(e *env) {
		want := e.withRequestToken()
		e.clock.Add(10*time.Minute - time.Second)
		_, err := e.RequestToken(e.Context(), want.ID)
		e.ok(err)
		e.clock.Add(2 * time.Second)
		got, err := e.RequestToken(e.Context(), want.ID)
		e.is("RequestToken", err, store.ErrExpired)
		e.is("RequestToken", err, store.ErrNotFound)
		e.same("the record that comes with ErrExpired", got, want)
		e.is("Decide", e.Decide(e.Context(), want.ID, allowed("ada")), store.ErrExpired)
		next := requestToken("r2", "k")
		next.Expires = e.now(time.Minute)
		e.ok(e.CreateRequestToken(e.Context(), next, 1)) // the expired one is not pending
		_, err = e.Sweep(e.Context(), 100)
		e.ok(err)
		_, err = e.RequestToken(e.Context(), want.ID)
		e.is("after Sweep", err, store.ErrNotFound)
		_, err = e.RequestToken(e.Context(), next.ID)
		e.ok(err)
	},

	"the first decision is final": func(e *env) {
		want := e.withRequestToken()
		e.clock.Add(time.Minute)
		e.ok(e.Decide(e.Context(), want.ID, allowed("ada")))
		e.is("denying after allowing", e.Decide(e.Context(), want.ID, store.Decision{User: "ada"}), store.ErrSpent)
		e.is("allowing again", e.Decide(e.Context(), want.ID, allowed("eve")), store.ErrSpent)
		want.Decided, want.Decision = e.now(0), allowed("ada")
		got, err := e.RequestToken(e.Context(), want.ID)
		e.ok(err)
		e.same("request token", got, want)
	},

	"a denial is final": func(e *env) {
		r := e.withRequestToken()
		e.ok(e.Decide(e.Context(), r.ID, store.Decision{User: "ada"}))
		e.is("allowing after denying", e.Decide(e.Context(), r.ID, allowed("ada")), store.ErrSpent)
		got, err := e.RequestToken(e.Context(), r.ID)
		e.ok(err)
		e.same("decision", got.Decision, store.Decision{User: "ada"})
		e.same("verifier", got.Decision.Verifier, [32]byte{})
	},

	"deciding on an unknown request token is not found": func(e *env) {
		e.is("Decide", e.Decide(e.Context(), store.TokenID("r"), allowed("ada")), store.ErrNotFound)
	},
}

var redeemCases = map[string]func(*env){
	"redeeming trades the request token for what was decided": func(e *env) {
		r := e.withAllowed()
		asked := accessToken("a", "k", "eve") // user and scopes are the decision's
		asked.Scopes, asked.Expires = []string{"everything"}, e.now(time.Hour)
		want := asked
		want.User, want.Scopes = "ada", []string{"read"}

		created, err := e.Redeem(e.Context(), r.ID, verifier, asked)
		e.ok(err)
		e.same("returned", created, want)
		got, err := e.AccessToken(e.Context(), want.ID)
		e.ok(err)
		e.same("kept", got, want)
		_, err = e.RequestToken(e.Context(), r.ID)
		e.is("the request token", err, store.ErrNotFound)
		_, err = e.Redeem(e.Context(), r.ID, verifier, accessToken("b", "k", ""))
		e.is("redeeming again", err, store.ErrNotFound)
		e.is("deciding again", e.Decide(e.Context(), r.ID, allowed("ada")), store.ErrNotFound)
		_, err = e.AccessToken(e.Context(), store.TokenID("b"))
		e.is("the second access token", err, store.ErrNotFound)
	},

	"nothing is redeemed before a decision, after a denial, or by another consumer": func(e *env) {
		r := e.withRequestToken()
		e.ok(e.AddConsumer(e.Context(), consumer("thief")))
		redeem := func(id, key string) error {
			_, err := e.Redeem(e.Context(), id, verifier, accessToken("a", key, "ada"))
			return err
		}
		e.is("undecided", redeem(r.ID, "k"), store.ErrUndecided)
		e.ok(e.Decide(e.Context(), r.ID, allowed("ada")))
		e.is("another consumer", redeem(r.ID, "thief"), store.ErrNotFound)
		denied := requestToken("denied", "k")
		e.ok(e.CreateRequestToken(e.Context(), denied, 10))
		e.ok(e.Decide(e.Context(), denied.ID, store.Decision{User: "ada"}))
		e.is("denied", redeem(denied.ID, "k"), store.ErrDenied)
		e.is("unknown", redeem(store.TokenID("unknown"), "k"), store.ErrNotFound)
		_, err := e.AccessToken(e.Context(), store.TokenID("a"))
		e.is("the access token", err, store.ErrNotFound)
		e.ok(redeem(r.ID, "k")) // none of it has done harm
	},

	"an expired request token is not redeemed": func(e *env) {
		r := e.withAllowed()
		e.clock.Add(11 * time.Minute)
		_, err := e.Redeem(e.Context(), r.ID, verifier, accessToken("a", "k", ""))
		e.is("Redeem", err, store.ErrNotFound)
		_, err = e.AccessToken(e.Context(), store.TokenID("a"))
		e.is("the access token", err, store.ErrNotFound)
	},

	"wrong verifiers kill the request token": func(e *env) {
		r := e.withAllowed()
		wrong := verifier
		wrong[31] ^= 1
		for range store.MaxVerifierTries {
			_, err := e.Redeem(e.Context(), r.ID, wrong, accessToken("a", "k", ""))
			e.is("a wrong verifier", err, store.ErrWrongVerifier)
		}
		_, err := e.Redeem(e.Context(), r.ID, wrong, accessToken("a", "k", ""))
		e.is("one too many", err, store.ErrSpent)
		_, err = e.Redeem(e.Context(), r.ID, verifier, accessToken("a", "k", ""))
		e.is("the right one, too late", err, store.ErrSpent)
		_, err = e.AccessToken(e.Context(), store.TokenID("a"))
		e.is("the access token", err, store.ErrNotFound)
	},

	"one wrong verifier less does not": func(e *env) {
		r := e.withAllowed()
		for range store.MaxVerifierTries - 1 {
			_, err := e.Redeem(e.Context(), r.ID, [32]byte{}, accessToken("a", "k", ""))
			e.is("a wrong verifier", err, store.ErrWrongVerifier)
		}
		_, err := e.Redeem(e.Context(), r.ID, verifier, accessToken("a", "k", ""))
		e.ok(err)
	},

	"what was refused for another reason counts no try": func(e *env) {
		r := e.withRequestToken()
		e.ok(e.AddConsumer(e.Context(), consumer("thief")))
		for range 2 * store.MaxVerifierTries {
			_, err := e.Redeem(e.Context(), r.ID, [32]byte{1}, accessToken("a", "k", ""))
			e.is("undecided", err, store.ErrUndecided)
		}
		e.ok(e.Decide(e.Context(), r.ID, allowed("ada")))
		for range 2 * store.MaxVerifierTries {
			_, err := e.Redeem(e.Context(), r.ID, [32]byte{1}, accessToken("a", "thief", ""))
			e.is("another consumer", err, store.ErrNotFound)
		}
		_, err := e.Redeem(e.Context(), r.ID, verifier, accessToken("a", "k", ""))
		e.ok(err)
	},

	"a taken access token id costs nothing": func(e *env) {
		r := e.withAllowed()
		e.ok(e.IssueAccessToken(e.Context(), accessToken("a", "k", "bob")))
		_, err := e.Redeem(e.Context(), r.ID, verifier, accessToken("a", "k", ""))
		e.is("Redeem", err, store.ErrExists)
		got, err := e.AccessToken(e.Context(), store.TokenID("a"))
		e.ok(err)
		e.same("the user of the first", got.User, "bob")
		_, err = e.Redeem(e.Context(), r.ID, verifier, accessToken("b", "k", ""))
		e.ok(err)
	},
}
