package pages

import "time"

// Account lists the applications that a user has allowed, some at a time.
type Account struct {
	User   string
	Grants []Grant
	Count  int    // of all of them, on whichever page
	Prev   string // URL of the page before; empty: this is the first
	Next   string // URL of the page after; empty: this is the last

	RevokeAll string // path of the page that confirms it

	// Done says what has just happened: revoked or revoked_all. Empty: nothing.
	Done string

	RequestID string
}

// Grant is what one consumer may do in a user's name.
type Grant struct {
	Consumer  string
	Publisher string // may be empty
	Verified  bool
	Scopes    []Scope // none: all that the user may do
	Since     time.Time
	Used      time.Time // zero: never
	Until     time.Time // zero: until it is withdrawn
	Revoke    string    // path of the page that confirms it
}

// AccountConfirm asks again before access is taken back. The form posts form_token.
type AccountConfirm struct {
	Action    string
	FormToken string
	User      string
	Grant     *Grant // nil: all of them
	Count     int    // how many, when it is all
	Cancel    string // path back
	RequestID string
}

// Template names the page's file.
func (Account) Template() string { return "account.html" }

// Template names the page's file.
func (AccountConfirm) Template() string { return "accountconfirm.html" }
