package registry

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"oauth1d/provider/oauth1"
	"oauth1d/store"
)

// Store is what a Registry asks of the store.
type Store interface {
	AddConsumer(ctx context.Context, c store.Consumer) error
	AddProposal(ctx context.Context, c store.Consumer, ofOwner, inAll int) error
	RemoveProposal(ctx context.Context, key, owner string) error
	Consumer(ctx context.Context, key string) (store.Consumer, error)
	ListConsumers(ctx context.Context) ([]store.Consumer, error)
	ChangeConsumer(ctx context.Context, key string, change func(*store.Consumer) error) (store.Consumer, error)
	RemoveConsumer(ctx context.Context, key string) (ended int, err error)
}

// Config is what may be set about a Registry.
type Config struct {
	// Methods are the signature methods that a consumer may be given, and gets
	// when none are named. PLAINTEXT cannot be among them: a consumer that
	// needs it names it itself. Default: all others.
	Methods []string

	// MinRSABits is the shortest RSA key that may be registered. Default and
	// recommended least: 2048.
	MinRSABits int

	// Now is the clock. Default: time.Now.
	Now func() time.Time
}

// A Registry makes and changes consumers.
type Registry struct {
	store  Store
	keys   *store.Keyring
	config Config
}

// New returns a Registry that seals secrets with keys before s sees them.
func New(s Store, keys *store.Keyring, c Config) (*Registry, error) {
	if len(c.Methods) == 0 {
		c.Methods = slices.DeleteFunc(oauth1.Methods(), func(m string) bool { return m == oauth1.Plaintext })
	}
	for _, m := range c.Methods {
		if m == oauth1.Plaintext {
			return nil, errors.New("making a registry: PLAINTEXT cannot be a default method")
		}
		if !slices.Contains(oauth1.Methods(), m) {
			return nil, fmt.Errorf("making a registry: unknown signature method %q", m)
		}
	}
	if c.MinRSABits == 0 {
		c.MinRSABits = defaultRSABits
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Registry{store: s, keys: keys, config: c}, nil
}

// An Application is what is to become a consumer.
type Application struct {
	Key         string // default: a new random one
	Name        string
	Description string // in its own words; may be empty
	Publisher   string // who stands behind it; may be empty
	Contact     string // who answers for it: a mail address or an https URL; may be empty

	// Verified says that Name and Publisher have been checked. It needs a
	// Publisher.
	Verified bool

	// Scopes are those it may ask for. Default: those that the policy gives to
	// every consumer. Whether they are defined is the policy's question, which may
	// change.
	Scopes []string

	// Groups are those whose users may use it. Default: everybody may.
	Groups []string

	// Callbacks are the URIs it may send users back to, or "oob". Without any
	// it cannot take part in the dance, which then refuses every oauth_callback,
	// and only gets tokens that an administrator issues.
	Callbacks []string

	// Methods are the signature methods it may use. Default: those of Config
	// for which it has a key: the RSA ones with nothing but a public key, the
	// HMAC ones with nothing but a secret, both with both.
	Methods []string

	// Secret is one that it has from elsewhere. Default: a new random one, if a
	// method needs it.
	Secret store.Secret

	// PublicKey is its RSA key, in any form that ParsePublicKey reads.
	PublicKey []byte

	// Profile is its dialect. Default: store.ProfileRFC5849.
	Profile string

	// Terms are what is agreed with it beyond the rule.
	Terms Terms
}

// Add registers an application. The secret is returned this once; it is nil for
// a consumer that signs with RSA only. Its errors are Invalids, or wrap
// store.ErrExists when the key is taken.
func (r *Registry) Add(ctx context.Context, a Application) (store.Consumer, store.Secret, error) {
	c, err := r.draft(a)
	secret, secretErr := secretFor(a, c.Methods)
	if err := errors.Join(err, secretErr); err != nil {
		return store.Consumer{}, nil, err
	}
	if c.Secret, err = r.seal(c.Key, secret); err != nil {
		return store.Consumer{}, nil, err
	}
	if err := r.store.AddConsumer(ctx, c); err != nil {
		return store.Consumer{}, nil, fmt.Errorf("adding consumer %s: %w", quoted(c.Key), err)
	}
	return c, secret, nil
}

// draft makes a record of an application, all but the secret, and says what is
// wrong with it.
func (r *Registry) draft(a Application) (store.Consumer, error) {
	now := r.config.Now()
	c := store.Consumer{
		Key: a.Key, Name: a.Name, Description: a.Description, Publisher: a.Publisher, Contact: a.Contact, Verified: a.Verified,
		Scopes: compact(a.Scopes), Groups: compact(a.Groups),
		Callbacks: compact(a.Callbacks), Profile: a.Profile, Created: now.Unix(),
		// Not 0: a consumer that is removed and added again under the same key
		// must not look like the old one to whoever remembers its revision.
		Revision: uint64(now.UnixMicro()),
	}
	if c.Key == "" {
		c.Key = store.NewToken()
	}
	if c.Profile == "" {
		c.Profile = store.ProfileRFC5849
	}
	// A launch of LTI 1.1 has no token.
	c.BodyHash, c.TwoLegged = store.BodyHashes()[0], c.Profile == store.ProfileLTI11
	a.Terms.apply(&c, now)
	public, keyErr := r.readPublicKey(a.PublicKey)
	c.PublicKey, c.Methods = public, r.methodsFor(a)
	return c, errors.Join(checkKey(c.Key), checkWords(c), checkTrust(c), checkAccess(c), checkCallbacks(c.Callbacks),
		r.checkMethods(c.Methods), keyErr, checkUses(a, c.Methods), checkTerms(c, a.Terms))
}

// seal seals a secret for the consumer with that key; none stays none.
func (r *Registry) seal(key string, secret store.Secret) (store.Sealed, error) {
	if len(secret) == 0 {
		return nil, nil
	}
	sealed, err := r.keys.Seal(secret, store.ConsumerSecretPlace(key))
	if err != nil {
		return nil, fmt.Errorf("sealing a consumer secret: %w", err)
	}
	return sealed, nil
}

// methodsFor returns the methods that a names, or those for which it has a key.
func (r *Registry) methodsFor(a Application) []string {
	if len(a.Methods) > 0 {
		return compact(a.Methods)
	}
	hmac := len(a.Secret) > 0 || len(a.PublicKey) == 0
	rsa := len(a.PublicKey) > 0
	return slices.DeleteFunc(slices.Clone(r.config.Methods), func(m string) bool {
		if oauth1.IsRSA(m) {
			return !rsa
		}
		return !hmac
	})
}

// secretFor returns the secret that a brings, or a new one if a method needs it.
func secretFor(a Application, methods []string) (store.Secret, error) {
	if len(a.Secret) > 0 {
		return a.Secret, checkSecret(a.Secret)
	}
	if needsSecret(methods) {
		return store.NewSecret(), nil
	}
	return nil, nil
}

// needsSecret says whether one of the methods is keyed by a shared secret.
func needsSecret(methods []string) bool {
	return slices.ContainsFunc(methods, func(m string) bool { return !oauth1.IsRSA(m) })
}

func (r *Registry) readPublicKey(b []byte) ([]byte, error) {
	if len(b) == 0 {
		return nil, nil
	}
	key, _, err := ParsePublicKey(b, r.config.MinRSABits)
	if err != nil {
		return nil, err
	}
	return marshal(key)
}

// compact drops repeated values and keeps the order.
func compact(values []string) []string {
	var out []string
	for _, v := range values {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}
