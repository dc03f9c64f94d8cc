package registry

import (
	"errors"
	"fmt"

	"oauth1d/store"
)

// What a consumer may be restricted to.
const maxAccess = 50 // scopes, and groups

// checkAccess checks which scopes a consumer may ask for and whose users may use
// it. Whether there is such a scope or group is not asked: the policy may be
// loaded later, and a group is what somebody is in.
func checkAccess(c store.Consumer) error {
	return errors.Join(
		checkList("scopes", c.Scopes, store.IsScope, "expected printable ASCII without spaces, commas, quotes and backslashes, at most 255 characters"),
		checkList("groups", c.Groups, store.IsGroup, "expected names of 1 to 255 bytes, without commas, with no @ or blank at the beginning, and with nothing that does not show"))
}

func checkList(field string, names []string, ok func(string) bool, expected string) error {
	if len(names) > maxAccess {
		return &Invalid{Field: field, Reason: fmt.Sprintf("there are %d", len(names)), Expected: fmt.Sprintf("expected at most %d", maxAccess)}
	}
	var errs []error
	for _, name := range names {
		if !ok(name) {
			errs = append(errs, &Invalid{Field: field, Reason: quoted(name) + " cannot be a name", Expected: expected})
		}
	}
	return errors.Join(errs...)
}
