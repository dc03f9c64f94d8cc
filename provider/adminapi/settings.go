package adminapi

import "context"

// A Setting is one key of the configuration that is in force. Secrets are no
// settings: of them the file's name is.
type Setting struct {
	Key     string `json:"key"`     // with dots
	Value   string `json:"value"`   // as it would stand in the file
	Default string `json:"default"` // as it would stand in the file
	Origin  string `json:"origin"`  // "oauth1d.yaml:3", "OAUTH1D_REALM (environment)", "flag" or "default"
	Fixed   bool   `json:"fixed"`   // another value takes effect after a restart only
	Meaning string `json:"meaning,omitempty"`
}

// Settings is the effective configuration, in the order of the sample.
type Settings struct {
	Settings []Setting `json:"settings"`
}

// Settings shows the configuration that is in force.
func (c *Client) Settings(ctx context.Context) ([]Setting, error) {
	var out Settings
	err := c.call(ctx, "GET", "/api/v1/config", nil, &out)
	return out.Settings, err
}
