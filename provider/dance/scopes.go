package dance

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"oauth1d/provider/oauth1"
	"oauth1d/provider/pages"
	"oauth1d/provider/policy"
	"oauth1d/provider/verify"
	"oauth1d/provider/web"
	"oauth1d/store"
)

// scopeParameter names the scopes that a request token is asked for, with blanks
// or commas between them, as providers with scopes have it. Without it, it is
// asked for all that the consumer may have.
const scopeParameter = "scope"

// scopesOf returns the scopes that a consumer asks for.
func (h *Handler) scopesOf(g verify.Grant) ([]string, error) {
	text, n := "", 0
	for _, p := range g.Request.Pairs() {
		if p.Name == scopeParameter {
			text, n = p.Value, n+1
		}
	}
	if n > 1 && h.config.Policy.Scoped() {
		return nil, oauth1.Refuse(oauth1.ProblemParameterRejected, "scope is sent more than once; name all scopes in one, with blanks between them")
	}
	scopes, err := h.config.Policy.Ask(text, h.config.Policy.Allowed(g.Consumer.Scopes))
	switch {
	case errors.Is(err, policy.ErrNothingToAsk):
		return nil, oauth1.Refuse(oauth1.ProblemPermissionDenied, "this consumer may have no scope at all; the administrator has to allow some")
	case err != nil:
		return nil, oauth1.Refuse(oauth1.ProblemParameterRejected, err.Error())
	}
	return scopes, nil
}

// offered are the scopes of a request token that can still be granted: the policy
// and the consumer may have changed since.
func (h *Handler) offered(t store.RequestToken, c store.Consumer) []string {
	may := h.config.Policy.Allowed(c.Scopes)
	return slices.DeleteFunc(slices.Clone(t.Scopes), func(name string) bool { return !slices.Contains(may, name) })
}

// ticked returns what the user has left ticked of what was offered. Other values
// are nobody's word.
func (h *Handler) ticked(r *http.Request, offered []string) []string {
	return slices.DeleteFunc(slices.Clone(offered), func(name string) bool { return !slices.Contains(r.PostForm[scopeParameter], name) })
}

// scopesOnPage puts scopes into words. has is what the user has granted before;
// ticked, unless nil, what is left ticked.
func (h *Handler) scopesOnPage(offered, has, ticked []string) []pages.Scope {
	var all []pages.Scope
	for _, name := range offered {
		s, _ := h.config.Policy.Scope(name)
		all = append(all, pages.Scope{
			Name: name, Title: s.Title, Titles: s.Titles, Detail: s.Detail, Risky: s.Risky,
			Off: ticked != nil && !slices.Contains(ticked, name), New: has != nil && !slices.Contains(has, name),
		})
	}
	return all
}

// granted says since when a user allows a consumer something, and what. A zero
// time: nothing yet.
func (h *Handler) granted(ctx context.Context, user, consumer string) (since time.Time, scopes []string, err error) {
	tokens, err := h.store.ListAccessTokens(ctx, store.TokenFilter{User: user, Consumer: consumer, Limit: 100})
	if err != nil {
		return time.Time{}, nil, fmt.Errorf("looking for earlier grants: %w", err)
	}
	for _, t := range tokens {
		if issued := time.Unix(t.Issued, 0); since.IsZero() || issued.Before(since) {
			since = issued
		}
		scopes = append(scopes, t.Scopes...)
	}
	return since, scopes, nil
}

// mayUse refuses a user whom the consumer is not for.
func (h *Handler) mayUse(r *http.Request, c store.Consumer) error {
	if user, _ := h.signin.Person(r); c.OpenTo(user.Groups) {
		return nil
	}
	return &web.Error{Status: http.StatusForbidden, Code: "user_not_in_group", Title: "Your account may not use this application",
		Sentence: "The administrator has limited it to certain groups, and your account is in none of them. Nothing was granted.",
		Args:     map[string]string{"consumer": c.Name}, Contact: c.Contact}
}
