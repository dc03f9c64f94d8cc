package adminapi

import (
	"net/url"
	"strconv"
	"time"
)

// A Token is an access token. Its text is there only in the answer that issued
// it; its ID is what logs, lists and the application know it by.
type Token struct {
	ID       string     `json:"id"`
	Consumer string     `json:"consumer"`
	User     string     `json:"user"`
	Scopes   []string   `json:"scopes"`
	Issued   time.Time  `json:"issued"`
	Expires  *time.Time `json:"expires,omitempty"` // nil: until revoked
	Used     *time.Time `json:"used,omitempty"`    // some minutes late at most; nil: never
	State    string     `json:"state"`             // live, revoked or expired

	Token  string `json:"token,omitempty"`
	Secret string `json:"secret,omitempty"`
}

// A NewToken is what POST /api/v1/tokens takes.
type NewToken struct {
	Consumer string   `json:"consumer"`
	User     string   `json:"user"`
	Scopes   []string `json:"scopes,omitempty"`
}

// Tokens is a list of them. Next is what to ask for as After to get more.
type Tokens struct {
	Tokens []Token `json:"tokens"`
	Next   string  `json:"next,omitempty"`
}

// A TokenFilter chooses tokens.
type TokenFilter struct {
	Consumer, User string
	Search         string // beginning of an ID; not for a revocation
	After          string
	Limit          int // 0: the server's, 1000
}

func (f TokenFilter) query() string {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	set("consumer", f.Consumer)
	set("user", f.User)
	set("search", f.Search)
	set("after", f.After)
	if f.Limit > 0 {
		q.Set("limit", strconv.Itoa(f.Limit))
	}
	return q.Encode()
}

// An Introspection is what POST /api/v1/introspect answers, in the words of RFC
// 7662 §2.2.
type Introspection struct {
	Active    bool   `json:"active"`
	ClientID  string `json:"client_id,omitempty"` // the consumer's key
	Username  string `json:"username,omitempty"`
	Subject   string `json:"sub,omitempty"`
	Scope     string `json:"scope,omitempty"`
	TokenType string `json:"token_type,omitempty"`
	TokenID   string `json:"token_id,omitempty"`
	Issued    int64  `json:"iat,omitempty"`
	Expires   int64  `json:"exp,omitempty"` // absent: until revoked
}
