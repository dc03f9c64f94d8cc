package dance

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"oauth1d/provider/oauth1"
	"oauth1d/provider/verify"
	"oauth1d/store"
)

// A credential is what is told once and kept as a hash and a sealed secret.
type credential struct {
	token  string
	secret store.Secret
	handle string // of the session, or empty
}

func newCredential() credential {
	return credential{token: store.NewToken(), secret: store.NewSecret()}
}

func (c credential) pairs(secret string) []oauth1.Pair {
	return []oauth1.Pair{{Name: "oauth_token", Value: c.token}, {Name: "oauth_token_secret", Value: secret}}
}

// confirmed is the sign of a provider that binds callbacks (§2.1).
var confirmed = oauth1.Pair{Name: "oauth_callback_confirmed", Value: "true"}

// tellRequestToken answers the first leg.
func (h *Handler) tellRequestToken(w http.ResponseWriter, g verify.Grant, t store.RequestToken, c credential) error {
	p := profileOf(g.Consumer)
	pairs := c.pairs(c.secret.Reveal())
	if p.tellsRequestLife {
		pairs = append(pairs, seconds("oauth_expires_in", t.Expires, h.config.Now()))
	}
	if p.tellsPage != "" {
		base := h.config.Base
		link := base.Scheme + "://" + base.Host + h.config.AuthorizePath
		pairs = append(pairs, oauth1.Pair{Name: p.tellsPage, Value: addToQuery(link, pairs[0])})
	}
	if p.confirms {
		pairs = append(pairs, confirmed)
	}
	return p.answer(w, g.Request, pairs)
}

// tellAccessToken answers the third leg, and a renewal.
func (h *Handler) tellAccessToken(w http.ResponseWriter, g verify.Grant, t store.AccessToken, c credential) error {
	p := profileOf(g.Consumer)
	secret := c.secret.Reveal()
	if p.noSecret != "" && oauth1.IsRSA(g.Request.SignatureMethod) {
		secret = p.noSecret
	}
	pairs, now := c.pairs(secret), h.config.Now()
	if c.handle != "" {
		pairs = append(pairs, seconds("oauth_expires_in", t.End(), now), oauth1.Pair{Name: "oauth_session_handle", Value: c.handle},
			seconds("oauth_authorization_expires_in", t.SessionExpires, now))
	}
	if p.user != nil {
		pairs = append(pairs, p.user(t.User)...)
	}
	if p.tellsScopes && h.config.Policy.Scoped() {
		pairs = append(pairs, oauth1.Pair{Name: scopeParameter, Value: strings.Join(t.Scopes, " ")})
	}
	if p.confirmsAgain {
		pairs = append(pairs, confirmed)
	}
	return p.answer(w, g.Request, pairs)
}

// seconds says how long something lives from now on.
func seconds(name string, end int64, now time.Time) oauth1.Pair {
	return oauth1.Pair{Name: name, Value: strconv.FormatInt(end-now.Unix(), 10)}
}

// answer writes credentials in the form that the profile expects.
func (p profile) answer(w http.ResponseWriter, r *oauth1.Request, pairs []oauth1.Pair) error {
	body, contentType := []byte(oauth1.Encode(pairs)), p.contentType
	if format, _ := r.Parameter("format"); p.json && format == "json" {
		return writeJSON(w, jsonCredential(pairs))
	}
	write(w, contentType, body)
	return nil
}

// jsonCredential gives credentials the names that MediaWiki has for them in
// JSON.
func jsonCredential(pairs []oauth1.Pair) map[string]string {
	names := map[string]string{"oauth_token": "key", "oauth_token_secret": "secret"}
	fields := map[string]string{}
	for _, p := range pairs {
		name := p.Name
		if other, ok := names[name]; ok {
			name = other
		}
		fields[name] = p.Value
	}
	return fields
}

func writeJSON(w http.ResponseWriter, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encoding an answer: %w", err)
	}
	write(w, "application/json", body)
	return nil
}

func write(w http.ResponseWriter, contentType string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "no-store")
	h.Set("Pragma", "no-cache")
	// A write error means that the consumer has gone; there is nobody to tell.
	_, _ = w.Write(body)
}
