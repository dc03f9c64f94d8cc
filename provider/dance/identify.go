package dance

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"oauth1d/provider/oauth1"
	"oauth1d/provider/verify"
	"oauth1d/store"
)

// An identity is what a consumer is told about the user of its access token. The
// names are those of JWT (RFC 7519 §4.1) and of MediaWiki.
type identity struct {
	Issuer   string           `json:"iss"`
	Subject  string           `json:"sub"`
	Audience string           `json:"aud"` // one text, as its consumers compare it
	IssuedAt *jwt.NumericDate `json:"iat"`
	Expiry   *jwt.NumericDate `json:"exp"`
	Nonce    string           `json:"nonce"` // the request's, so that the answer is to this question
	Username string           `json:"username"`
	Groups   []string         `json:"groups"`
	Blocked  bool             `json:"blocked"`
}

// identityLife is how long an identity may be on its way, as in MediaWiki.
const identityLife = 100 * time.Second

// leastSecret is the shortest key of HS256 in bytes (RFC 7518 §3.2).
const leastSecret = 32

// ServeIdentify tells the consumer who the user of its access token is, in a JWT
// that is signed with the consumer secret (HS256), so that it proves something to
// that consumer only. GET or POST /oauth/identify.
func (h *Handler) ServeIdentify(w http.ResponseWriter, r *http.Request) (err error) {
	defer func() { h.metrics.step("identify", err) }()
	g, err := h.ask(w, r, verify.Holder)
	if err != nil {
		return err
	}
	if err := g.Member(); err != nil {
		return err
	}
	if len(g.Consumer.Secret) == 0 {
		return oauth1.Refuse(oauth1.ProblemPermissionDenied, "an identity is signed with the consumer secret, and this consumer, which signs with RSA only, has none")
	}
	secret, err := h.keys.Open(g.Consumer.Secret, store.ConsumerSecretPlace(g.Consumer.Key))
	if err != nil {
		return fmt.Errorf("opening a consumer secret: %w", err)
	}
	if len(secret) < leastSecret {
		return oauth1.Refuse(oauth1.ProblemPermissionDenied, "an identity is signed with the consumer secret, and this consumer's has fewer than 32 bytes, which is too short for HS256; ask the operator to rotate it")
	}
	id, err := h.identity(r, g)
	if err != nil {
		return err
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: []byte(secret)}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return fmt.Errorf("signing an identity: %w", err)
	}
	text, err := jwt.Signed(signer).Claims(id).Serialize()
	if err != nil {
		return fmt.Errorf("signing an identity: %w", err)
	}
	write(w, "application/jwt", []byte(text))
	return nil
}

func (h *Handler) identity(r *http.Request, g verify.Grant) (identity, error) {
	now, name, base := h.config.Now(), g.AccessToken.User, h.config.Base
	id := identity{
		Issuer: base.Scheme + "://" + base.Host + base.Prefix, Subject: name, Audience: g.Consumer.Key,
		IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(identityLife)),
		Nonce: g.Request.Nonce, Username: name, Groups: []string{},
	}
	u, err := h.store.User(r.Context(), name)
	switch {
	case errors.Is(err, store.ErrNotFound):
	case err != nil:
		return id, fmt.Errorf("looking up the user: %w", err)
	case profileOf(g.Consumer).tellsGroups:
		id.Groups = append(id.Groups, u.Groups...)
	}
	return id, nil
}
