package storetest

import (
	"slices"
	"time"

	"oauth1d/store"
)

var accessTokenCases = map[string]func(*env){
	"an access token comes back as it was issued": func(e *env) {
		want := e.withAccessToken()
		got, err := e.AccessToken(e.Context(), want.ID)
		e.ok(err)
		e.same("access token", got, want)
		_, err = e.AccessToken(e.Context(), store.TokenID("another"))
		e.is("an unknown one", err, store.ErrNotFound)
		_, err = e.AccessToken(e.Context(), "")
		e.is("none", err, store.ErrNotFound)
	},

	"an access token needs a consumer and an id of its own": func(e *env) {
		e.is("no consumer", e.IssueAccessToken(e.Context(), accessToken("a", "nobody", "ada")), store.ErrNotFound)
		want := e.withAccessToken()
		e.is("taken", e.IssueAccessToken(e.Context(), accessToken("a", "k", "eve")), store.ErrExists)
		got, err := e.AccessToken(e.Context(), want.ID)
		e.ok(err)
		e.same("access token", got, want)
	},

	"an expired access token is not found, swept or not": func(e *env) {
		want := e.expiring("a", e.withConsumer(), "ada", time.Minute)
		e.clock.Add(59 * time.Second)
		_, err := e.AccessToken(e.Context(), want.ID)
		e.ok(err)
		e.clock.Add(2 * time.Second)
		got, err := e.AccessToken(e.Context(), want.ID)
		e.is("AccessToken", err, store.ErrExpired)
		e.same("the record that comes with ErrExpired", got, want)
		e.is("Revoke", e.Revoke(e.Context(), want.ID), store.ErrNotFound)
		c, err := e.Credentials(e.Context(), "k", want.ID)
		e.ok(err)
		e.is("TokenErr", c.TokenErr, store.ErrExpired)
		list, err := e.ListAccessTokens(e.Context(), store.TokenFilter{})
		e.ok(err)
		e.same("tokens", len(list), 0)
		_, err = e.Sweep(e.Context(), 100)
		e.ok(err)
		_, err = e.AccessToken(e.Context(), want.ID)
		e.is("after Sweep", err, store.ErrNotFound)
	},

	"an access token without expiry lives": func(e *env) {
		a := e.withAccessToken()
		e.clock.Add(20 * 365 * 24 * time.Hour)
		_, err := e.Sweep(e.Context(), 100)
		e.ok(err)
		_, err = e.AccessToken(e.Context(), a.ID)
		e.ok(err)
	},

	"a revoked access token says so, with its record": func(e *env) {
		want := e.withAccessToken()
		e.clock.Add(time.Hour)
		e.ok(e.Revoke(e.Context(), want.ID))
		want.Revoked = e.now(0)
		e.clock.Add(time.Hour)
		e.ok(e.Revoke(e.Context(), want.ID)) // again
		got, err := e.AccessToken(e.Context(), want.ID)
		e.is("AccessToken", err, store.ErrRevoked)
		e.is("AccessToken", err, store.ErrNotFound)
		e.same("the record that comes with ErrRevoked", got, want)
		list, err := e.ListAccessTokens(e.Context(), store.TokenFilter{User: "ada"})
		e.ok(err)
		e.same("tokens", len(list), 0)
		e.is("an unknown one", e.Revoke(e.Context(), store.TokenID("unknown")), store.ErrNotFound)
	},

	"a revoked access token is remembered for a while and then forgotten": func(e *env) {
		a := e.withAccessToken()
		e.ok(e.Revoke(e.Context(), a.ID))
		e.clock.Add(24 * time.Hour)
		_, err := e.Sweep(e.Context(), 100)
		e.ok(err)
		_, err = e.AccessToken(e.Context(), a.ID)
		e.is("after a day", err, store.ErrRevoked)
		e.clock.Add(10 * 365 * 24 * time.Hour)
		_, err = e.Sweep(e.Context(), 100)
		e.ok(err)
		_, err = e.AccessToken(e.Context(), a.ID)
		e.is("after ten years", err, store.ErrNotFound)
	},
}

