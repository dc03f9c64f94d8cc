package signin

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-ldap/ldap/v3"
)

// Why the entries that were found are not one user of ours. To the person all of
// them are ErrWrong; the log says which.
var (
	errNoEntry  = errors.New("the directory has no such entry")
	errSeveral  = errors.New("the directory has several such entries")
	errDisabled = errors.New("the directory has disabled the account")
)

// A ldapUser is a user as the directory has it.
type ldapUser struct {
	dn   string
	name string // what the user attribute says, which is not always what was typed
	id   string // of the entry for good, or empty
}

// Attributes by which directories say that an account is disabled. They count
// here because LookUp tries no password, at which the directory would refuse.
// Several wrong passwords lock an account for a while; that is not meant, or
// anybody could have a user's tokens refused.
const (
	attrLockedTime     = "pwdAccountLockedTime" // OpenLDAP
	attrAccountLock    = "nsAccountLock"        // 389, FreeIPA
	attrLoginDisabled  = "loginDisabled"        // eDirectory
	attrAccountControl = "userAccountControl"   // Active Directory

	lockedForGood  = "000001010000Z"
	accountDisable = 1 << 1
)

// userAttributes are those that one needs of the entry.
func (d *LDAP) userAttributes() []string {
	return append([]string{d.config.UserAttribute, attrLockedTime, attrAccountLock, attrLoginDisabled, attrAccountControl}, idAttributes...)
}

// idAttributes name an entry for good: in most directories (RFC 4530), in Active
// Directory, 389 and eDirectory.
var idAttributes = []string{"entryUUID", "objectGUID", "nsUniqueId", "GUID"}

// idOf is the entry's id in printable form. Another attribute is another id, even
// if the value were the same.
func idOf(e *ldap.Entry) string {
	for _, name := range idAttributes {
		if id := e.GetEqualFoldRawAttributeValue(name); len(id) > 0 {
			return name + ":" + hex.EncodeToString(id)
		}
	}
	return ""
}

// only returns the one user among entries.
func (d *LDAP) only(entries []*ldap.Entry) (ldapUser, error) {
	switch {
	case len(entries) == 0:
		return ldapUser{}, errNoEntry
	case len(entries) > 1:
		return ldapUser{}, errSeveral
	}
	e := entries[0]
	names := e.GetEqualFoldAttributeValues(d.config.UserAttribute)
	switch {
	case e.DN == "":
		// Whoever binds as nobody is let in without a password (RFC 4513 §5.1.1).
		return ldapUser{}, errors.New("the entry has no name")
	case len(names) != 1:
		// With two a person would be two users, by what is typed.
		return ldapUser{}, fmt.Errorf("the entry has %d values of %s, not one", len(names), d.config.UserAttribute)
	case checkName(names[0]) != nil:
		return ldapUser{}, fmt.Errorf("the entry's %s is no user name: %w", d.config.UserAttribute, checkName(names[0]))
	case disabled(e):
		return ldapUser{}, errDisabled
	}
	return ldapUser{dn: e.DN, name: names[0], id: idOf(e)}, nil
}

func disabled(e *ldap.Entry) bool {
	yes := func(value string) bool { return strings.EqualFold(value, "TRUE") }
	control := slices.ContainsFunc(e.GetEqualFoldAttributeValues(attrAccountControl), func(value string) bool {
		n, err := strconv.ParseInt(value, 10, 64)
		return err != nil || n&accountDisable != 0
	})
	return control ||
		slices.Contains(e.GetEqualFoldAttributeValues(attrLockedTime), lockedForGood) ||
		slices.ContainsFunc(e.GetEqualFoldAttributeValues(attrAccountLock), yes) ||
		slices.ContainsFunc(e.GetEqualFoldAttributeValues(attrLoginDisabled), yes)
}

// groupNames are the names of groups that were found.
func (d *LDAP) groupNames(entries []*ldap.Entry) []string {
	var names []string
	for _, e := range entries {
		names = append(names, e.GetEqualFoldAttributeValues(d.config.GroupAttribute)...)
	}
	return groups(names)
}
