package account

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"oauth1d/provider/pages"
	"oauth1d/store"
)

// A grant is what one consumer may do in a user's name, by however many tokens.
type grant struct {
	key                string
	since, used, until int64 // Unix seconds; used 0: never, until 0: for ever
	forever            bool
	scopes             []string
}

// grants returns what the user has granted, the one used last first.
func (h *Handler) grants(ctx context.Context, user, consumer string) ([]grant, error) {
	tokens, err := h.store.ListAccessTokens(ctx, store.TokenFilter{User: user, Consumer: consumer})
	if err != nil {
		return nil, fmt.Errorf("listing what user %q has granted: %w", user, err)
	}
	by := map[string]*grant{}
	for _, t := range tokens {
		g := by[t.Consumer]
		if g == nil {
			g = &grant{key: t.Consumer, since: t.Issued}
			by[t.Consumer] = g
		}
		g.add(t, h.config.Policy.Held(t.Scopes))
	}
	all := make([]grant, 0, len(by))
	for _, g := range by {
		if g.forever {
			g.until = 0
		}
		all = append(all, *g)
	}
	slices.SortFunc(all, func(a, b grant) int {
		return cmp.Or(cmp.Compare(max(b.used, b.since), max(a.used, a.since)), cmp.Compare(a.key, b.key))
	})
	return all, nil
}

// add merges a token that holds these scopes.
func (g *grant) add(t store.AccessToken, held []string) {
	g.since, g.used = min(g.since, t.Issued), max(g.used, t.Used)
	end := max(t.End(), t.SessionExpires)
	g.until, g.forever = max(g.until, end), g.forever || t.End() == 0
	for _, s := range held {
		if !slices.Contains(g.scopes, s) {
			g.scopes = append(g.scopes, s)
		}
	}
}

// onPage puts a grant into words. A consumer that is gone by now is called by its
// key.
func (h *Handler) onPage(ctx context.Context, g grant) (pages.Grant, error) {
	c, err := h.store.Consumer(ctx, g.key)
	switch {
	case errors.Is(err, store.ErrNotFound):
		c = store.Consumer{Key: g.key, Name: g.key}
	case err != nil:
		return pages.Grant{}, fmt.Errorf("looking up a consumer: %w", err)
	}
	return pages.Grant{
		Consumer: c.Name, Publisher: c.Publisher, Verified: c.Verified, Scopes: h.scopes(g),
		Since: at(g.since), Used: at(g.used), Until: at(g.until), Revoke: h.config.Path + revokePath + "/" + addressOf(g.key),
	}, nil
}

// scopes are in the order of the policy; what it has no words for comes last. None
// at all would stand for everything that the user may do, so a grant of which the
// policy has left nothing is shown as one without a name.
func (h *Handler) scopes(g grant) []pages.Scope {
	p := h.config.Policy
	if !p.Scoped() {
		return nil // whatever the tokens name: nothing limits them
	}
	var all []pages.Scope
	for _, s := range p.Scopes() {
		if slices.Contains(g.scopes, s.Name) {
			all = append(all, pages.Scope{Name: s.Name, Title: s.Title, Titles: s.Titles, Detail: s.Detail, Risky: s.Risky})
		}
	}
	for _, name := range g.scopes {
		if _, known := p.Scope(name); !known {
			all = append(all, pages.Scope{Name: name})
		}
	}
	if all == nil {
		all = []pages.Scope{{Name: "—"}}
	}
	return all
}

func at(unix int64) time.Time {
	if unix == 0 {
		return time.Time{}
	}
	return time.Unix(unix, 0).UTC()
}
