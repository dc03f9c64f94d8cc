package storetest

import (
	"fmt"

	"oauth1d/store"
)

var proposalCases = map[string]func(*env){
	"a proposed consumer comes back as it was proposed": func(e *env) {
		e.withUsers("ada")
		want := proposal("k", "ada")
		e.ok(e.AddProposal(e.Context(), want, 1, 1))
		got, err := e.Consumer(e.Context(), "k")
		e.ok(err)
		e.same("consumer", got, want)
		list, err := e.ListConsumers(e.Context())
		e.ok(err)
		e.same("list", list, []store.Consumer{want})
	},

	"a taken key is refused and what has it stays": func(e *env) {
		e.withConsumer()
		e.withUsers("ada")
		e.is("AddProposal", e.AddProposal(e.Context(), proposal("k", "ada"), 10, 10), store.ErrExists)
		got, err := e.Consumer(e.Context(), "k")
		e.ok(err)
		e.same("consumer", got, consumer("k"))
	},

	"each owner has so many, and all together so many": func(e *env) {
		e.withConsumer() // is approved, and counts nowhere
		e.withUsers("ada", "Ada", "ada\x00", "bob", "cy")
		for i := range 2 {
			e.ok(e.AddProposal(e.Context(), proposal(fmt.Sprint("a", i), "ada"), 2, 5))
		}
		e.is("the third of ada", e.AddProposal(e.Context(), proposal("a2", "ada"), 2, 5), store.ErrTooMany)
		for _, other := range []string{"Ada", "ada\x00", "bob"} {
			e.ok(e.AddProposal(e.Context(), proposal("of "+other, other), 2, 5))
		}
		e.is("the sixth of all", e.AddProposal(e.Context(), proposal("c", "cy"), 2, 5), store.ErrTooMany)
		e.is("no room at all", e.AddProposal(e.Context(), proposal("c", "cy"), 0, 100), store.ErrTooMany)
		_, err := e.Consumer(e.Context(), "c")
		e.is("Consumer", err, store.ErrNotFound)
		e.counts("counts", store.Stats{Consumers: 6, ProposedConsumers: 5, Users: 5})
	},

	"only its owner withdraws a proposal, and only before it is approved": func(e *env) {
		e.withUsers("ada", "bob")
		for _, key := range []string{"open", "approved"} {
			e.ok(e.AddProposal(e.Context(), proposal(key, "ada"), 10, 10))
		}
		_, err := e.ChangeConsumer(e.Context(), "approved", func(c *store.Consumer) error { c.Proposed = 0; return nil })
		e.ok(err)
		plain := consumer("plain")
		e.ok(e.AddConsumer(e.Context(), plain))
		for _, owner := range []string{"bob", "Ada", ""} {
			e.is("by "+owner, e.RemoveProposal(e.Context(), "open", owner), store.ErrNotFound)
			e.is("without an owner by "+owner, e.RemoveProposal(e.Context(), "plain", owner), store.ErrNotFound)
		}
		e.is("unknown", e.RemoveProposal(e.Context(), "unknown", "ada"), store.ErrNotFound)
		e.is("approved", e.RemoveProposal(e.Context(), "approved", "ada"), store.ErrSpent)
		e.ok(e.RemoveProposal(e.Context(), "open", "ada"))
		_, err = e.Consumer(e.Context(), "open")
		e.is("Consumer", err, store.ErrNotFound)
		e.is("again", e.RemoveProposal(e.Context(), "open", "ada"), store.ErrNotFound)
		e.counts("counts", store.Stats{Consumers: 2, DisabledConsumers: 1, Users: 2})
	},

	"who is not there proposes nothing": func(e *env) {
		for _, owner := range []string{"", "ada", "Ada"} {
			e.is("AddProposal of "+owner, e.AddProposal(e.Context(), proposal("k", owner), 10, 10), store.ErrNotFound)
		}
		e.counts("counts", store.Stats{})
	},

	"approving and removing make room": func(e *env) {
		e.withUsers("ada")
		for _, key := range []string{"approved", "removed"} {
			e.ok(e.AddProposal(e.Context(), proposal(key, "ada"), 2, 2))
		}
		_, err := e.ChangeConsumer(e.Context(), "approved", func(c *store.Consumer) error {
			c.Proposed, c.Disabled = 0, false
			return nil
		})
		e.ok(err)
		_, err = e.RemoveConsumer(e.Context(), "removed")
		e.ok(err)
		for i := range 2 {
			e.ok(e.AddProposal(e.Context(), proposal(fmt.Sprint(i), "ada"), 2, 2))
		}
		e.counts("counts", store.Stats{Consumers: 3, ProposedConsumers: 2, Users: 1})
		_, err = e.ChangeConsumer(e.Context(), "approved", func(c *store.Consumer) error { c.Disabled = true; return nil })
		e.ok(err)
		e.counts("counts", store.Stats{Consumers: 3, DisabledConsumers: 1, ProposedConsumers: 2, Users: 1})
	},

	"what a removed user has proposed goes with the user": func(e *env) {
		e.withUsers("ada", "Ada", "bob")
		for _, of := range []struct{ key, owner string }{{"1", "ada"}, {"2", "ada"}, {"approved", "ada"}, {"of bob", "bob"}, {"of Ada", "Ada"}} {
			e.ok(e.AddProposal(e.Context(), proposal(of.key, of.owner), 10, 10))
		}
		approved, err := e.ChangeConsumer(e.Context(), "approved", func(c *store.Consumer) error {
			c.Proposed, c.Disabled = 0, false
			return nil
		})
		e.ok(err)
		_, err = e.RemoveUser(e.Context(), "ada")
		e.ok(err)
		for _, key := range []string{"1", "2"} {
			_, err := e.Consumer(e.Context(), key)
			e.is("Consumer "+key, err, store.ErrNotFound)
		}
		for _, key := range []string{"of bob", "of Ada"} {
			_, err := e.Consumer(e.Context(), key)
			e.ok(err)
		}
		got, err := e.Consumer(e.Context(), "approved")
		e.ok(err)
		approved.Owner = ""
		// It acted as ada without a token, too.
		approved.TwoLegged, approved.TwoLeggedUser, approved.Impersonates, approved.Revision = false, "", nil, got.Revision
		e.same("what was approved since", got, approved)
		e.counts("counts", store.Stats{Consumers: 3, ProposedConsumers: 2, Users: 2})
		problems, err := e.Check(e.Context())
		e.ok(err)
		e.same("problems", len(problems), 0)
	},
}
