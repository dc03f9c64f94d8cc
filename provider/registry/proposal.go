package registry

import (
	"context"
	"errors"
	"fmt"

	"oauth1d/store"
)

// How many proposals may be open. They are looked at by people.
const (
	maxProposals    = 10   // of one owner
	maxProposalsAll = 1000 // of all together
)

// Propose registers an application that a user wants to become a consumer. It
// gets nothing until Approve, and has no secret until Claim. Its key, secret and
// terms, and whether it is verified, are the administrator's: what a says of
// them is not looked at. Its errors are Invalids.
func (r *Registry) Propose(ctx context.Context, owner string, a Application) (store.Consumer, error) {
	if owner == "" {
		return store.Consumer{}, errors.New("proposing a consumer: nobody proposes it")
	}
	a.Key, a.Secret, a.Verified, a.Terms = "", nil, false, Terms{}
	c, err := r.draft(a)
	if err != nil {
		return store.Consumer{}, err
	}
	c.Owner, c.Proposed, c.Disabled = owner, max(c.Created, 1), true
	switch err := r.store.AddProposal(ctx, c, maxProposals, maxProposalsAll); {
	case errors.Is(err, store.ErrTooMany):
		return store.Consumer{}, &Invalid{Field: "proposals",
			Reason: fmt.Sprintf("%d of yours wait for approval already, or %d of all users", maxProposals, maxProposalsAll),
			Advice: "wait until one of them is approved or rejected"}
	case err != nil:
		return store.Consumer{}, fmt.Errorf("proposing consumer %s: %w", quoted(c.Key), err)
	}
	return c, nil
}

// errApproved keeps Approve from changing what is approved.
var errApproved = errors.New("it is approved already")

// Approve makes a consumer of what was proposed. One that is approved stays as it
// is; in particular it is not enabled, if it was disabled since. The error wraps
// store.ErrNotFound when there is none. Remove rejects a proposal.
func (r *Registry) Approve(ctx context.Context, key string) (store.Consumer, error) {
	c, err := r.store.ChangeConsumer(ctx, key, func(c *store.Consumer) error {
		if c.Proposed == 0 {
			return errApproved
		}
		c.Proposed, c.Disabled = 0, false
		return nil
	})
	if errors.Is(err, errApproved) {
		return r.Show(ctx, key)
	}
	return c, changing(key, err)
}

// Withdraw deletes what owner has proposed and nobody has approved. Its errors are
// Invalids, or wrap store.ErrNotFound, which is also what everybody is told who is
// not the owner.
func (r *Registry) Withdraw(ctx context.Context, key, owner string) error {
	err := r.store.RemoveProposal(ctx, key, owner)
	switch {
	case errors.Is(err, store.ErrSpent):
		return &Invalid{Field: "proposed", Reason: "this consumer has been approved", Advice: "ask an administrator to remove it"}
	case err != nil:
		return fmt.Errorf("withdrawing consumer %s: %w", quoted(key), err)
	}
	return nil
}

// Claim makes the secret of a consumer that owner has proposed and that was
// approved, and returns it this once. Afterwards only an administrator can give
// it another. Its errors are Invalids, or wrap store.ErrNotFound, which is also
// what everybody is told who is not the owner.
func (r *Registry) Claim(ctx context.Context, key, owner string) (store.Consumer, store.Secret, error) {
	secret := store.NewSecret()
	sealed, err := r.seal(key, secret)
	if err != nil {
		return store.Consumer{}, nil, err
	}
	c, err := r.store.ChangeConsumer(ctx, key, func(c *store.Consumer) error {
		if err := claimable(*c, owner); err != nil {
			return err
		}
		c.Secret = sealed
		return nil
	})
	if err != nil {
		return store.Consumer{}, nil, changing(key, err)
	}
	return c, secret, nil
}

func claimable(c store.Consumer, owner string) error {
	switch {
	case owner == "" || c.Owner != owner:
		return store.ErrNotFound
	case c.Proposed != 0:
		return notApproved("secret")
	case c.Disabled:
		return &Invalid{Field: "secret", Reason: "this consumer is disabled", Advice: "ask an administrator to enable it"}
	case !needsSecret(c.Methods):
		return &Invalid{Field: "secret", Reason: "this consumer signs with RSA only and has no secret"}
	case len(c.Secret) > 0:
		return &Invalid{Field: "secret", Reason: "was handed out before, and is shown once only",
			Advice: "if it is lost, ask an administrator to rotate it"}
	}
	return nil
}

// Owned returns the consumers that a user has proposed, approved or not, in the
// order of their keys.
func (r *Registry) Owned(ctx context.Context, owner string) ([]store.Consumer, error) {
	all, err := r.List(ctx)
	if err != nil {
		return nil, err
	}
	var owned []store.Consumer
	for _, c := range all {
		if c.Owner == owner && owner != "" {
			owned = append(owned, c)
		}
	}
	return owned, nil
}

// SecretPending reports whether the owner has still to claim the secret.
func SecretPending(c store.Consumer) bool { return c.Proposed == 0 && awaitsSecret(c) }

// awaitsSecret reports whether Claim will make the secret, now or after Approve.
// A consumer that once had none because it signed with RSA only does not.
func awaitsSecret(c store.Consumer) bool {
	return c.Owner != "" && len(c.Secret) == 0 && needsSecret(c.Methods)
}

func notApproved(field string) error {
	return &Invalid{Field: field, Reason: "this consumer is proposed and not approved yet", Advice: "approve it first; that enables it as well"}
}
