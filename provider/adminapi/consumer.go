package adminapi

import "time"

// A Consumer is a registered application.
type Consumer struct {
	Key         string    `json:"key"`
	Name        string    `json:"name"`
	Description string    `json:"description,omitempty"`
	Publisher   string    `json:"publisher,omitempty"`
	Contact     string    `json:"contact,omitempty"` // a mail address, or an https URL
	Verified    bool      `json:"verified"`          // name and publisher were checked
	Callbacks   []string  `json:"callbacks"`
	Methods     []string  `json:"methods"`
	Profile     string    `json:"profile"`
	Enabled     bool      `json:"enabled"`
	Created     time.Time `json:"created"`
	PublicKey   *Key      `json:"public_key,omitempty"`

	// Scopes are those it may ask for; none: those of every consumer. Groups are
	// those whose users may use it; none: anybody.
	Scopes []string `json:"scopes"`
	Groups []string `json:"groups"`

	// Owner has proposed it, at Proposed; nil: it is approved.
	Owner    string     `json:"owner,omitempty"`
	Proposed *time.Time `json:"proposed,omitempty"`

	// SecretPending says that its owner has still to take its secret.
	SecretPending bool `json:"secret_pending,omitempty"`

	// SecretUsed is when the secret was last used, some minutes late at most.
	SecretUsed *time.Time `json:"secret_used,omitempty"`

	// Old is what was replaced and is still accepted.
	Old *OldKeys `json:"old,omitempty"`

	Accept       []string   `json:"accept"`
	BodyHash     string     `json:"body_hash"`
	TwoLegged    bool       `json:"two_legged"`
	ActsAs       string     `json:"acts_as,omitempty"`
	Impersonates []string   `json:"impersonates"`
	AccessTTL    int64      `json:"access_ttl_seconds"` // 0: as configured for all
	IdleTTL      int64      `json:"idle_ttl_seconds"`   // 0: as configured for all
	DebugUntil   *time.Time `json:"debug_until,omitempty"`

	// Secret is there only in the answer that made it.
	Secret string `json:"secret,omitempty"`

	// Warnings say of what was done that it may not be what was meant. They are
	// there only in the answer to a change.
	Warnings []string `json:"warnings,omitempty"`
}

// A Key describes a public key.
type Key struct {
	Type   string `json:"type"`
	Bits   int    `json:"bits"`
	SHA256 string `json:"sha256"`

	Used *time.Time `json:"used,omitempty"` // nil: never
}

// OldKeys are the keys of before a rotation.
type OldKeys struct {
	Until      time.Time  `json:"until"`
	Secret     bool       `json:"secret"` // there is an old secret
	SecretUsed *time.Time `json:"secret_used,omitempty"`
	PublicKey  *Key       `json:"public_key,omitempty"`
}

// Terms are what is agreed with one consumer beyond the rule. What is null or
// left out stays.
type Terms struct {
	Accept       *[]string `json:"accept,omitempty"`    // deviations from RFC 5849
	BodyHash     *string   `json:"body_hash,omitempty"` // off, if-present or required
	TwoLegged    *bool     `json:"two_legged,omitempty"`
	ActsAs       *string   `json:"acts_as,omitempty"`
	Impersonates *[]string `json:"impersonates,omitempty"` // users, and groups as @group
	AccessTTL    *int64    `json:"access_ttl_seconds,omitempty"`
	IdleTTL      *int64    `json:"idle_ttl_seconds,omitempty"`
	DebugFor     *int64    `json:"debug_for_seconds,omitempty"` // 0 ends it
}

// A NewConsumer is what POST /api/v1/consumers takes.
type NewConsumer struct {
	Key         string   `json:"key,omitempty"` // default: a random one
	Name        string   `json:"name"`
	Description string   `json:"description,omitempty"`
	Publisher   string   `json:"publisher,omitempty"`
	Contact     string   `json:"contact,omitempty"`
	Verified    bool     `json:"verified,omitempty"`
	Scopes      []string `json:"scopes,omitempty"`
	Groups      []string `json:"groups,omitempty"`
	Callbacks   []string `json:"callbacks,omitempty"`
	Methods     []string `json:"methods,omitempty"`
	Profile     string   `json:"profile,omitempty"`
	Secret      string   `json:"secret,omitempty"`     // default: a random one, if a method needs it
	PublicKey   string   `json:"public_key,omitempty"` // PEM, or base64 of DER

	Terms
}

// A ConsumerChange is what PATCH /api/v1/consumers/{key} takes. What is null or
// left out stays.
type ConsumerChange struct {
	Name        *string   `json:"name,omitempty"`
	Description *string   `json:"description,omitempty"`
	Publisher   *string   `json:"publisher,omitempty"`
	Contact     *string   `json:"contact,omitempty"`
	Verified    *bool     `json:"verified,omitempty"`
	Scopes      *[]string `json:"scopes,omitempty"`
	Groups      *[]string `json:"groups,omitempty"`
	Profile     *string   `json:"profile,omitempty"`
	Callbacks   *[]string `json:"callbacks,omitempty"`
	Methods     *[]string `json:"methods,omitempty"`

	Terms
}

// A Rotation is what POST /api/v1/consumers/{key}/rotate takes. With neither
// field the secret is replaced by a random one.
type Rotation struct {
	Secret    string `json:"secret,omitempty"`
	PublicKey string `json:"public_key,omitempty"`

	// Grace is for how many seconds what is replaced is still accepted.
	Grace int64 `json:"grace_seconds,omitempty"`

	// EndGrace replaces nothing and makes void what the last rotation has left.
	EndGrace bool `json:"end_grace,omitempty"`
}

// Consumers is a list of them.
type Consumers struct {
	Consumers []Consumer `json:"consumers"`
}

// Ended says how many access tokens an act has ended.
type Ended struct {
	Tokens int `json:"tokens_ended"`
}
