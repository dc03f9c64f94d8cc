package pages

import "time"

// AdminTokens is the list of live access tokens.
type AdminTokens struct {
	Admin
	Consumer, Owner, Search string // the filter
	Rows                    []AdminTokenRow
	Paging                  AdminPaging
	Filtered                bool
	Count                   int    // of all that match, when they can be revoked at once
	Revoke                  string // where; empty: the filter is too wide for it
}

// An AdminTokenRow is one access token.
type AdminTokenRow struct {
	ID       string
	URL      string
	Consumer AdminLink
	Owner    AdminLink // whose it is; without a name: nobody's
	Scopes   []string
	Issued   time.Time
	Used     time.Time
	Expires  time.Time
	State    string // live, revoked or expired
}

// AdminToken is one access token.
type AdminToken struct {
	Admin
	Token  AdminTokenRow
	Revoke AdminForm
}

// AdminUsers is the list of users.
type AdminUsers struct {
	Admin
	Search  string
	Sources []AdminChoice // "", built-in and others
	Rows    []AdminUserRow
	Paging  AdminPaging
	Add     string
}

// An AdminUserRow is one user.
type AdminUserRow struct {
	Name    string
	URL     string
	State   string // enabled, disabled or gone
	Admin   bool
	Groups  []string
	Source  string // empty: built in
	Created time.Time
	Checked time.Time
}

// AdminNewUser makes a built-in user.
type AdminNewUser struct {
	Admin
	Form    AdminForm
	Name    string
	IsAdmin bool
	Back    string
}

// AdminUser is one user.
type AdminUser struct {
	Admin
	Row             AdminUserRow
	Yourself        bool
	Enable, Disable AdminForm
	GroupsForm      AdminForm
	Groups          string // one a line
	Password        AdminForm
	Tokens          int
	Audit           string // what the user did
	List            string
	Revoke          string
	Remove          string
}
