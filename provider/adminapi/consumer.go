package adminapi

import "time"

// A Consumer is a registered application.
type Consumer struct {
	Key         string    `json:"key"`
	Name        string    `json:"name"`
	Description string    `json:"description,omitempty"`
	Publisher   string    `json:"publisher,omitempty"`
	Callbacks   []string  `json:"callbacks"`
	Methods     []string  `json:"methods"`
	Profile     string    `json:"profile"`
	Enabled     bool      `json:"enabled"`
	Created     time.Time `json:"created"`
	PublicKey   *Key      `json:"public_key,omitempty"`

	// Secret is there only in the answer that made it.
	Secret string `json:"secret,omitempty"`
}

// A Key describes a public key.
type Key struct {
	Type   string `json:"type"`
	Bits   int    `json:"bits"`
	SHA256 string `json:"sha256"`
}

// A NewConsumer is what POST /api/v1/consumers takes.
type NewConsumer struct {
	Key         string   `json:"key,omitempty"` // default: a random one
	Name        string   `json:"name"`
	Description string   `json:"description,omitempty"`
	Publisher   string   `json:"publisher,omitempty"`
	Callbacks   []string `json:"callbacks,omitempty"`
	Methods     []string `json:"methods,omitempty"`
	Profile     string   `json:"profile,omitempty"`
	Secret      string   `json:"secret,omitempty"`     // default: a random one, if a method needs it
	PublicKey   string   `json:"public_key,omitempty"` // PEM, or base64 of DER
}

// A ConsumerChange is what PATCH /api/v1/consumers/{key} takes. What is null or
// left out stays.
type ConsumerChange struct {
	Name        *string   `json:"name,omitempty"`
	Description *string   `json:"description,omitempty"`
	Publisher   *string   `json:"publisher,omitempty"`
	Profile     *string   `json:"profile,omitempty"`
	Callbacks   *[]string `json:"callbacks,omitempty"`
	Methods     *[]string `json:"methods,omitempty"`
}

// A Rotation is what POST /api/v1/consumers/{key}/rotate takes. With neither
// field the secret is replaced by a random one.
type Rotation struct {
	Secret    string `json:"secret,omitempty"`
	PublicKey string `json:"public_key,omitempty"`
}

// Consumers is a list of them.
type Consumers struct {
	Consumers []Consumer `json:"consumers"`
}

// Ended says how many access tokens an act has ended.
type Ended struct {
	Tokens int `json:"tokens_ended"`
}
