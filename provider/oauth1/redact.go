package oauth1

import (
	"fmt"
	"io"
)

// What holds secrets prints as this word, whatever the verb: %v, %+v and %#v,
// log/slog and encoding/json.
const redacted = "[redacted]"

// Format prints [redacted].
func (Keys) Format(s fmt.State, _ rune) { io.WriteString(s, redacted) }

// MarshalText returns [redacted].
func (Keys) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// Format prints [redacted].
func (Signer) Format(s fmt.State, _ rune) { io.WriteString(s, redacted) }

// MarshalText returns [redacted].
func (Signer) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// Format prints [redacted].
func (Message) Format(s fmt.State, _ rune) { io.WriteString(s, redacted) }

// MarshalText returns [redacted].
func (Message) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// Format prints [redacted].
func (Request) Format(s fmt.State, _ rune) { io.WriteString(s, redacted) }

// MarshalText returns [redacted].
func (Request) MarshalText() ([]byte, error) { return []byte(redacted), nil }
