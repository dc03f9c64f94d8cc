package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"oauth1d/store"
)

// What must happen once is asked for by this many at once.
const crowd = 24

var raceCases = map[string]func(*env){
	"of many that redeem one request token one does": func(e *env) {
		r := e.withAllowed()
		errs := race(crowd, func(i int) error {
			_, err := e.Redeem(e.Context(), r.ID, verifier, accessToken(fmt.Sprint(i), "k", ""))
			return err
		})
		e.tally("Redeem", errs, 1, store.ErrNotFound)
		list, err := e.ListAccessTokens(e.Context(), store.TokenFilter{})
		e.ok(err)
		e.same("access tokens", len(list), 1)
		_, err = e.AccessToken(e.Context(), store.TokenID(fmt.Sprint(slices.Index(errs, nil))))
		e.ok(err)
	},

	"of many decisions one is kept": func(e *env) {
		r := e.withRequestToken()
		errs := race(crowd, func(i int) error {
			d := allowed(fmt.Sprint("user ", i))
			d.Allowed = i%2 == 0
			return e.Decide(e.Context(), r.ID, d)
		})
		e.tally("Decide", errs, 1, store.ErrSpent)
		got, err := e.RequestToken(e.Context(), r.ID)
		e.ok(err)
		e.same("decided by", got.Decision.User, fmt.Sprint("user ", slices.Index(errs, nil)))
	},

	"many guesses at once are no more than the tries": func(e *env) {
		r := e.withAllowed()
		errs := race(crowd, func(i int) error {
			_, err := e.Redeem(e.Context(), r.ID, store.VerifierHash(fmt.Sprint(i)), accessToken("a", "k", ""))
			return err
		})
		wrong := 0
		for _, err := range errs {
			if errors.Is(err, store.ErrWrongVerifier) {
				wrong++
			} else if !errors.Is(err, store.ErrSpent) {
				e.Errorf("got error %v, want %v or %v", err, store.ErrWrongVerifier, store.ErrSpent)
			}
		}
		e.same("tries", wrong, store.MaxVerifierTries)
		_, err := e.Redeem(e.Context(), r.ID, verifier, accessToken("a", "k", ""))
		e.is("the right one, too late", err, store.ErrSpent)
	},

	"of many that use one nonce one may": func(e *env) {
		n := e.nonce("n")
		errs := race(crowd, func(int) error {
			_, err := e.UseNonce(e.Context(), n)
			return err
		})
		e.tally("UseNonce", errs, 1, store.ErrNonceUsed)
	},

	"of many that ask one question about a nonce one is the first": func(e *env) {
		n := e.nonce("n")
		n.Repeat = [16]byte{1}
		var first atomic.Int32
		errs := race(crowd, func(int) error {
			repeat, err := e.UseNonce(e.Context(), n)
			if !repeat {
				first.Add(1)
			}
			return err
		})
		e.tally("UseNonce", errs, crowd, nil)
		e.same("first", int(first.Load()), 1)
	},

	"of many that use one nonce for different questions one may": func(e *env) {
		errs := race(crowd, func(i int) error {
			n := e.nonce("n")
			n.Repeat = [16]byte{1, byte(i)}
			_, err := e.UseNonce(e.Context(), n)
			return err
		})
		e.tally("UseNonce", errs, 1, store.ErrNonceUsed)
	},

	"of many consumers with one key one is added": func(e *env) {
		errs := race(crowd, func(i int) error {
			c := consumer("k")
			c.Name = fmt.Sprint(i)
			return e.AddConsumer(e.Context(), c)
		})
		e.tally("AddConsumer", errs, 1, store.ErrExists)
		got, err := e.Consumer(e.Context(), "k")
		e.ok(err)
		e.same("name", got.Name, fmt.Sprint(slices.Index(errs, nil)))
	},

	"of many users with one name one is added": func(e *env) {
		errs := race(crowd, func(int) error { return e.AddUser(e.Context(), user("ada")) })
		e.tally("AddUser", errs, 1, store.ErrExists)
	},

	"of many access tokens with one id one is issued": func(e *env) {
		e.withConsumer()
		errs := race(crowd, func(int) error { return e.IssueAccessToken(e.Context(), accessToken("a", "k", "ada")) })
		e.tally("IssueAccessToken", errs, 1, store.ErrExists)
	},

	"of many changes none is lost": func(e *env) {
		e.ok(e.AddConsumer(e.Context(), store.Consumer{Key: "k"}))
		e.ok(e.AddUser(e.Context(), store.User{Name: "ada"}))
		errs := race(crowd, func(i int) error {
			_, err := e.ChangeConsumer(e.Context(), "k", func(c *store.Consumer) error {
				c.Callbacks = append(c.Callbacks, fmt.Sprint(i))
				return nil
			})
			if err != nil {
				return err
			}
			_, err = e.ChangeUser(e.Context(), "ada", func(u *store.User) error { u.Password += "x"; return nil })
			return err
		})
		e.tally("changes", errs, crowd, nil)
		c, err := e.Consumer(e.Context(), "k")
		e.ok(err)
		e.same("callbacks", len(c.Callbacks), crowd)
		e.same("revision", c.Revision, uint64(crowd))
		u, err := e.User(e.Context(), "ada")
		e.ok(err)
		e.same("password", len(u.Password), crowd)
		e.same("revision", u.Revision, uint64(crowd))
	},

	"of many that take one session one gets it": func(e *env) {
		for i := range 10 {
			id := fmt.Sprint(i)
			e.ok(e.KeepSession(e.Context(), id, []byte(id), e.now(time.Minute)))
			errs := race(16, func(int) error {
				data, err := e.TakeSession(e.Context(), id)
				if err == nil && string(data) != id {
					return fmt.Errorf("got data %q", data)
				}
				if err != nil && data != nil {
					return errors.New("data came with an error")
				}
				return err
			})
			e.tally("TakeSession", errs, 1, store.ErrNotFound)
		}
	},

	"many proposals at once are no more than there is room for": func(e *env) {
		e.withUsers("ada")
		for i := range crowd {
			e.withUsers(fmt.Sprint("user", i))
		}
		errs := race(crowd, func(i int) error { return e.AddProposal(e.Context(), proposal(fmt.Sprint(i), "ada"), 5, 100) })
		e.tally("of one owner", errs, 5, store.ErrTooMany)
		errs = race(crowd, func(i int) error {
			return e.AddProposal(e.Context(), proposal(fmt.Sprint("b", i), fmt.Sprint("user", i)), 5, 12)
		})
		e.tally("of all", errs, 7, store.ErrTooMany)
	},

	"a user who is removed leaves no proposal, whatever happens meanwhile": func(e *env) {
		e.withUsers("ada")
		race(crowd, func(i int) error {
			if i == crowd/2 {
				_, err := e.RemoveUser(e.Context(), "ada")
				return err
			}
			return e.AddProposal(e.Context(), proposal(fmt.Sprint(i), "ada"), 100, 100)
		})
		list, err := e.ListConsumers(e.Context())
		e.ok(err)
		e.same("consumers", len(list), 0)
	},

	"a built-in account and one seen elsewhere with its name do not become one": func(e *env) {
		for i := range 10 {
			name := fmt.Sprint("ada", i)
			errs := race(16, func(i int) error {
				if i%2 == 0 {
					return e.AddUser(e.Context(), user(name))
				}
				_, err := e.SeeUser(e.Context(), seen(name, "ldap"))
				return err
			})
			got, err := e.User(e.Context(), name)
			e.ok(err)
			if got.Source == "" {
				e.tally("AddUser came first", errs, 1, store.ErrExists)
				e.same("user", got, user(name))
			} else {
				e.tally("SeeUser came first", errs, 8, store.ErrExists)
				e.same("administrator", got.Admin, false)
				e.same("password", got.Password, "")
			}
		}
	},

	"of many that see a user none is lost": func(e *env) {
		errs := race(crowd, func(i int) error {
			u := seen("ada", "ldap")
			u.Checked += int64(i)
			_, err := e.SeeUser(e.Context(), u)
			return err
		})
		e.tally("SeeUser", errs, crowd, nil)
		got, err := e.User(e.Context(), "ada")
		e.ok(err)
		e.same("checked", got.Checked, Start.Unix()+crowd-1)
		e.same("revision", got.Revision, uint64(crowd-1))
		e.counts("counts", store.Stats{Users: 1})
	},

	"many request tokens at once are no more than may be pending": func(e *env) {
		e.withConsumer()
		errs := race(crowd, func(i int) error {
			return e.CreateRequestToken(e.Context(), requestToken(fmt.Sprint(i), "k"), 5)
		})
		e.tally("CreateRequestToken", errs, 5, store.ErrTooMany)
	},

	"a consumer that is removed leaves no token, whatever happens meanwhile": func(e *env) {
		r := e.withAllowed()
		race(crowd, func(i int) error {
			switch i % 4 {
			case 0:
				_, err := e.RemoveConsumer(e.Context(), "k")
				return err
			case 1:
				_, err := e.Redeem(e.Context(), r.ID, verifier, accessToken(fmt.Sprint(i), "k", ""))
				return err
			case 2:
				return e.CreateRequestToken(e.Context(), requestToken(fmt.Sprint(i), "k"), 100)
			}
			return e.IssueAccessToken(e.Context(), accessToken(fmt.Sprint(i), "k", "ada"))
		})
		_, err := e.Consumer(e.Context(), "k")
		e.is("Consumer", err, store.ErrNotFound)
		list, err := e.ListAccessTokens(e.Context(), store.TokenFilter{})
		e.ok(err)
		e.same("access tokens", len(list), 0)
		for i := range crowd {
			_, err := e.RequestToken(e.Context(), store.TokenID(fmt.Sprint(i)))
			e.is("RequestToken", err, store.ErrNotFound)
		}
	},

	"after a revocation no later look sees the token live": func(e *env) {
		a := e.withAccessToken()
		var revoked atomic.Bool
		errs := race(crowd, func(i int) error {
			if i == 0 {
				err := e.Revoke(e.Context(), a.ID)
				revoked.Store(true)
				return err
			}
			for {
				late := revoked.Load()
				c, err := e.Credentials(e.Context(), "k", a.ID)
				if err != nil {
					return err
				}
				if late && c.TokenErr == nil {
					return errors.New("the token is live")
				}
				if late {
					return nil
				}
			}
		})
		e.tally("calls", errs, crowd, nil)
	},
}