var filterCases = map[string]func(*env){
	"access tokens are listed by consumer, by user and by both": func(e *env) {
		owners := []struct{ text, consumer, user string }{
			{"1", "k", "ada"}, {"2", "k", "bob"}, {"3", "k", "ada"}, {"4", "kk", "ada"}, {"5", "k\x00", "ada\x00"},
			{"6", "K", "ad"}, {"7", "k", ""}, {"8", "\x00\x00\x00\x01k", "aada"},
		}
		for _, key := range []string{"k", "kk", "k\x00", "K", "\x00\x00\x00\x01k"} {
			e.ok(e.AddConsumer(e.Context(), consumer(key)))
		}
		for _, o := range owners {
			e.ok(e.IssueAccessToken(e.Context(), accessToken(o.text, o.consumer, o.user)))
		}
		for name, f := range map[string]store.TokenFilter{
			"all": {}, "one consumer's": {Consumer: "k"}, "one user's": {User: "ada"},
			"both": {Consumer: "k", User: "ada"}, "nobody's": {User: "nobody"}, "odd": {Consumer: "k\x00"},
			"what does not meet": {Consumer: "kk", User: "bob"},
		} {
			want := []string{}
			for _, o := range owners {
				if (f.Consumer == "" || f.Consumer == o.consumer) && (f.User == "" || f.User == o.user) {
					want = append(want, store.TokenID(o.text))
				}
			}
			slices.Sort(want)
			list, err := e.ListAccessTokens(e.Context(), f)
			e.ok(err)
			e.same(name, ids(list), want)
			e.same(name+", page by page", e.pages(f, 2), want)
		}
	},

	"a listed access token is the whole record": func(e *env) {
		want := e.withAccessToken()
		list, err := e.ListAccessTokens(e.Context(), store.TokenFilter{Consumer: "k"})
		e.ok(err)
		e.same("tokens", list, []store.AccessToken{want})
	},

	"revoking many ends what matches, at once, and says how many": func(e *env) {
		for _, key := range []string{"k", "kk"} {
			e.ok(e.AddConsumer(e.Context(), consumer(key)))
			for _, name := range []string{"ada", "bob"} {
				e.ok(e.IssueAccessToken(e.Context(), accessToken(key+name, key, name)))
				e.expiring("expired"+key+name, key, name, time.Second)
			}
		}
		e.clock.Add(time.Minute)
		for _, step := range []struct {
			name string
			f    store.TokenFilter
			want int
			left int
		}{
			{"a filter that names nobody matches nothing", store.TokenFilter{}, 0, 4},
			{"nor does one that only pages", store.TokenFilter{Limit: 1, After: "0"}, 0, 4},
			{"paging is not looked at", store.TokenFilter{Consumer: "k", User: "ada", Limit: 1, After: "z"}, 1, 3},
			{"what is revoked is not revoked again", store.TokenFilter{Consumer: "k", User: "ada"}, 0, 3},
			{"a user", store.TokenFilter{User: "bob"}, 2, 1},
			{"a consumer", store.TokenFilter{Consumer: "kk"}, 1, 0},
		} {
			revoked, err := e.RevokeAll(e.Context(), step.f)
			e.ok(err)
			e.same(step.name, revoked, step.want)
			list, err := e.ListAccessTokens(e.Context(), store.TokenFilter{})
			e.ok(err)
			e.same(step.name+": left", len(list), step.left)
		}
		_, err := e.AccessToken(e.Context(), store.TokenID("kada"))
		e.is("AccessToken", err, store.ErrRevoked)
	},
}

// pages lists with a limit until nothing comes.
func (e *env) pages(f store.TokenFilter, limit int) []string {
	e.Helper()
	f.Limit = limit
	all := []string{}
	for {
		list, err := e.ListAccessTokens(e.Context(), f)
		e.ok(err)
		if len(list) == 0 {
			return all
		}
		if len(list) > limit {
			e.Fatalf("got %d tokens, limit is %d", len(list), limit)
		}
		all = append(all, ids(list)...)
		f.After = all[len(all)-1]
	}
}

