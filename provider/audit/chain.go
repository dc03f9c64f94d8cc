package audit

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// A Head names the newest line of a log: its number and its MAC. It is no
// secret.
type Head struct {
	Seq uint64
	MAC string
}

// birth is the head before the first line.
var birth = Head{MAC: strings.Repeat("0", 2*sha256.Size)}

// String returns a form for logs and command lines.
func (h Head) String() string { return fmt.Sprintf("%d:%s", h.Seq, h.MAC) }

// ParseHead reads what String returns.
func ParseHead(s string) (Head, error) {
	var h Head
	if _, err := fmt.Sscanf(s, "%d:%64s", &h.Seq, &h.MAC); err != nil || h.String() != s || len(h.MAC) != len(birth.MAC) {
		return Head{}, errors.New("a head has the form NUMBER:MAC")
	}
	return h, nil
}

// A record is a line without its MAC. Its texts cannot break the line, because
// encoding/json escapes them; keys of Details are sorted by it.
type record struct {
	Seq       uint64            `json:"seq"`
	Time      time.Time         `json:"time"`
	Action    Action            `json:"action"`
	Actor     string            `json:"actor"`
	Object    string            `json:"object"`
	Outcome   string            `json:"outcome"`
	Details   map[string]string `json:"details,omitempty"`
	RequestID string            `json:"request_id,omitempty"`
	Prev      string            `json:"prev"`
}

const (
	macLabel = `,"mac":"`
	macEnd   = `"}`
	macSize  = len(macLabel) + 2*sha256.Size + len(macEnd)
)

// chain knows the key and the newest line.
type chain struct {
	key  []byte
	head Head
}

const minKey = 16

func newChain(key []byte) (chain, error) {
	if len(key) < minKey {
		return chain{}, fmt.Errorf("audit key has %d bytes, fewer than %d", len(key), minKey)
	}
	return chain{key: bytes.Clone(key), head: birth}, nil
}

// link appends e's line to out and makes it the head.
func (c *chain) link(out []byte, e Event, at time.Time) ([]byte, error) {
	if e.Outcome == "" {
		e.Outcome = OK
	}
	body, err := json.Marshal(record{
		Seq:       c.head.Seq + 1,
		Time:      at.UTC().Truncate(time.Millisecond),
		Action:    e.Action,
		Actor:     e.Actor,
		Object:    e.Object,
		Outcome:   e.Outcome,
		Details:   e.Details,
		RequestID: e.RequestID,
		Prev:      c.head.MAC,
	})
	if err != nil {
		return out, fmt.Errorf("encoding: %w", err)
	}
	body = body[:len(body)-1] // the closing brace moves behind the MAC
	c.head = Head{Seq: c.head.Seq + 1, MAC: c.mac(body)}
	out = append(out, body...)
	out = append(out, macLabel...)
	out = append(out, c.head.MAC...)
	out = append(out, macEnd...)
	return append(out, '\n'), nil
}

func (c *chain) mac(body []byte) string {
	h := hmac.New(sha256.New, c.key)
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

var errEdited = errors.New("the line was edited, or written with another key")

// read returns the record of a line without its line break, and its MAC. The
// MAC is over the bytes as they stand, so nothing is normalized before it is
// known to be ours.
func (c *chain) read(line []byte) (record, Head, error) {
	at := len(line) - macSize
	if at < 0 {
		return record{}, Head{}, errEdited
	}
	body, tail := line[:at], string(line[at:])
	want := macLabel + c.mac(body) + macEnd
	if !hmac.Equal([]byte(tail), []byte(want)) {
		return record{}, Head{}, errEdited
	}
	var r record
	if err := json.Unmarshal(append(bytes.Clone(body), '}'), &r); err != nil {
		return record{}, Head{}, errEdited
	}
	return r, Head{Seq: r.Seq, MAC: tail[len(macLabel) : len(tail)-len(macEnd)]}, nil
}
