package storetest

import (
	"fmt"
	"slices"
	"time"

	"oauth1d/store"
)

var handle = store.VerifierHash("the handle")

// withSession adds a consumer and an access token that lives for an hour and can
// be renewed for a day.
func (e *env) withSession() store.AccessToken {
	e.Helper()
	a := accessToken("a", e.withConsumer(), "ada")
	a.Expires, a.Session, a.SessionExpires = e.now(time.Hour), handle, e.now(24*time.Hour)
	e.ok(e.IssueAccessToken(e.Context(), a))
	return a
}

func (e *env) renewed(text string) store.AccessToken {
	return store.AccessToken{ID: store.TokenID(text), Secret: store.Sealed("sealed " + text), Consumer: "k", Issued: e.now(0), Expires: e.now(time.Hour)}
}

var renewCases = map[string]func(*env){
	"renewing puts a token in the place of another": func(e *env) {
		old := e.withSession()
		want := e.renewed("b")
		got, err := e.Renew(e.Context(), old.ID, handle, want)
		e.ok(err)
		want.User, want.Scopes, want.Session, want.SessionExpires = old.User, old.Scopes, old.Session, old.SessionExpires
		e.same("renewed", got, want)
		stored, err := e.AccessToken(e.Context(), want.ID)
		e.ok(err)
		e.same("stored", stored, want)
		_, err = e.AccessToken(e.Context(), old.ID)
		e.is("the old one", err, store.ErrRevoked)
		_, err = e.Renew(e.Context(), old.ID, handle, e.renewed("c"))
		e.is("again", err, store.ErrRevoked)
	},

	"an expired token can be renewed for as long as its session lives, and not longer": func(e *env) {
		old := e.withSession()
		e.clock.Add(23*time.Hour + 30*time.Minute)
		_, err := e.Sweep(e.Context(), 100)
		e.ok(err)
		got, err := e.Renew(e.Context(), old.ID, handle, e.renewed("b"))
		e.ok(err)
		e.same("expires with its session", got.Expires, old.SessionExpires)
		e.clock.Add(time.Hour)
		_, err = e.Renew(e.Context(), got.ID, handle, e.renewed("c"))
		e.is("after the session", err, store.ErrExpired)
		_, err = e.Sweep(e.Context(), 100)
		e.ok(err)
		_, err = e.Renew(e.Context(), got.ID, handle, e.renewed("c"))
		e.is("swept", err, store.ErrNotFound)
	},

	"what is not renewable is not renewed, and nothing has changed": func(e *env) {
		old := e.withSession()
		plain := accessToken("plain", "k", "ada")
		e.ok(e.IssueAccessToken(e.Context(), plain))
		other := e.renewed("b")
		other.Consumer = "other"
		taken := e.renewed("plain")
		for _, step := range []struct {
			name, id string
			handle   [32]byte
			t        store.AccessToken
			want     error
		}{
			{"another handle", old.ID, store.VerifierHash("another"), e.renewed("b"), store.ErrWrongVerifier},
			{"no handle", old.ID, [32]byte{}, e.renewed("b"), store.ErrWrongVerifier},
			{"another consumer", old.ID, handle, other, store.ErrNotFound},
			{"an unknown token", store.TokenID("unknown"), handle, e.renewed("b"), store.ErrNotFound},
			{"a token without a session", plain.ID, handle, e.renewed("b"), store.ErrNotFound},
			{"a token without a session, no handle", plain.ID, [32]byte{}, e.renewed("b"), store.ErrNotFound},
			{"a taken id", old.ID, handle, taken, store.ErrExists},
		} {
			_, err := e.Renew(e.Context(), step.id, step.handle, step.t)
			e.is(step.name, err, step.want)
		}
		got, err := e.AccessToken(e.Context(), old.ID)
		e.ok(err)
		e.same("the token", got, old)
	},

	"an expired token that can be renewed is listed and ended like a live one": func(e *env) {
		ends := map[string]func(id string) error{
			"Revoke": func(id string) error { return e.Revoke(e.Context(), id) },
			"RevokeAll": func(string) error {
				_, err := e.RevokeAll(e.Context(), store.TokenFilter{User: "ada"})
				return err
			},
			"RemoveUser": func(string) error {
				e.ok(e.AddUser(e.Context(), user("ada")))
				_, err := e.RemoveUser(e.Context(), "ada")
				return err
			},
		}
		e.withConsumer()
		for name, end := range ends {
			a := accessToken(name, "k", "ada")
			a.Expires, a.Session, a.SessionExpires = e.now(time.Hour), handle, e.now(24*time.Hour)
			e.ok(e.IssueAccessToken(e.Context(), a))
			e.clock.Add(2 * time.Hour)
			list, err := e.ListAccessTokens(e.Context(), store.TokenFilter{User: "ada"})
			e.ok(err)
			e.same("listed before "+name, ids(list), []string{a.ID})
			e.ok(end(a.ID))
			_, err = e.Renew(e.Context(), a.ID, handle, e.renewed("after "+name))
			e.is("Renew after "+name, err, store.ErrRevoked)
		}
	},

	"of many that renew one token one does": func(e *env) {
		old := e.withSession()
		errs := race(crowd, func(i int) error {
			_, err := e.Renew(e.Context(), old.ID, handle, e.renewed(fmt.Sprint("new ", i)))
			return err
		})
		e.tally("Renew", errs, 1, store.ErrRevoked)
		list, err := e.ListAccessTokens(e.Context(), store.TokenFilter{})
		e.ok(err)
		e.same("live", ids(list), []string{store.TokenID(fmt.Sprint("new ", slices.Index(errs, nil)))})
	},
}

