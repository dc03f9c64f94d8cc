package storetest

import (
	"slices"
	"time"

	"oauth1d/store"
)

var userCases = map[string]func(*env){
	"a user comes back as it was added": func(e *env) {
		for _, u := range []store.User{user("ada"), {Name: "bare"}, {Name: "off", Disabled: true, Revision: 3}} {
			e.ok(e.AddUser(e.Context(), u))
			got, err := e.User(e.Context(), u.Name)
			e.ok(err)
			e.same("user", got, u)
		}
	},

	"a taken name is refused and the first user stays": func(e *env) {
		e.ok(e.AddUser(e.Context(), user("ada")))
		e.is("AddUser", e.AddUser(e.Context(), store.User{Name: "ada"}), store.ErrExists)
		got, err := e.User(e.Context(), "ada")
		e.ok(err)
		e.same("user", got, user("ada"))
	},

	"names are compared byte for byte and listed in order": func(e *env) {
		for i, name := range odd() {
			_, err := e.User(e.Context(), name)
			e.is("User "+name+" before it was added", err, store.ErrNotFound)
			u := user(name)
			u.Revision = uint64(i)
			e.ok(e.AddUser(e.Context(), u))
		}
		for i, name := range odd() {
			got, err := e.User(e.Context(), name)
			e.ok(err)
			e.same("revision of "+name, got.Revision, uint64(i))
		}
		list, err := e.ListUsers(e.Context(), store.UserFilter{})
		e.ok(err)
		var got []string
		for _, u := range list {
			got = append(got, u.Name)
		}
		want := odd()
		slices.Sort(want)
		e.same("names", got, want)
	},

	"the list can be searched, paged and kept to one source": func(e *env) {
		for _, name := range []string{"ada", "Adam", "bob", "Bogdana", "zoë", "ZOË2"} {
			e.ok(e.AddUser(e.Context(), user(name)))
		}
		_, err := e.SeeUser(e.Context(), seen("adaline", "ldap"))
		e.ok(err)
		builtIn, ldap, other := "", "ldap", "LDAP"
		for _, f := range []struct {
			name string
			store.UserFilter
			want []string
		}{
			{"everybody", store.UserFilter{}, []string{"Adam", "Bogdana", "ZOË2", "ada", "adaline", "bob", "zoë"}},
			{"a part of the name", store.UserFilter{Search: "dA"}, []string{"Adam", "Bogdana", "ada", "adaline"}},
			{"a letter with a sign", store.UserFilter{Search: "ë"}, []string{"ZOË2", "zoë"}},
			{"nobody", store.UserFilter{Search: "x"}, nil},
			{"after a name that is there", store.UserFilter{After: "ada"}, []string{"adaline", "bob", "zoë"}},
			{"after a name that is not", store.UserFilter{After: "ada0"}, []string{"adaline", "bob", "zoë"}},
			{"a page", store.UserFilter{After: "Adam", Limit: 2}, []string{"Bogdana", "ZOË2"}},
			{"a page of what was found", store.UserFilter{Search: "ada", After: "Adam", Limit: 1}, []string{"ada"}},
			{"built-in", store.UserFilter{Search: "ada", Source: &builtIn}, []string{"Adam", "ada"}},
			{"of a source", store.UserFilter{Source: &ldap}, []string{"adaline"}},
			{"of another source", store.UserFilter{Source: &other}, nil},
		} {
			list, err := e.ListUsers(e.Context(), f.UserFilter)
			e.ok(err)
			var got []string
			for _, u := range list {
				got = append(got, u.Name)
			}
			e.same(f.name, got, f.want)
		}
	},

	"a changed user keeps name, source and creation": func(e *env) {
		e.ok(e.AddUser(e.Context(), user("ada")))
		want := user("ada")
		want.Password, want.Disabled, want.Revision = "$argon2id$new", true, 1
		changed, err := e.ChangeUser(e.Context(), "ada", func(u *store.User) error {
			u.Password, u.Disabled = "$argon2id$new", true
			u.Name, u.Source, u.Created, u.Revision = "eve", "ldap", 1, 99
			return nil
		})
		e.ok(err)
		e.same("returned", changed, want)
		got, err := e.User(e.Context(), "ada")
		e.ok(err)
		e.same("kept", got, want)
		_, err = e.ChangeUser(e.Context(), "ada", func(u *store.User) error { u.Admin = false; return errStop })
		e.is("ChangeUser", err, errStop)
		got, err = e.User(e.Context(), "ada")
		e.ok(err)
		e.same("after the change that failed", got, want)
	},

	"changing or removing an unknown user is not found": func(e *env) {
		_, err := e.ChangeUser(e.Context(), "ada", func(*store.User) error { return nil })
		e.is("ChangeUser", err, store.ErrNotFound)
		_, err = e.RemoveUser(e.Context(), "ada")
		e.is("RemoveUser", err, store.ErrNotFound)
	},

	"a removed user's tokens are revoked and nobody else's": func(e *env) {
		e.ok(e.AddUser(e.Context(), user("ada")))
		a := e.withAccessToken()
		e.ok(e.AddConsumer(e.Context(), consumer("k2")))
		e.ok(e.IssueAccessToken(e.Context(), accessToken("second", "k2", "ada")))
		e.expiring("expired", "k", "ada", time.Second)
		for _, other := range []string{"Ada", "adaa", "ada\x00", "bob"} {
			e.ok(e.IssueAccessToken(e.Context(), accessToken("of "+other, "k", other)))
		}
		e.clock.Add(time.Minute)

		revoked, err := e.RemoveUser(e.Context(), "ada")
		e.ok(err)
		e.same("revoked", revoked, 2)
		_, err = e.User(e.Context(), "ada")
		e.is("User", err, store.ErrNotFound)
		for _, id := range []string{a.ID, store.TokenID("second")} {
			_, err = e.AccessToken(e.Context(), id)
			e.is("AccessToken", err, store.ErrRevoked)
		}
		for _, other := range []string{"Ada", "adaa", "ada\x00", "bob"} {
			_, err = e.AccessToken(e.Context(), store.TokenID("of "+other))
			e.ok(err)
		}
	},

	"what a removed user has allowed cannot be redeemed": func(e *env) {
		e.ok(e.AddUser(e.Context(), user("ada")))
		r := e.withAllowed()
		other := requestToken("other", "k")
		e.ok(e.CreateRequestToken(e.Context(), other, 10))
		e.ok(e.Decide(e.Context(), other.ID, allowed("bob")))

		_, err := e.RemoveUser(e.Context(), "ada")
		e.ok(err)
		_, err = e.Redeem(e.Context(), r.ID, verifier, accessToken("a", "k", ""))
		e.is("Redeem", err, store.ErrNotFound)
		_, err = e.Redeem(e.Context(), other.ID, verifier, accessToken("b", "k", ""))
		e.ok(err)
	},
}