var credentialsCases = map[string]func(*env){
	"credentials are the consumer and the access token": func(e *env) {
		a := e.withAccessToken()
		got, err := e.Credentials(e.Context(), "k", a.ID)
		e.ok(err)
		e.same("credentials", got.Token, a)
		e.same("consumer", got.Consumer, consumer("k"))
		e.is("TokenErr", got.TokenErr, nil)
		e.same("user", got.User, store.User{})
	},

	"credentials hold the user, without what only sign-in may see": func(e *env) {
		a := e.withAccessToken()
		builtIn := user("ada")
		e.ok(e.AddUser(e.Context(), builtIn))
		got, err := e.Credentials(e.Context(), "k", a.ID)
		e.ok(err)
		builtIn.Password = ""
		e.same("built-in", got.User, builtIn)

		e.ok(e.IssueAccessToken(e.Context(), accessToken("b", "k", "bob")))
		_, err = e.SeeUser(e.Context(), seen("bob", "ldap"))
		e.ok(err)
		_, err = e.ChangeUser(e.Context(), "bob", func(u *store.User) error { u.Gone = true; return nil })
		e.ok(err)
		got, err = e.Credentials(e.Context(), "k", store.TokenID("b"))
		e.ok(err)
		want := seen("bob", "ldap")
		want.Created, want.Gone, want.Refresh, want.Revision = want.Checked, true, nil, 1
		e.same("of another source", got.User, want)
		if !got.User.Refused() {
			e.Error("a user who is gone is not refused")
		}
		got, err = e.Credentials(e.Context(), "k", "")
		e.ok(err)
		e.same("without a token", got.User, store.User{})
	},

	"an unknown consumer has no credentials": func(e *env) {
		a := e.withAccessToken()
		for _, key := range []string{"", "K", "k\x00"} {
			got, err := e.Credentials(e.Context(), key, a.ID)
			e.is("Credentials", err, store.ErrNotFound)
			e.same("token", got.Token, store.AccessToken{})
		}
	},

	"an access token that is unknown, another's or empty is not found": func(e *env) {
		a := e.withAccessToken()
		e.ok(e.AddConsumer(e.Context(), consumer("other")))
		for _, of := range []struct{ name, key, id string }{
			{"unknown", "k", store.TokenID("unknown")},
			{"another consumer's", "other", a.ID},
			{"empty", "k", ""},
		} {
			got, err := e.Credentials(e.Context(), of.key, of.id)
			e.ok(err)
			e.same(of.name, got.Consumer.Key, of.key)
			e.is(of.name, got.TokenErr, store.ErrNotFound)
			e.same(of.name, got.Token, store.AccessToken{})
		}
	},

	"a request token is no access token": func(e *env) {
		r := e.withAllowed()
		got, err := e.Credentials(e.Context(), "k", r.ID)
		e.ok(err)
		e.is("TokenErr", got.TokenErr, store.ErrNotFound)
	},

	"a revoked access token comes with its reason": func(e *env) {
		a := e.withAccessToken()
		e.ok(e.Revoke(e.Context(), a.ID))
		got, err := e.Credentials(e.Context(), "k", a.ID)
		e.ok(err)
		e.is("TokenErr", got.TokenErr, store.ErrRevoked)
		e.same("token", got.Token.ID, a.ID)
	},

	"a disabled consumer is found, and says so": func(e *env) {
		a := e.withAccessToken()
		_, err := e.ChangeConsumer(e.Context(), "k", func(c *store.Consumer) error { c.Disabled = true; return nil })
		e.ok(err)
		got, err := e.Credentials(e.Context(), "k", a.ID)
		e.ok(err)
		e.same("disabled", got.Consumer.Disabled, true)
	},

	"a disabled user is told, another's state is not": func(e *env) {
		a := e.withAccessToken()
		disable := func(name string, disabled bool) {
			_, err := e.ChangeUser(e.Context(), name, func(u *store.User) error { u.Disabled = disabled; return nil })
			e.ok(err)
		}
		disabled := func(what string, want bool) {
			got, err := e.Credentials(e.Context(), "k", a.ID)
			e.ok(err)
			e.same(what, got.User.Disabled, want)
		}
		disabled("no built-in user", false)
		for _, name := range []string{"ada", "Ada"} {
			e.ok(e.AddUser(e.Context(), user(name)))
		}
		disabled("enabled", false)
		disable("Ada", true)
		disabled("another is disabled", false)
		disable("ada", true)
		disabled("disabled", true)
		disable("ada", false)
		disabled("enabled again", false)
	},
}
