package signin

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"golang.org/x/crypto/argon2"

	"oauth1d/provider/web"
	"oauth1d/store"
)

// A cost is what hashing takes.
type cost struct {
	memory uint32 // KiB
	time   uint32 // passes
	lanes  uint8
}

// newCost is that of new passwords: OWASP's figures for argon2id.
var newCost = cost{memory: 19 * 1024, time: 2, lanes: 1}

const (
	saltSize = 16
	hashSize = 32
)

// How long a password may be, in bytes. Longer ones are refused unhashed, so
// that length buys no work from us.
const (
	minPassword = 8
	maxPassword = 1024
)

// A phc is an argon2id hash with what it was made with.
type phc struct {
	cost
	salt, hash []byte
}

var errNotPHC = errors.New("not an argon2id hash in PHC form")

// parsePHC reads "$argon2id$v=19$m=19456,t=2,p=1$salt$hash". It takes no other
// spelling, and no cost that one sign-in should not have.
func parsePHC(s string) (phc, error) {
	var p phc
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != "v=19" {
		return p, errNotPHC
	}
	_, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.time, &p.lanes)
	if err != nil || fmt.Sprintf("m=%d,t=%d,p=%d", p.memory, p.time, p.lanes) != parts[3] {
		return p, errNotPHC
	}
	var saltErr, hashErr error
	p.salt, saltErr = base64.RawStdEncoding.Strict().DecodeString(parts[4])
	p.hash, hashErr = base64.RawStdEncoding.Strict().DecodeString(parts[5])
	sane := p.lanes >= 1 && p.lanes <= 16 && p.time >= 1 && p.time <= 16 && p.memory >= 8*uint32(p.lanes) && p.memory <= 256<<10
	sized := len(p.salt) >= 8 && len(p.salt) <= 64 && len(p.hash) >= 16 && len(p.hash) <= 64
	if saltErr != nil || hashErr != nil || !sane || !sized {
		return p, errNotPHC
	}
	return p, nil
}

func (p phc) String() string {
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", p.memory, p.time, p.lanes, enc.EncodeToString(p.salt), enc.EncodeToString(p.hash))
}

// newPHC returns a fresh salt and a random hash, which no password matches.
func newPHC(c cost) phc {
	p := phc{cost: c, salt: make([]byte, saltSize), hash: make([]byte, hashSize)}
	rand.Read(p.salt)
	rand.Read(p.hash)
	return p
}

// A hasher computes hashes, on half of the processors at most, so that whoever
// guesses passwords leaves the others to the gate: each hash needs a core and
// 19 MiB, and strangers can ask for them.
type hasher struct {
	room  chan struct{} // those who wait, too
	turns chan struct{}
}

// waiting is how many may wait for each processor; about two seconds' work.
const waiting = 64

func newHasher(processors int) *hasher {
	return &hasher{room: make(chan struct{}, waiting*processors), turns: make(chan struct{}, processors)}
}

// turn runs work when it is its turn.
func (h *hasher) turn(ctx context.Context, work func()) error {
	select {
	case h.room <- struct{}{}:
		defer func() { <-h.room }()
	default:
		return &web.Error{Status: http.StatusServiceUnavailable, Title: "Too many people are signing in", Sentence: "Please try again in a moment.", Code: "signin_busy"}
	}
	select {
	case h.turns <- struct{}{}:
		defer func() { <-h.turns }()
	case <-ctx.Done():
		return fmt.Errorf("waiting to hash a password: %w", ctx.Err())
	}
	work()
	return nil
}

// What is kept of a password: a phc, or an imported hash.
type kept interface {
	matches(password store.Secret) bool
}

// parseKept reads what the store has.
func parseKept(text string) (kept, error) {
	if strings.HasPrefix(text, "$argon2id$") {
		return parsePHC(text)
	}
	return parseImported(text)
}

func (p phc) matches(password store.Secret) bool {
	return subtle.ConstantTimeCompare(p.of(password), p.hash) == 1
}

// of hashes password the way p was made.
func (p phc) of(password store.Secret) []byte {
	return argon2.IDKey(password, p.salt, p.time, p.memory, p.lanes, uint32(len(p.hash)))
}

// matches says whether password is the one that k was made of.
func (h *hasher) matches(ctx context.Context, k kept, password store.Secret) (yes bool, err error) {
	err = h.turn(ctx, func() { yes = k.matches(password) })
	return yes && err == nil, err
}

// hash returns what is kept of a new password.
func (h *hasher) hash(ctx context.Context, c cost, password store.Secret) (string, error) {
	p := newPHC(c)
	if err := h.turn(ctx, func() { p.hash = p.of(password) }); err != nil {
		return "", err
	}
	return p.String(), nil
}

// checkPassword says what keeps password from becoming one.
func checkPassword(password store.Secret) error {
	reason := ""
	switch {
	case len(password) < minPassword:
		reason = fmt.Sprintf("The password has %d bytes; at least %d are needed.", len(password), minPassword)
	case len(password) > maxPassword:
		reason = fmt.Sprintf("The password has %d bytes; at most %d are accepted.", len(password), maxPassword)
	case strings.ContainsAny(string(password), "\r\n\x00"):
		reason = "The password has a line break in it, which nobody can type; the file that it came from may have more than one line."
	default:
		return nil
	}
	return &web.Error{Status: http.StatusBadRequest, Title: "This password cannot be used", Sentence: reason, Code: "password_invalid"}
}
