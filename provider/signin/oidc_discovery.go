package signin

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// A provider is what discovery has told.
type provider struct {
	*oidc.Provider
	keys  oidc.KeySet
	algs  []string // that ID tokens may be signed with
	style oauth2.AuthStyle
	named bool // callbacks say whose they are (RFC 9207)
}

// A discovery is one try to learn about the provider. All who need it wait for
// the same one.
type discovery struct {
	done chan struct{} // closed when the rest is set
	*provider
	err error
}

// provider returns what discovery has told, or makes it tell. A success is kept
// for good; after a failure the next one who needs it tries again.
func (o *OIDC) provider(ctx context.Context) (*provider, error) {
	o.mu.Lock()
	d := o.known
	if d == nil {
		d = &discovery{done: make(chan struct{})}
		o.known = d
		// It belongs to everybody who waits: whoever came first may go, and it
		// ends by its own deadline.
		go o.discover(d)
	}
	o.mu.Unlock()
	select {
	case <-ctx.Done():
		return nil, o.unanswered(ctx, "waiting for the provider's configuration", ctx.Err())
	case <-d.done:
	}
	if d.err != nil {
		return nil, o.unanswered(ctx, "reading the provider's configuration", d.err)
	}
	return d.provider, nil
}

func (o *OIDC) discover(d *discovery) {
	ctx, cancel := context.WithTimeout(oidc.ClientContext(context.Background(), o.client), o.config.Timeout)
	defer cancel()
	d.provider, d.err = o.ask(ctx)
	if d.err != nil {
		o.mu.Lock()
		o.known = nil
		o.mu.Unlock()
	}
	close(d.done)
}

func (o *OIDC) ask(ctx context.Context) (*provider, error) {
	p, err := oidc.NewProvider(ctx, o.config.Issuer)
	if err != nil {
		return nil, err
	}
	var told struct {
		Keys    string   `json:"jwks_uri"`
		Algs    []string `json:"id_token_signing_alg_values_supported"`
		Methods []string `json:"token_endpoint_auth_methods_supported"`
		Named   bool     `json:"authorization_response_iss_parameter_supported"`
	}
	if err := p.Claims(&told); err != nil {
		return nil, err
	}
	for _, endpoint := range []string{p.Endpoint().AuthURL, p.Endpoint().TokenURL, told.Keys, p.UserInfoEndpoint()} {
		u, err := url.Parse(endpoint)
		if optional := endpoint == "" && endpoint == p.UserInfoEndpoint(); !optional && (err != nil || !isSafe(u)) {
			return nil, fmt.Errorf("endpoint %q is missing or no https URL", clip(endpoint))
		}
	}
	algs, err := signed(told.Algs)
	if err != nil {
		return nil, err
	}
	style, err := o.style(told.Methods)
	if err != nil {
		return nil, err
	}
	return &provider{Provider: p, keys: oidc.NewRemoteKeySet(ctx, told.Keys), algs: algs, style: style, named: told.Named}, nil
}

// asymmetric are the algorithms that only the provider can sign with. "none" and
// HS256, with what is public of a key as the secret, are the old ways to forge an
// ID token.
var asymmetric = []string{
	oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA,
}

// signed returns which of the provider's algorithms we take.
func signed(told []string) ([]string, error) {
	if len(told) == 0 {
		return []string{oidc.RS256}, nil
	}
	algs := slices.DeleteFunc(slices.Clone(told), func(a string) bool { return !slices.Contains(asymmetric, a) })
	if len(algs) == 0 {
		return nil, errors.New("the provider signs ID tokens with no algorithm that is taken here")
	}
	return algs, nil
}

// style is how we prove who we are. Trying out, as package oauth2 would, sends
// the code twice, for which a provider may revoke what it gave.
func (o *OIDC) style(methods []string) (oauth2.AuthStyle, error) {
	switch {
	case len(o.config.ClientSecret) == 0:
		return oauth2.AuthStyleInParams, nil
	case len(methods) == 0 || slices.Contains(methods, "client_secret_basic"):
		return oauth2.AuthStyleInHeader, nil
	case slices.Contains(methods, "client_secret_post"):
		return oauth2.AuthStyleInParams, nil
	}
	return 0, errors.New("the provider takes a client secret neither by Basic authentication nor in the form")
}
