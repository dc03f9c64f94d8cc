package account

import (
	"crypto/rsa"
	"fmt"
	"slices"
	"strings"

	"oauth1d/provider/pages"
	"oauth1d/provider/registry"
	"oauth1d/store"
)

// formOf is what was typed.
func formOf(v visit) pages.ProposalForm {
	typed := func(name string) string { return strings.TrimSpace(v.PostForm.Get(name)) }
	return pages.ProposalForm{
		Name: typed("name"), Description: typed("description"), Publisher: typed("publisher"),
		Contact: typed("contact"), Callback: typed("callback"), PublicKey: typed("public_key"),
	}
}

// application is what is proposed. Without a callback people type a code.
//
// An administrator may leave out who answers for a consumer, and which scopes it
// may ask for; who proposes one may not. Both are then filled with what the
// registry refuses, so that it tells all mistakes at once.
func (h *Handler) application(f pages.ProposalForm, scopes []string) registry.Application {
	a := registry.Application{
		Name: f.Name, Description: f.Description, Publisher: f.Publisher, Contact: f.Contact,
		Callbacks: []string{f.Callback}, PublicKey: []byte(f.PublicKey), Scopes: scopes,
	}
	if f.Callback == "" {
		a.Callbacks = []string{"oob"}
	}
	if f.Contact == "" {
		a.Contact = " "
	}
	if len(scopes) == 0 && h.config.Policy.Scoped() {
		a.Scopes = []string{""}
	}
	return a
}

// formFields says at which field of the form each field of the registry is.
var formFields = map[string]string{"callbacks": "callback", "scopes": "scope", "methods": "public_key"}

// fieldErrors says what is wrong with which field, one sentence each.
func fieldErrors(f pages.ProposalForm, invalid []*registry.Invalid) []pages.FieldError {
	var all []pages.FieldError
	for _, i := range invalid {
		e := pages.FieldError{Field: i.Field, Code: "invalid", Detail: strings.TrimPrefix(i.Error(), i.Field+": ")}
		if field, other := formFields[i.Field]; other {
			e.Field = field
		}
		switch {
		case strings.HasPrefix(i.Expected, "expected at most"):
			e.Code = "too_long"
		case e.Field == "name" && f.Name == "", e.Field == "contact" && f.Contact == "", e.Field == "scope":
			e.Code, e.Detail = "absent", ""
		}
		if !slices.ContainsFunc(all, func(other pages.FieldError) bool { return other.Field == e.Field }) {
			all = append(all, e)
		}
	}
	return all
}

// alike returns the key of an open proposal of the user's that is the very same,
// or "". Who sends a form twice, by a second click, by a reload or because the
// answer did not arrive, means one proposal.
func (h *Handler) alike(v visit, a registry.Application) (key string, err error) {
	mine, err := h.registry.Owned(v.Context(), v.user)
	if err != nil {
		return "", fmt.Errorf("listing the proposals of user %q: %w", v.user, err)
	}
	i := slices.IndexFunc(mine, func(c store.Consumer) bool {
		return c.Proposed != 0 && c.Name == a.Name && c.Description == a.Description && c.Publisher == a.Publisher && c.Contact == a.Contact &&
			slices.Equal(c.Callbacks, a.Callbacks) && slices.Equal(c.Scopes, a.Scopes) && sameKey(c.PublicKey, a.PublicKey)
	})
	if i < 0 {
		return "", nil
	}
	return mine[i].Key, nil
}

// sameKey compares public keys in whatever form they come. None is none.
func sameKey(a, b []byte) bool {
	if len(a) == 0 || len(b) == 0 {
		return len(a) == len(b)
	}
	x, y := publicKey(a), publicKey(b)
	return x != nil && y != nil && x.Equal(y)
}

func publicKey(b []byte) *rsa.PublicKey {
	key, _, err := registry.ParsePublicKey(b, 1) // how long it must be is asked elsewhere
	if err != nil {
		return nil
	}
	return key
}
