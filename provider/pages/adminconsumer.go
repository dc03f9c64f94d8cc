package pages

import "time"

// AdminConsumers is the list of application links.
type AdminConsumers struct {
	Admin
	Search string
	State  string // what is shown: "", proposed, disabled
	States []AdminChoice
	Rows   []AdminConsumerRow
	Paging AdminPaging
	Add    string
}

// An AdminConsumerRow is one consumer in a list.
type AdminConsumerRow struct {
	AdminConsumerHead
	Methods   []string
	Used      time.Time // zero: never
	Publisher string
	Created   time.Time
	Owner     string // user who has proposed it
}

// AdminConsumerHead is what every page of a consumer says about it.
type AdminConsumerHead struct {
	Key      string
	Name     string
	URL      string
	State    string // enabled, disabled or proposed
	Verified bool
	Debug    time.Time // until when refusals say more; zero: they do not
	Grace    time.Time // until when replaced keys are accepted; zero: there are none
}

// AdminNewConsumer registers an application.
type AdminNewConsumer struct {
	Admin
	Form   AdminForm
	Values AdminConsumerValues
	Back   string
}

// AdminConsumerValues is what stands in the fields: what is, or what was typed.
type AdminConsumerValues struct {
	Key, Name, Description, Publisher, Contact string
	Verified                                   bool

	Callbacks string // one a line
	Methods   []AdminChoice
	Profiles  []AdminChoice
	BodyHash  []AdminChoice
	Accept    []AdminChoice
	PublicKey string

	Scopes       []AdminScope
	Groups       string // one a line
	TwoLegged    []AdminChoice
	ActsAs       string
	Impersonates string // one a line
	AccessTTL    string // such as "720h"; empty: as configured for all
	IdleTTL      string
}

// An AdminScope is a scope that may be ticked.
type AdminScope struct {
	Scope
	Chosen bool
	Usual  bool // every consumer has it whose list is empty
	Gone   bool // the configuration defines it no more
}

// AdminConsumerPage is what the tabs of a consumer have in common.
type AdminConsumerPage struct {
	Admin
	AdminConsumerHead
	Tabs    []AdminLink
	Form    AdminForm
	Values  AdminConsumerValues
	Approve AdminForm // of a proposal
	Reject  string
	Owner   string // who has proposed it, if anybody has
	Asked   time.Time
	Pending bool // its owner has still to take its secret
}

// AdminDetails is the tab Details.
type AdminDetails struct {
	AdminConsumerPage
	Copies  []AdminCopy
	Created time.Time
	Used    time.Time
	Audit   string // what was done to it
	Refused string // what was refused of it
	Remove  string
}

// AdminIncoming is the tab Incoming authentication.
type AdminIncoming struct {
	AdminConsumerPage
	Enable, Disable AdminForm // one of them has an action
	Copies          []AdminCopy
	Keys            []AdminKey
	EndGrace        AdminForm
	Rotate, NewKey  string
	Secretless      bool // it has no secret, since it signs with RSA only
	TwoLegged       string
	ActsAs          string
	Impersonates    []string
	Change          string // where the three are changed
}

// An AdminKey is a secret or a public key of a consumer, without the secret.
type AdminKey struct {
	Code   string // secret, public_key, and old_… of what was replaced
	SHA256 string // fingerprint, in groups
	Bits   int
	Used   time.Time
	Until  time.Time
}

// AdminRights is the tab Rights.
type AdminRights struct {
	AdminConsumerPage
	Scoped bool // scopes are defined
	Tokens int
	List   string // of the tokens
	Revoke string
}

// AdminLimits is the tab Limits.
type AdminLimits struct {
	AdminConsumerPage
	Window AdminForm
	Spans  []AdminChoice // for how long, in seconds
}

// AdminTwoLegged asks what requests without a token may do.
type AdminTwoLegged struct {
	AdminConsumerPage
	Back string
}

// AdminRotate replaces a secret or, when Key, a public key.
type AdminRotate struct {
	AdminConsumerPage
	PublicKey bool
	Current   AdminKey
	Graces    []AdminChoice // in seconds
	Back      string
}

// A Shown is a secret that a page shows. It prints as [redacted] everywhere else.
type Shown string

func (Shown) String() string   { return "[redacted]" }
func (Shown) GoString() string { return "[redacted]" }

// Text is what stands on the page.
func (s Shown) Text() string { return string(s) }

// AdminSecret shows a secret, this once.
type AdminSecret struct {
	Admin
	AdminConsumerHead
	What     string // added or rotated
	Secret   Shown  // empty: the consumer has none
	Copies   []AdminCopy
	Download AdminForm
	Previous time.Time // until when the previous secret is accepted; zero: it is void
}
