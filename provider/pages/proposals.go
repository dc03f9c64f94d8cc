package pages

import (
	"fmt"
	"io"
	"time"
)

// Proposals lists the consumers that a user has proposed, and takes another. The
// form posts form_token and the fields of [ProposalForm] by their names.
type Proposals struct {
	User      string
	Mine      []Proposal
	Action    string
	FormToken string
	Form      ProposalForm
	Scopes    []Scope // that may be asked for; Off where the box is not ticked
	Errors    []FieldError

	// Done says what has just happened: proposed, withdrawn. Empty: nothing.
	Done string

	RequestID string
}

// Proposal is one consumer of the user's.
type Proposal struct {
	Name     string
	Key      string
	State    string // proposed, approved or disabled
	Since    time.Time
	Withdraw string // path of the page that confirms it; empty: it cannot be withdrawn
	Claim    string // path of the page that leads to the secret; empty: none can be had
}

// ProposalForm holds what was typed: name, description, publisher, contact,
// callback, public_key.
type ProposalForm struct {
	Name, Description, Publisher, Contact, Callback, PublicKey string
}

// FieldError says what is wrong with a field: absent, invalid, too_long.
type FieldError struct {
	Field  string
	Code   string
	Detail string // English, for what the code does not say; may be empty
}

// ProposalConfirm asks again before a proposal is withdrawn or its secret shown.
// The form posts form_token.
type ProposalConfirm struct {
	Act       string // withdraw or claim
	Name      string
	Key       string
	Action    string
	FormToken string
	Cancel    string
	User      string
	RequestID string
}

// ProposalSecret shows the credentials of a consumer, once. The download buttons
// post form_token, key, secret, and format: env or json.
type ProposalSecret struct {
	Name      string
	Key       string
	Secret    string
	Download  string // where the buttons post
	FormToken string
	URLs      []NamedURL
	Back      string // path of the list
	User      string
	RequestID string
}

// Format keeps the secret out of whatever prints the page.
func (ProposalSecret) Format(to fmt.State, _ rune) { _, _ = io.WriteString(to, "[redacted]") }

// NamedURL is one of the URLs that a consumer needs: request_token, authorize,
// access_token.
type NamedURL struct{ Name, URL string }

// Template names the page's file.
func (Proposals) Template() string { return "proposals.html" }

// Template names the page's file.
func (ProposalConfirm) Template() string { return "proposalconfirm.html" }

// Template names the page's file.
func (ProposalSecret) Template() string { return "proposalsecret.html" }
