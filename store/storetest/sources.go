package storetest

import "oauth1d/store"

var sourceCases = map[string]func(*env){
	"a user seen for the first time is added, enabled and no administrator": func(e *env) {
		u := seen("ada", "ldap")
		u.Admin, u.Disabled, u.Gone, u.Password, u.Revision, u.Created = true, true, true, "$argon2id$", 9, 1
		got, err := e.SeeUser(e.Context(), u)
		e.ok(err)
		want := seen("ada", "ldap")
		want.Created = want.Checked
		e.same("returned", got, want)
		got, err = e.User(e.Context(), "ada")
		e.ok(err)
		e.same("kept", got, want)
		e.counts("counts", store.Stats{Users: 1})
	},

	"a user seen again is refreshed, and what was decided here stays": func(e *env) {
		first, err := e.SeeUser(e.Context(), seen("ada", "ldap"))
		e.ok(err)
		_, err = e.ChangeUser(e.Context(), "ada", func(u *store.User) error { u.Disabled, u.Gone = true, true; return nil })
		e.ok(err)
		again := store.User{Name: "ada", Source: "ldap", Groups: []string{"it"}, Checked: first.Checked + 60, Admin: true, Created: 1}
		got, err := e.SeeUser(e.Context(), again)
		e.ok(err)
		want := first
		want.Groups, want.Checked, want.Disabled, want.Revision = []string{"it"}, first.Checked+60, true, 2
		e.same("returned", got, want)
		got, err = e.User(e.Context(), "ada")
		e.ok(err)
		e.same("kept", got, want)

		again.Refresh, again.Groups, again.Checked = store.Sealed("newer"), nil, first.Checked-60
		got, err = e.SeeUser(e.Context(), again)
		e.ok(err)
		want.Refresh, want.Groups, want.Revision = store.Sealed("newer"), nil, 3
		e.same("with a refresh token, in no group, by a clock that was set back", got, want)
		e.counts("counts", store.Stats{Users: 1})
	},

	"no source takes over the built-in users": func(e *env) {
		e.ok(e.AddUser(e.Context(), user("root")))
		ldap, err := e.SeeUser(e.Context(), seen("ada", "ldap"))
		e.ok(err)
		for _, u := range []store.User{seen("root", "ldap"), seen("root", "oidc"), seen("root", ""), seen("ada", ""), seen("new", "")} {
			got, err := e.SeeUser(e.Context(), u)
			e.is("SeeUser "+u.Name+" of "+u.Source, err, store.ErrExists)
			e.same("returned", got, store.User{})
		}
		e.is("AddUser", e.AddUser(e.Context(), user("ada")), store.ErrExists)
		for _, want := range []store.User{user("root"), ldap} {
			got, err := e.User(e.Context(), want.Name)
			e.ok(err)
			e.same("user", got, want)
		}
		_, err = e.User(e.Context(), "new")
		e.is("User", err, store.ErrNotFound)
	},

	"users move to another source with all but what the old one gave": func(e *env) {
		ldap, err := e.SeeUser(e.Context(), seen("ada", "ldap"))
		e.ok(err)
		_, err = e.ChangeUser(e.Context(), "ada", func(u *store.User) error { u.Disabled = true; return nil })
		e.ok(err)
		got, err := e.SeeUser(e.Context(), store.User{Name: "ada", Source: "oidc", Groups: []string{"new"}, Checked: Start.Unix() + 5})
		e.ok(err)
		e.same("user", got, store.User{Name: "ada", Source: "oidc", Groups: []string{"new"}, Checked: Start.Unix() + 5,
			Created: ldap.Created, Disabled: true, Revision: 2})
	},

	"a name that is given to another person has nothing of the first one's": func(e *env) {
		e.withConsumer()
		first := store.User{Name: "ada", Source: "oidc", Subject: "s1", Checked: Start.Unix()}
		_, err := e.SeeUser(e.Context(), first)
		e.ok(err)
		_, err = e.ChangeUser(e.Context(), "ada", func(u *store.User) error { u.Gone = true; return nil })
		e.ok(err)
		e.ok(e.IssueAccessToken(e.Context(), accessToken("a", "k", "ada")))

		silent := first
		silent.Subject, silent.Checked = "", Start.Unix()+1
		got, err := e.SeeUser(e.Context(), silent)
		e.ok(err)
		e.same("a source that does not say", got.Subject, "s1")
		list, err := e.ListAccessTokens(e.Context(), store.TokenFilter{User: "ada"})
		e.ok(err)
		e.same("tokens then", len(list), 1)

		second := store.User{Name: "ada", Source: "oidc", Subject: "s2", Checked: Start.Unix() + 2}
		got, err = e.SeeUser(e.Context(), second)
		e.ok(err)
		second.Created = second.Checked
		e.same("the other person", got, second)
		_, err = e.AccessToken(e.Context(), store.TokenID("a"))
		e.is("the first one's token", err, store.ErrRevoked)
		e.counts("counts", store.Stats{Consumers: 1, Users: 1})
	},

	"names are compared byte for byte whatever the source": func(e *env) {
		for _, name := range odd() {
			u := seen(name, "ldap")
			u.Groups = []string{name}
			_, err := e.SeeUser(e.Context(), u)
			e.ok(err)
		}
		for _, name := range odd() {
			got, err := e.User(e.Context(), name)
			e.ok(err)
			e.same("groups of "+name, got.Groups, []string{name})
		}
		e.counts("counts", store.Stats{Users: len(odd())})
	},

	"a removed user who is seen again is a new one": func(e *env) {
		_, err := e.SeeUser(e.Context(), seen("ada", "ldap"))
		e.ok(err)
		_, err = e.ChangeUser(e.Context(), "ada", func(u *store.User) error { u.Disabled = true; return nil })
		e.ok(err)
		_, err = e.RemoveUser(e.Context(), "ada")
		e.ok(err)
		got, err := e.SeeUser(e.Context(), store.User{Name: "ada", Source: "oidc", Checked: Start.Unix() + 5})
		e.ok(err)
		e.same("user", got, store.User{Name: "ada", Source: "oidc", Checked: Start.Unix() + 5, Created: Start.Unix() + 5})
	},
}
