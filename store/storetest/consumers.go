package storetest

import (
	"errors"
	"slices"
	"time"

	"oauth1d/store"
)

var errStop = errors.New("changed my mind")

var consumerCases = map[string]func(*env){
	"a consumer comes back as it was added": func(e *env) {
		for _, c := range []store.Consumer{
			consumer("k"),
			{Key: "bare"},
			{Key: "disabled", Disabled: true, Revision: 7, Created: -1},
		} {
			e.ok(e.AddConsumer(e.Context(), c))
			got, err := e.Consumer(e.Context(), c.Key)
			e.ok(err)
			e.same("consumer", got, c)
		}
	},

	"a taken key is refused and the first consumer stays": func(e *env) {
		key := e.withConsumer()
		other := consumer(key)
		other.Name = "Intruder"
		e.is("AddConsumer", e.AddConsumer(e.Context(), other), store.ErrExists)
		got, err := e.Consumer(e.Context(), key)
		e.ok(err)
		e.same("consumer", got, consumer(key))
	},

	"keys are compared byte for byte": func(e *env) {
		keys := odd()
		for i, key := range keys {
			_, err := e.Consumer(e.Context(), key)
			e.is("Consumer "+key+" before it was added", err, store.ErrNotFound)
			c := consumer(key)
			c.Revision = uint64(i)
			e.ok(e.AddConsumer(e.Context(), c))
		}
		for i, key := range keys {
			got, err := e.Consumer(e.Context(), key)
			e.ok(err)
			e.same("revision of "+key, got.Revision, uint64(i))
		}
	},

	"consumers are listed in the order of their keys": func(e *env) {
		none, err := e.ListConsumers(e.Context())
		e.ok(err)
		e.same("consumers of an empty store", len(none), 0)
		for _, key := range odd() {
			e.ok(e.AddConsumer(e.Context(), consumer(key)))
		}
		list, err := e.ListConsumers(e.Context())
		e.ok(err)
		var got []string
		for _, c := range list {
			got = append(got, c.Key)
		}
		want := odd()
		slices.Sort(want)
		e.same("keys", got, want)
	},

	"no consumer has the empty key": func(e *env) {
		e.withConsumer()
		_, err := e.Consumer(e.Context(), "")
		e.is("Consumer", err, store.ErrNotFound)
	},

	"a change is kept, but not of key, creation and revision": func(e *env) {
		key := e.withConsumer()
		want := consumer(key)
		want.Name, want.Disabled, want.Callbacks, want.Revision = "New", true, []string{"oob"}, 1
		changed, err := e.ChangeConsumer(e.Context(), key, func(c *store.Consumer) error {
			c.Name, c.Disabled, c.Callbacks = "New", true, []string{"oob"}
			c.Key, c.Created, c.Revision = "other", 1, 99
			return nil
		})
		e.ok(err)
		e.same("returned", changed, want)
		got, err := e.Consumer(e.Context(), key)
		e.ok(err)
		e.same("kept", got, want)
		_, err = e.Consumer(e.Context(), "other")
		e.is("the key that change set", err, store.ErrNotFound)
	},

	"a change that returns an error keeps nothing": func(e *env) {
		key := e.withConsumer()
		_, err := e.ChangeConsumer(e.Context(), key, func(c *store.Consumer) error {
			c.Name, c.Callbacks[0] = "New", "https://attacker.example.test/"
			return errStop
		})
		e.is("ChangeConsumer", err, errStop)
		got, err := e.Consumer(e.Context(), key)
		e.ok(err)
		e.same("consumer", got, consumer(key))
	},

	"changing or removing an unknown consumer is not found": func(e *env) {
		_, err := e.ChangeConsumer(e.Context(), "k", func(*store.Consumer) error { return nil })
		e.is("ChangeConsumer", err, store.ErrNotFound)
		_, err = e.RemoveConsumer(e.Context(), "k")
		e.is("RemoveConsumer", err, store.ErrNotFound)
	},

	"a removed consumer takes its tokens with it and nobody else's": func(e *env) {
		a, r := e.withAccessToken(), requestToken("r", "k")
		e.ok(e.CreateRequestToken(e.Context(), r, 10))
		e.ok(e.IssueAccessToken(e.Context(), accessToken("second", "k", "bob")))
		e.expiring("expired", "k", "ada", time.Second)
		e.ok(e.IssueAccessToken(e.Context(), accessToken("revoked", "k", "ada")))
		e.ok(e.Revoke(e.Context(), store.TokenID("revoked")))
		for _, other := range []string{"K", "kk", "k\x00", "\x00\x00\x00\x01k"} {
			e.ok(e.AddConsumer(e.Context(), consumer(other)))
			e.ok(e.IssueAccessToken(e.Context(), accessToken("of "+other, other, "ada")))
			e.ok(e.CreateRequestToken(e.Context(), requestToken("r of "+other, other), 10))
		}
		e.clock.Add(time.Minute)

		ended, err := e.RemoveConsumer(e.Context(), "k")
		e.ok(err)
		e.same("ended", ended, 2)
		_, err = e.Consumer(e.Context(), "k")
		e.is("Consumer", err, store.ErrNotFound)
		_, err = e.AccessToken(e.Context(), a.ID)
		e.is("AccessToken", err, store.ErrNotFound)
		_, err = e.RequestToken(e.Context(), r.ID)
		e.is("RequestToken", err, store.ErrNotFound)
		for _, other := range []string{"K", "kk", "k\x00", "\x00\x00\x00\x01k"} {
			_, err = e.AccessToken(e.Context(), store.TokenID("of "+other))
			e.ok(err)
			_, err = e.RequestToken(e.Context(), store.TokenID("r of "+other))
			e.ok(err)
		}
	},

	"a consumer that comes back finds none of its old tokens": func(e *env) {
		a, r := e.withAccessToken(), requestToken("r", "k")
		e.ok(e.CreateRequestToken(e.Context(), r, 10))
		e.ok(e.Decide(e.Context(), r.ID, allowed("ada")))
		_, err := e.RemoveConsumer(e.Context(), "k")
		e.ok(err)
		e.withConsumer()
		c, err := e.Credentials(e.Context(), "k", a.ID)
		e.ok(err)
		e.is("TokenErr", c.TokenErr, store.ErrNotFound)
		_, err = e.Redeem(e.Context(), r.ID, verifier, accessToken("new", "k", ""))
		e.is("Redeem", err, store.ErrNotFound)
		list, err := e.ListAccessTokens(e.Context(), store.TokenFilter{Consumer: "k"})
		e.ok(err)
		e.same("tokens", len(list), 0)
	},
}
