package registry

import (
	"context"
	"errors"
	"fmt"

	"oauth1d/store"
)

// A Change names what is to be different. Fields that are nil stay as they are.
type Change struct {
	Name, Description, Publisher, Profile, Contact *string

	Verified *bool

	// Scopes and Groups replace all of them. An empty list that is not nil is the
	// default again.
	Scopes, Groups []string

	// Callbacks replaces all callbacks. An empty list that is not nil takes
	// the consumer out of the dance.
	Callbacks []string

	// Methods replaces all methods. When none of them needs a shared secret,
	// the consumer's secret is deleted with the change: what is not there
	// cannot be used to forge anything.
	Methods []string

	Terms
}

// Set changes a consumer. Its errors are Invalids, or wrap store.ErrNotFound.
func (r *Registry) Set(ctx context.Context, key string, change Change) (store.Consumer, error) {
	c, err := r.store.ChangeConsumer(ctx, key, func(c *store.Consumer) error {
		claimable := awaitsSecret(*c)
		change.apply(c)
		change.Terms.apply(c, r.config.Now())
		err := errors.Join(checkWords(*c), checkTrust(*c), checkAccess(*c), checkCallbacks(change.Callbacks), checkTerms(*c, change.Terms))
		if change.Methods != nil {
			err = errors.Join(err, r.checkMethods(c.Methods), checkHolds(*c, claimable))
			if !needsSecret(c.Methods) {
				c.Secret, c.OldSecret = nil, nil
			}
		}
		return err
	})
	return c, changing(key, err)
}

func (change Change) apply(c *store.Consumer) {
	put(&c.Name, change.Name)
	put(&c.Description, change.Description)
	put(&c.Publisher, change.Publisher)
	put(&c.Profile, change.Profile)
	put(&c.Contact, change.Contact)
	put(&c.Verified, change.Verified)
	if change.Scopes != nil {
		c.Scopes = compact(change.Scopes)
	}
	if change.Groups != nil {
		c.Groups = compact(change.Groups)
	}
	if change.Callbacks != nil {
		c.Callbacks = compact(change.Callbacks)
	}
	if change.Methods != nil {
		c.Methods = compact(change.Methods)
	}
}

// Enable lets a disabled consumer in again. Its tokens are as they were. A
// proposed one is not let in by the way: that is what Approve is for.
func (r *Registry) Enable(ctx context.Context, key string) (store.Consumer, error) {
	return r.switchTo(ctx, key, false)
}

// Disable keeps a consumer and its tokens and refuses all that they sign.
func (r *Registry) Disable(ctx context.Context, key string) (store.Consumer, error) {
	return r.switchTo(ctx, key, true)
}

func (r *Registry) switchTo(ctx context.Context, key string, disabled bool) (store.Consumer, error) {
	c, err := r.store.ChangeConsumer(ctx, key, func(c *store.Consumer) error {
		if c.Proposed != 0 && !disabled {
			return notApproved("enabled")
		}
		c.Disabled = disabled
		return nil
	})
	return c, changing(key, err)
}

// Remove deletes a consumer with all its tokens and says how many access tokens
// that ended.
func (r *Registry) Remove(ctx context.Context, key string) (ended int, err error) {
	ended, err = r.store.RemoveConsumer(ctx, key)
	if err != nil {
		return 0, fmt.Errorf("removing consumer %s: %w", quoted(key), err)
	}
	return ended, nil
}

// List returns all consumers in the order of their keys.
func (r *Registry) List(ctx context.Context) ([]store.Consumer, error) {
	list, err := r.store.ListConsumers(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing consumers: %w", err)
	}
	return list, nil
}

// Show returns one consumer, or an error that wraps store.ErrNotFound.
func (r *Registry) Show(ctx context.Context, key string) (store.Consumer, error) {
	c, err := r.store.Consumer(ctx, key)
	if err != nil {
		return store.Consumer{}, fmt.Errorf("looking up consumer %s: %w", quoted(key), err)
	}
	return c, nil
}

// changing names the consumer in an error, except that an Invalid stays as it is.
func changing(key string, err error) error {
	if err == nil || Invalids(err) != nil {
		return err
	}
	return fmt.Errorf("changing consumer %s: %w", quoted(key), err)
}
