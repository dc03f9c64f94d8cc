package adminapi

import (
	"context"
	"fmt"
	"io"
)

// AddConsumer registers an application; the answer has its secret.
func (c *Client) AddConsumer(ctx context.Context, n NewConsumer) (out Consumer, err error) {
	return out, c.call(ctx, "POST", "/api/v1/consumers", n, &out)
}

// Consumers lists all consumers that match, on however many pages.
func (c *Client) Consumers(ctx context.Context, f ConsumerFilter) (all []Consumer, err error) {
	all = []Consumer{}
	for {
		page, err := c.FindConsumers(ctx, f)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Consumers...)
		if f.After = page.Next; f.After == "" {
			return all, nil
		}
	}
}

// Consumer shows one.
func (c *Client) Consumer(ctx context.Context, key string) (out Consumer, err error) {
	return out, c.call(ctx, "GET", item("consumers", key), nil, &out)
}

// ChangeConsumer changes one.
func (c *Client) ChangeConsumer(ctx context.Context, key string, change ConsumerChange) (out Consumer, err error) {
	return out, c.call(ctx, "PATCH", item("consumers", key), change, &out)
}

// RotateConsumer replaces a secret or a key; the answer has the new secret.
func (c *Client) RotateConsumer(ctx context.Context, key string, r Rotation) (out Consumer, err error) {
	return out, c.call(ctx, "POST", item("consumers", key)+"/rotate", r, &out)
}

// EnableConsumer lets a consumer in again.
func (c *Client) EnableConsumer(ctx context.Context, key string) (out Consumer, err error) {
	return out, c.call(ctx, "POST", item("consumers", key)+"/enable", nil, &out)
}

// ApproveConsumer makes a consumer of what was proposed; its owner takes the
// secret.
func (c *Client) ApproveConsumer(ctx context.Context, key string) (out Consumer, err error) {
	return out, c.call(ctx, "POST", item("consumers", key)+"/approve", nil, &out)
}

// DisableConsumer keeps a consumer out, with all its tokens, until it is enabled.
func (c *Client) DisableConsumer(ctx context.Context, key string) (out Consumer, err error) {
	return out, c.call(ctx, "POST", item("consumers", key)+"/disable", nil, &out)
}

// RemoveConsumer deletes a consumer and its tokens.
func (c *Client) RemoveConsumer(ctx context.Context, key string) (out Ended, err error) {
	return out, c.call(ctx, "DELETE", item("consumers", key), nil, &out)
}

// AddUser makes a built-in user.
func (c *Client) AddUser(ctx context.Context, n NewUser) (out User, err error) {
	return out, c.call(ctx, "POST", "/api/v1/users", n, &out)
}

// Users lists all users that match, on however many pages.
func (c *Client) Users(ctx context.Context, f UserFilter) (all []User, err error) {
	all = []User{}
	for {
		page, err := c.FindUsers(ctx, f)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Users...)
		if f.After = page.Next; f.After == "" {
			return all, nil
		}
	}
}

// User shows one.
func (c *Client) User(ctx context.Context, name string) (out User, err error) {
	return out, c.call(ctx, "GET", item("users", name), nil, &out)
}

// SetPassword replaces a user's password.
func (c *Client) SetPassword(ctx context.Context, name, password string) (out User, err error) {
	return out, c.call(ctx, "POST", item("users", name)+"/password", Password{password}, &out)
}

// SetGroups replaces a user's groups.
func (c *Client) SetGroups(ctx context.Context, name string, groups []string) (out User, err error) {
	return out, c.call(ctx, "PUT", item("users", name)+"/groups", Groups{groups}, &out)
}

// EnableUser lets a user in again.
func (c *Client) EnableUser(ctx context.Context, name string) (out User, err error) {
	return out, c.call(ctx, "POST", item("users", name)+"/enable", nil, &out)
}

// DisableUser keeps a user out, and all tokens that act for it.
func (c *Client) DisableUser(ctx context.Context, name string) (out User, err error) {
	return out, c.call(ctx, "POST", item("users", name)+"/disable", nil, &out)
}

// RemoveUser deletes a user and revokes the tokens that act for it.
func (c *Client) RemoveUser(ctx context.Context, name string) (out Ended, err error) {
	return out, c.call(ctx, "DELETE", item("users", name), nil, &out)
}

// IssueToken makes an access token without a dance; the answer has its secret.
func (c *Client) IssueToken(ctx context.Context, n NewToken) (out Token, err error) {
	return out, c.call(ctx, "POST", "/api/v1/tokens", n, &out)
}

// Tokens lists live access tokens.
func (c *Client) Tokens(ctx context.Context, f TokenFilter) (out Tokens, err error) {
	return out, c.call(ctx, "GET", "/api/v1/tokens?"+f.query(), nil, &out)
}

// Token shows one access token, by its text or its ID.
func (c *Client) Token(ctx context.Context, token string) (out Token, err error) {
	return out, c.call(ctx, "GET", item("tokens", token), nil, &out)
}

// RevokeToken ends one access token, by its text or its ID.
func (c *Client) RevokeToken(ctx context.Context, token string) error {
	return c.call(ctx, "DELETE", item("tokens", token), nil, nil)
}

// RevokeTokens ends all access tokens of a consumer, a user, or both.
func (c *Client) RevokeTokens(ctx context.Context, f TokenFilter) (out Ended, err error) {
	return out, c.call(ctx, "DELETE", "/api/v1/tokens?"+f.query(), nil, &out)
}

// Status says how the daemon does.
func (c *Client) Status(ctx context.Context) (out Status, err error) {
	return out, c.call(ctx, "GET", "/api/v1/status", nil, &out)
}

// Check reads the whole store and says what is wrong with it.
func (c *Client) Check(ctx context.Context) ([]string, error) {
	var out Problems
	err := c.call(ctx, "POST", "/api/v1/check", nil, &out)
	return out.Problems, err
}

// Reload makes the daemon read its configuration again.
func (c *Client) Reload(ctx context.Context) error {
	return c.call(ctx, "POST", "/api/v1/reload", nil, nil)
}

// Backup writes a copy of the store to w.
func (c *Client) Backup(ctx context.Context, w io.Writer) error {
	resp, err := c.send(ctx, "POST", "/api/v1/backup", nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	// An answer that breaks off is an error here: it is sent in chunks, and the
	// last one is missing.
	if _, err := io.Copy(w, resp.Body); err != nil {
		return fmt.Errorf("receiving the backup: %w", err)
	}
	return nil
}
