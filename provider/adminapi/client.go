package adminapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
)

// ErrUnreachable says that nobody answers at the admin socket.
var ErrUnreachable = errors.New("the daemon is not reachable")

// An Error is a refusal by the daemon, in its words.
type Error struct {
	Status    int
	Code      string
	Message   string
	RequestID string
}

func (e *Error) Error() string { return e.Message }

// NotFound reports whether what was asked for does not exist.
func (e *Error) NotFound() bool { return e.Status == http.StatusNotFound }

// A Client speaks to the daemon over its admin socket.
type Client struct {
	socket string
	http   *http.Client
}

// NewClient returns a client for the socket at that path.
func NewClient(socket string) *Client {
	return &Client{socket: socket, http: &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", socket)
		},
	}}}
}

// NewClientOver returns a client that sends its requests through t, which may
// answer them in this process.
func NewClientOver(t http.RoundTripper) *Client {
	return &Client{socket: "this address", http: &http.Client{Transport: t}}
}

// call sends in, if it is not nil, and reads the answer into out.
func (c *Client) call(ctx context.Context, method, path string, in, out any) error {
	resp, err := c.send(ctx, method, path, in)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if out == nil {
		return nil
	}
	if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
		return fmt.Errorf("reading the daemon's answer: %w", err)
	}
	return nil
}

func (c *Client) send(ctx context.Context, method, path string, in any) (*http.Response, error) {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return nil, fmt.Errorf("writing the request: %w", err)
		}
		body = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(ctx, method, "http://oauth1d"+path, body)
	if err != nil {
		return nil, err
	}
	if in != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	resp, err := c.http.Do(r)
	if err != nil {
		var dial *net.OpError
		if errors.As(err, &dial) && dial.Op == "dial" {
			return nil, fmt.Errorf("%w at %s: %w", ErrUnreachable, c.socket, dial.Err)
		}
		// What http says of the request holds its path, and the path may hold
		// the text of a token.
		var request *url.Error
		if errors.As(err, &request) {
			err = request.Err
		}
		return nil, fmt.Errorf("asking the daemon, which may have done it or not: %w", err)
	}
	if resp.StatusCode < 300 && ours(resp) {
		return resp, nil
	}
	defer resp.Body.Close()
	return nil, c.refusal(resp)
}

// ours reports whether an answer is of a kind that the admin API gives.
func ours(resp *http.Response) bool {
	switch resp.Header.Get("Content-Type") {
	case "application/json", "application/octet-stream", "application/x-ndjson", "application/yaml":
		return true
	}
	return false
}

// refusal reads why the daemon has refused. Whatever else may listen at the socket
// is not taken for it: its 404 does not say that a consumer is unknown, nor its
// 200 that a token is revoked.
func (c *Client) refusal(resp *http.Response) error {
	if !ours(resp) && (resp.StatusCode < 400 || resp.StatusCode == http.StatusNotFound) {
		return fmt.Errorf("%w at %s: what answers there is not its admin API", ErrUnreachable, c.socket)
	}
	var b struct {
		Error struct {
			Code      string `json:"code"`
			Message   string `json:"message"`
			RequestID string `json:"request_id"`
		} `json:"error"`
	}
	err := json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(&b)
	if err != nil || b.Error.Message == "" {
		b.Error.Message = "the daemon answered " + resp.Status
	}
	return &Error{resp.StatusCode, b.Error.Code, b.Error.Message, b.Error.RequestID}
}

func item(collection, name string) string {
	return "/api/v1/" + collection + "/" + url.PathEscape(name)
}