var markCases = map[string]func(*env){
	"marks move forward only and pass over what is not there": func(e *env) {
		a := e.withAccessToken()
		for _, at := range []int64{10, 5} {
			e.ok(e.MarkUsed(e.Context(), store.Marks{Tokens: map[string]int64{a.ID: at, "unknown": at}}))
		}
		got, err := e.AccessToken(e.Context(), a.ID)
		e.ok(err)
		e.same("used", got.Used, int64(10))
	},

	"a token that nobody uses expires, and each use puts that off": func(e *env) {
		a := accessToken("a", e.withConsumer(), "ada")
		a.Idle = 3600
		e.ok(e.IssueAccessToken(e.Context(), a))
		e.clock.Add(50 * time.Minute)
		e.ok(e.MarkUsed(e.Context(), store.Marks{Tokens: map[string]int64{a.ID: e.now(0)}}))
		e.clock.Add(50 * time.Minute)
		_, err := e.Sweep(e.Context(), 100)
		e.ok(err)
		_, err = e.AccessToken(e.Context(), a.ID)
		e.ok(err)
		e.clock.Add(11 * time.Minute)
		_, err = e.AccessToken(e.Context(), a.ID)
		e.is("unused for an hour", err, store.ErrExpired)
		c, err := e.Credentials(e.Context(), "k", a.ID)
		e.ok(err)
		e.is("TokenErr", c.TokenErr, store.ErrExpired)
		_, err = e.Sweep(e.Context(), 100)
		e.ok(err)
		_, err = e.AccessToken(e.Context(), a.ID)
		e.is("swept", err, store.ErrNotFound)
	},

	"a mark does not bring an expired token back": func(e *env) {
		a := accessToken("a", e.withConsumer(), "ada")
		a.Idle = 3600
		e.ok(e.IssueAccessToken(e.Context(), a))
		e.clock.Add(2 * time.Hour)
		e.ok(e.MarkUsed(e.Context(), store.Marks{Tokens: map[string]int64{a.ID: e.now(0)}}))
		_, err := e.AccessToken(e.Context(), a.ID)
		e.is("AccessToken", err, store.ErrExpired)
	},

	"a mark on a revoked token changes nothing": func(e *env) {
		a := e.withAccessToken()
		e.ok(e.Revoke(e.Context(), a.ID))
		want, _ := e.AccessToken(e.Context(), a.ID)
		e.ok(e.MarkUsed(e.Context(), store.Marks{Tokens: map[string]int64{a.ID: e.now(time.Hour)}}))
		got, err := e.AccessToken(e.Context(), a.ID)
		e.is("AccessToken", err, store.ErrRevoked)
		e.same("token", got, want)
	},

	"a mark on a consumer's key counts for the revision that was seen": func(e *env) {
		key := e.withConsumer()
		seen, err := e.ChangeConsumer(e.Context(), key, func(c *store.Consumer) error { c.Used = store.KeyUse{}; return nil })
		e.ok(err)
		mark := func(revision uint64, u store.KeyUse) {
			e.ok(e.MarkUsed(e.Context(), store.Marks{Consumers: map[string]store.ConsumerMark{key: {Revision: revision, Used: u}, "nobody": {}}}))
		}
		mark(seen.Revision, store.KeyUse{Secret: 10})
		mark(seen.Revision, store.KeyUse{Secret: 5, OldSecret: 7})
		mark(seen.Revision-1, store.KeyUse{Secret: 20, PublicKey: 20})
		got, err := e.Consumer(e.Context(), key)
		e.ok(err)
		e.same("used", got.Used, store.KeyUse{Secret: 10, OldSecret: 7})
		e.same("revision", got.Revision, seen.Revision)
	},
}

var actorCases = map[string]func(*env){
	"no consumer acts as a user who was removed": func(e *env) {
		e.ok(e.AddUser(e.Context(), user("ada")))
		e.ok(e.AddUser(e.Context(), user("bob")))
		e.withConsumer() // acts as ada, may act as bob and @staff
		e.ok(e.AddConsumer(e.Context(), consumer("other")))
		_, err := e.ChangeConsumer(e.Context(), "other", func(c *store.Consumer) error { c.TwoLeggedUser = "bob"; return nil })
		e.ok(err)
		_, err = e.RemoveUser(e.Context(), "bob")
		e.ok(err)
		got, err := e.Consumer(e.Context(), "k")
		e.ok(err)
		e.same("may act as", got.Impersonates, []string{"@staff"})
		e.same("acts as", got.TwoLeggedUser, "ada")
		got, err = e.Consumer(e.Context(), "other")
		e.ok(err)
		e.same("without a token", got.TwoLegged, false)
		e.same("acts as", got.TwoLeggedUser, "")
	},
}
