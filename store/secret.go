package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
)

// A Secret is a secret in the clear. It prints as [redacted] wherever Go prints
// things, so that a forgotten log line is not a leak. The exception is a struct
// that holds one in an unexported field: fmt shows its bytes without asking, so
// such a struct needs a Format of its own.
type Secret []byte

const redacted = "[redacted]"

func (Secret) String() string               { return redacted }
func (Secret) GoString() string             { return redacted }
func (Secret) Format(f fmt.State, _ rune)   { fmt.Fprint(f, redacted) }
func (Secret) MarshalJSON() ([]byte, error) { return json.Marshal(redacted) }
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
func (Secret) LogValue() slog.Value         { return slog.StringValue(redacted) }

// Reveal returns the secret's text, for the one answer that hands it out.
func (s Secret) Reveal() string { return string(s) }

// TokenID returns the name under which a token is stored and spoken of in
// headers, logs and lists: the first 16 bytes of its SHA-256, in hex. The text
// of a token is in the store nowhere.
func TokenID(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:16])
}

// VerifierHash returns the form in which a verifier is stored (§2.2).
func VerifierHash(verifier string) [32]byte {
	return sha256.Sum256([]byte(verifier))
}
