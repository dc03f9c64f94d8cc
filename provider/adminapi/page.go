package adminapi

import (
	"context"
	"net/url"
	"strconv"
)

// A ConsumerFilter chooses consumers.
type ConsumerFilter struct {
	Search   string // part of the key, the name or the publisher, in any case
	Proposed *bool  // nil: both those that wait for approval and the others
	After    string // a key: those behind it
	Limit    int    // 0: the server's, 1000
}

// A ConsumerPage is one page of a list. Next is what to ask for as After to get
// the next one.
type ConsumerPage struct {
	Consumers []Consumer `json:"consumers"`
	Next      string     `json:"next,omitempty"`
}

// FindConsumers lists the consumers that match, in the order of their keys.
func (c *Client) FindConsumers(ctx context.Context, f ConsumerFilter) (out ConsumerPage, err error) {
	q := paging(f.Search, f.After, f.Limit)
	if f.Proposed != nil {
		q.Set("proposed", strconv.FormatBool(*f.Proposed))
	}
	return out, c.call(ctx, "GET", "/api/v1/consumers?"+q.Encode(), nil, &out)
}

// A UserFilter chooses users.
type UserFilter struct {
	Search string  // part of the name, in any case
	Source *string // nil: of any; "": the built-in users
	After  string  // a name: those behind it
	Limit  int     // 0: the server's, 1000
}

// A UserPage is one page of a list. Next is what to ask for as After to get the
// next one.
type UserPage struct {
	Users []User `json:"users"`
	Next  string `json:"next,omitempty"`
}

// FindUsers lists the users that match, in the order of their names.
func (c *Client) FindUsers(ctx context.Context, f UserFilter) (out UserPage, err error) {
	q := paging(f.Search, f.After, f.Limit)
	if f.Source != nil {
		q.Set("source", *f.Source)
	}
	return out, c.call(ctx, "GET", "/api/v1/users?"+q.Encode(), nil, &out)
}

// CountTokens says how many access tokens RevokeTokens would end with the same
// filter.
func (c *Client) CountTokens(ctx context.Context, f TokenFilter) (int, error) {
	f.Search, f.After, f.Limit = "", "", 0
	var out Count
	err := c.call(ctx, "GET", "/api/v1/tokens/count?"+f.query(), nil, &out)
	return out.Count, err
}

// A Count is how many there are.
type Count struct {
	Count int `json:"count"`
}

func paging(search, after string, limit int) url.Values {
	q := url.Values{}
	if search != "" {
		q.Set("search", search)
	}
	if after != "" {
		q.Set("after", after)
	}
	if limit > 0 {
		q.Set("limit", strconv.Itoa(limit))
	}
	return q
}
