package adminapi

import "time"

// A Status is how the daemon does.
type Status struct {
	Version      string    `json:"version"`
	PublicURL    string    `json:"public_url"`
	StoreID      string    `json:"store_id"`
	Started      time.Time `json:"started"`
	Consumers    int       `json:"consumers"`
	Disabled     int       `json:"consumers_disabled"`
	Users        int       `json:"users"`
	Requests     int       `json:"request_tokens"`
	Tokens       int       `json:"access_tokens"`
	Sessions     int       `json:"sessions"`
	Nonces       int       `json:"nonces"`
	StoreBytes   int64     `json:"store_bytes"`
	NonceBytes   int64     `json:"nonce_bytes"`
	AuditHead    string    `json:"audit_head"` // of the audit log's chain, for "audit verify --head"
	Ready        bool      `json:"ready"`
	NotReadyText string    `json:"not_ready,omitempty"`
}

// Problems is what a check of the store found.
type Problems struct {
	Problems []string `json:"problems"`
}
