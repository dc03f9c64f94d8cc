package storetest

import (
	"bytes"
	"fmt"
	"sync"
	"time"

	"oauth1d/store"
)

var wholeCases = map[string]func(*env){
	"the identity is told": func(e *env) {
		if e.Identity().ID == "" {
			e.Error("got an empty id")
		}
	},

	"sweeping deletes what has expired, a little at a time, and nothing else": func(e *env) {
		e.withConsumer()
		e.ok(e.IssueAccessToken(e.Context(), accessToken("for ever", "k", "ada")))
		e.ok(e.IssueAccessToken(e.Context(), accessToken("revoked", "k", "ada")))
		e.ok(e.Revoke(e.Context(), store.TokenID("revoked")))
		e.expiring("later", "k", "ada", time.Hour)
		e.ok(e.KeepSession(e.Context(), "later", nil, e.now(time.Hour)))
		for i := range 3 {
			e.ok(e.CreateRequestToken(e.Context(), requestToken(fmt.Sprint("r", i), "k"), 10))
			e.expiring(fmt.Sprint("a", i), "k", "ada", time.Second)
			e.ok(e.KeepSession(e.Context(), fmt.Sprint("s", i), nil, e.now(time.Second)))
		}
		deleted, err := e.Sweep(e.Context(), 100)
		e.ok(err)
		e.same("deleted before its time", deleted, 0)
		e.clock.Add(11 * time.Minute)
		total := 0
		for range 10 {
			deleted, err := e.Sweep(e.Context(), 2)
			e.ok(err)
			if deleted > 2 {
				e.Errorf("deleted %d, limit is 2", deleted)
			}
			total += deleted
		}
		e.same("deleted in all", total, 9)
		for _, text := range []string{"for ever", "later"} {
			_, err = e.AccessToken(e.Context(), store.TokenID(text))
			e.ok(err)
		}
		_, err = e.AccessToken(e.Context(), store.TokenID("revoked"))
		e.is("revoked", err, store.ErrRevoked)
		_, err = e.Session(e.Context(), "later")
		e.ok(err)
	},

	"stats count what is live": func(e *env) {
		e.withAccessToken()
		disabled := consumer("disabled")
		disabled.Disabled = true
		e.ok(e.AddConsumer(e.Context(), disabled))
		e.ok(e.AddUser(e.Context(), user("ada")))
		e.ok(e.CreateRequestToken(e.Context(), requestToken("r", "k"), 10))
		e.expiring("expires", "k", "ada", time.Second)
		e.ok(e.KeepSession(e.Context(), "s", nil, e.now(time.Second)))
		_, err := e.UseNonce(e.Context(), e.nonce("n"))
		e.ok(err)
		e.counts("at first", store.Stats{Consumers: 2, DisabledConsumers: 1, Users: 1, RequestTokens: 1, AccessTokens: 2, Sessions: 1, Nonces: 1})
		e.clock.Add(time.Minute)
		e.counts("after a minute", store.Stats{Consumers: 2, DisabledConsumers: 1, Users: 1, RequestTokens: 1, AccessTokens: 1, Nonces: 1})
		_, err = e.Sweep(e.Context(), 100)
		e.ok(err)
		e.counts("after a sweep", store.Stats{Consumers: 2, DisabledConsumers: 1, Users: 1, RequestTokens: 1, AccessTokens: 1, Nonces: 1})
		e.ok(e.Revoke(e.Context(), store.TokenID("a")))
		_, err = e.ChangeConsumer(e.Context(), "disabled", func(c *store.Consumer) error { c.Disabled = false; return nil })
		e.ok(err)
		e.clock.Add(time.Minute)
		e.counts("after a revocation", store.Stats{Consumers: 2, Users: 1, RequestTokens: 1, Nonces: 1})
		_, err = e.RemoveConsumer(e.Context(), "k")
		e.ok(err)
		_, err = e.RemoveUser(e.Context(), "ada")
		e.ok(err)
		e.clock.Add(time.Minute)
		e.counts("at last", store.Stats{Consumers: 1, Nonces: 1})
	},

	"a backup is made while the store works": func(e *env) {
		e.withAccessToken()
		var writers sync.WaitGroup
		writers.Go(func() {
			for i := range 20 {
				e.is("KeepSession", e.KeepSession(e.Context(), fmt.Sprint(i), nil, e.now(time.Minute)), nil)
			}
		})
		var b bytes.Buffer
		e.ok(e.Backup(e.Context(), &b))
		writers.Wait()
		if b.Len() == 0 {
			e.Error("got an empty backup")
		}
	},

	"what was used hard is found right": func(e *env) {
		a := e.withAccessToken()
		for i := range 5 {
			r := requestToken(fmt.Sprint("r", i), "k")
			e.ok(e.CreateRequestToken(e.Context(), r, 10))
			e.ok(e.Decide(e.Context(), r.ID, allowed("ada")))
			_, err := e.Redeem(e.Context(), r.ID, verifier, accessToken(fmt.Sprint("a", i), "k", ""))
			e.ok(err)
			e.ok(e.KeepSession(e.Context(), "s", []byte("data"), e.now(time.Duration(i)*time.Minute)))
		}
		e.ok(e.Revoke(e.Context(), a.ID))
		e.clock.Add(time.Hour)
		_, err := e.Sweep(e.Context(), 3)
		e.ok(err)
		problems, err := e.Check(e.Context())
		e.ok(err)
		e.same("problems", len(problems), 0)
	},
}

// counts compares what Stats counts, and not what depends on the disk.
func (e *env) counts(what string, want store.Stats) {
	e.Helper()
	got, err := e.Stats(e.Context())
	e.ok(err)
	got.SizeBytes, got.FreePages, got.NonceBytes = 0, 0, 0
	e.same(what, got, want)
}
