package signin

import (
	"context"
	"slices"

	"oauth1d/store"
)

// BuiltIn is the name of the built-in users among the backends.
const BuiltIn = "local"

// builtIn lets the built-in users in, or only those of them who are
// administrators. Who is none gets the answer of a wrong password.
type builtIn struct {
	users          *Users
	administrators bool
}

// Check returns the user, or ErrWrong. With ErrWrong comes the name of the user
// whose password it is not, if there is one, for the audit log only.
func (b builtIn) Check(ctx context.Context, name string, password store.Secret) (Identity, error) {
	user, err := b.users.Verify(ctx, name, password)
	id := Identity{User: user.Name, Groups: slices.Clone(user.Groups)}
	switch {
	case err != nil:
		return id, err
	case user.Source != "" || b.administrators && !user.Admin:
		return id, ErrWrong
	}
	return id, nil
}
