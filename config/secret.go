package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"syscall"
)

// A Secret was read from a file that only its owner may read. It prints as
// [redacted] wherever Go prints things. The zero value is no secret.
type Secret struct{ text []byte }

const redacted = "[redacted]"

func (Secret) String() string               { return redacted }
func (Secret) GoString() string             { return redacted }
func (Secret) Format(f fmt.State, _ rune)   { _, _ = io.WriteString(f, redacted) }
func (Secret) MarshalJSON() ([]byte, error) { return json.Marshal(redacted) }
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
func (Secret) LogValue() slog.Value         { return slog.StringValue(redacted) }

// Bytes returns a copy of the secret itself, nil when there is none.
func (s Secret) Bytes() []byte { return bytes.Clone(s.text) }

// IsZero reports whether there is no secret.
func (s Secret) IsZero() bool { return len(s.text) == 0 }

// maxSecret is more than any secret is long. It keeps a mistyped path from
// reading a disk image into memory.
const maxSecret = 64 << 10

// ReadSecret reads a secret from a file and cuts one newline off its end. A file
// that others than its owner may read is refused, because then it is none.
func ReadSecret(path string) (Secret, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe must not make the start wait
	if err != nil {
		return Secret{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Secret{}, err
	}
	if !info.Mode().IsRegular() {
		return Secret{}, fmt.Errorf("%s is not a regular file", path)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return Secret{}, fmt.Errorf("%s has mode %04o and can be reached by others; run chmod 600 on it", path, mode)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	if err != nil {
		return Secret{}, err
	}
	if len(text) > maxSecret {
		return Secret{}, fmt.Errorf("%s is too long for a secret", path)
	}
	text = bytes.TrimSuffix(text, []byte("\n"))
	if len(text) == 0 {
		return Secret{}, fmt.Errorf("%s is empty", path)
	}
	return Secret{text}, nil
}

// readHeaderSecret is ReadSecret for a secret that travels in a header, where a
// second line or a space at the end would never match.
func readHeaderSecret(path string) (Secret, error) {
	s, err := ReadSecret(path)
	if err != nil {
		return Secret{}, err
	}
	for _, c := range s.text {
		if c <= ' ' || c > '~' {
			return Secret{}, errors.New(path + " holds a space, a line break or another character that a header cannot carry; make it with openssl rand -hex 32")
		}
	}
	return s, nil
}
