package adminapi

import (
	"context"
	"time"
)

// A Challenge is the daemon's question to the application who is at a browser.
type Challenge struct {
	// The consumer that wants to act for whoever it is, if it is about one.
	Consumer  string `json:"consumer,omitempty"`
	Name      string `json:"name,omitempty"`
	Publisher string `json:"publisher,omitempty"`
	Verified  bool   `json:"verified"` // an administrator has checked who is behind name and publisher

	Expires time.Time `json:"expires"`
}

// A SignedIn is the application's answer: what POST /api/v1/signins/{challenge}
// takes.
type SignedIn struct {
	User   string   `json:"user"`
	Groups []string `json:"groups,omitempty"`
}

// A Redirect is where to send the browser now.
type Redirect struct {
	Redirect string `json:"redirect"`
}

// Challenge shows what a challenge is about.
func (c *Client) Challenge(ctx context.Context, challenge string) (out Challenge, err error) {
	return out, c.call(ctx, "GET", item("signins", challenge), nil, &out)
}

// AcceptSignIn answers a challenge: this user is at the browser. It works once.
func (c *Client) AcceptSignIn(ctx context.Context, challenge string, s SignedIn) (out Redirect, err error) {
	return out, c.call(ctx, "POST", item("signins", challenge), s, &out)
}

// RefuseSignIn answers a challenge: nobody signs in, the user does not want to.
func (c *Client) RefuseSignIn(ctx context.Context, challenge string) (out Redirect, err error) {
	return out, c.call(ctx, "DELETE", item("signins", challenge), nil, &out)
}
