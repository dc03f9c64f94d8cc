package adminapi

import (
	"context"
	"net/url"
	"strconv"
	"time"
)

// A Refusal is a refused request, as the daemon has kept it.
type Refusal struct {
	ID       string    `json:"id"` // as in the X-Request-Id answer header
	Time     time.Time `json:"time"`
	Problem  string    `json:"problem"`
	Consumer string    `json:"consumer"` // as the request names it
	Known    bool      `json:"known"`    // such a consumer is registered
	TokenID  string    `json:"token_id,omitempty"`
	Method   string    `json:"method"`
	URL      string    `json:"url"` // without its query
}

// Refusals is a list of them, newest first.
type Refusals struct {
	Refusals []Refusal `json:"refusals"`
}

// An Explanation says why a request was refused.
type Explanation struct {
	ID      string    `json:"id,omitempty"` // of a request that was refused; empty for one that was given
	Time    time.Time `json:"time"`
	Valid   bool      `json:"valid"` // the signature is right
	Problem string    `json:"problem,omitempty"`

	Cause    string   `json:"cause"` // the first of Causes; the problem, when that is not signature_invalid
	Causes   []string `json:"causes"`
	Certain  bool     `json:"certain"` // the signature was reproduced
	Side     string   `json:"side"`    // consumer, proxy or operator
	Sentence string   `json:"sentence"`
	Advice   string   `json:"advice"`

	BaseString string      `json:"base_string,omitempty"`       // the daemon's
	TheirBase  string      `json:"their_base_string,omitempty"` // what was signed, if it was found
	Difference *Difference `json:"difference,omitempty"`

	Consumer string `json:"consumer,omitempty"`
	TokenID  string `json:"token_id,omitempty"`
	Method   string `json:"method,omitempty"`
	URL      string `json:"url,omitempty"` // without its query
}

// A Difference is the first byte in which two base strings differ.
type Difference struct {
	Offset int    `json:"offset"`
	Part   string `json:"part"`
	Ours   string `json:"ours"`
	Theirs string `json:"theirs"`
}

// A Given request is one to be explained that the daemon need not have seen.
type Given struct {
	Method        string   `json:"method"`
	URL           string   `json:"url"`            // as it was sent, with the query
	Host          string   `json:"host,omitempty"` // of the Host header, when it is not the URL's
	Authorization []string `json:"authorization,omitempty"`
	ContentType   []string `json:"content_type,omitempty"`
	Body          string   `json:"body,omitempty"`

	// BaseString is what the consumer has signed, if it says so.
	BaseString string `json:"base_string,omitempty"`
}

// A BaseString is the consumer's own, to be compared.
type BaseString struct {
	BaseString string `json:"base_string"`
}

// Refusals lists the requests that were refused last; consumer, if not empty, is
// whose. limit 0: the server's, 100.
func (c *Client) Refusals(ctx context.Context, consumer string, limit int) ([]Refusal, error) {
	q := url.Values{}
	if consumer != "" {
		q.Set("consumer", consumer)
	}
	if limit > 0 {
		q.Set("limit", strconv.Itoa(limit))
	}
	var out Refusals
	err := c.call(ctx, "GET", "/api/v1/refusals?"+q.Encode(), nil, &out)
	return out.Refusals, err
}

// Explanation explains a request that was refused; consumer, if not empty, is
// whose it must be. baseString is the consumer's own, or empty.
func (c *Client) Explanation(ctx context.Context, id, consumer, baseString string) (out Explanation, err error) {
	path := item("refusals", id) + "/explanation"
	if consumer != "" {
		path += "?consumer=" + url.QueryEscape(consumer)
	}
	if baseString != "" {
		return out, c.call(ctx, "POST", path, BaseString{baseString}, &out)
	}
	return out, c.call(ctx, "GET", path, nil, &out)
}

// Explain explains a request that is given as it was sent.
func (c *Client) Explain(ctx context.Context, g Given) (out Explanation, err error) {
	return out, c.call(ctx, "POST", "/api/v1/explain", g, &out)
}
