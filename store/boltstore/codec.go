package boltstore

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// A record is a version byte, its fields in the order in which encode names
// them, and a CRC32C over its bucket, its key and all before. A number is a
// varint; a text is its length as a uvarint and its bytes; a list is its length
// and its elements. The key is not repeated in the record.
//
// The checksum tells a record that rotted, or that a damaged page shows under
// another key, from a right one: bbolt has none of its own on data pages. It is
// no protection against an attacker, which is what sealing is for.

//
// A later version adds fields at the end, so that earlier records can be read.

const (
	firstVersion  = 1
	recordVersion = 3 // 2: consumers with rotation and profiles, tokens with sessions; 3: scopes, proposals, users of other sources
)

var crcTable = crc32.MakeTable(crc32.Castagnoli)

// errCodec is a value that decodes to no record.
var errCodec = errors.New("a record does not decode")

type encoder struct{ b []byte }

func newEncoder() *encoder { return &encoder{append(make([]byte, 0, 256), recordVersion)} }

func (e *encoder) number(v int64)  { e.b = binary.AppendVarint(e.b, v) }
func (e *encoder) count(v uint64)  { e.b = binary.AppendUvarint(e.b, v) }
func (e *encoder) raw(v []byte)    { e.b = append(e.b, v...) }
func (e *encoder) bytes(v []byte)  { e.count(uint64(len(v))); e.raw(v) }
func (e *encoder) string(v string) { e.count(uint64(len(v))); e.b = append(e.b, v...) }

func (e *encoder) strings(v []string) {
	e.count(uint64(len(v)))
	for _, s := range v {
		e.string(s)
	}
}

// flags must come first: peek reads it without decoding the rest.
func (e *encoder) flags(v ...bool) {
	var b byte
	for i, set := range v {
		if set {
			b |= 1 << i
		}
	}
	e.b = append(e.b, b)
}

// finish appends the checksum.
func (e *encoder) finish(b bucket, key []byte) []byte {
	return binary.BigEndian.AppendUint32(e.b, checksum(b, key, e.b))
}

// checksum begins with the bucket and the length of the key, so that a key is not
// taken for the beginning of a record.
func checksum(b bucket, key, body []byte) uint32 {
	crc := crc32.Update(uint32(b)<<24^uint32(len(key)), crcTable, key)
	return crc32.Update(crc, crcTable, body)
}

// verified returns the record without its checksum, if that is right. It is
// still the mapped memory of the file: nothing of it may outlive the transaction.
func verified(b bucket, key, value []byte) ([]byte, error) {
	n := len(value) - 4
	if n < 2 || checksum(b, key, value[:n]) != binary.BigEndian.Uint32(value[n:]) || value[0] < firstVersion || value[0] > recordVersion {
		return nil, errCodec
	}
	return value[:n], nil
}

// decoder reads a record. The texts of one record share one copy of it. After
// an error all it returns is empty, and done tells.
type decoder struct {
	mapped []byte // the record in the file's memory
	text   string // a copy
	at     int
	bad    bool
}

// since reports whether the record has the fields that a version has added.
func (d *decoder) since(version byte) bool { return d.mapped[0] >= version }

func newDecoder(body []byte) *decoder { return &decoder{mapped: body, text: string(body), at: 1} }

func (d *decoder) number() int64 {
	v, n := binary.Varint(d.mapped[d.at:])
	return int64(d.step(uint64(v), n))
}

func (d *decoder) count() uint64 {
	v, n := binary.Uvarint(d.mapped[d.at:])
	return d.step(v, n)
}

func (d *decoder) step(v uint64, n int) uint64 {
	if n <= 0 || d.bad {
		d.bad = true
		return 0
	}
	d.at += n
	return v
}

func (d *decoder) string() string {
	n := d.count()
	if d.bad || n > uint64(len(d.text)-d.at) {
		d.bad = true
		return ""
	}
	d.at += int(n)
	return d.text[d.at-int(n) : d.at]
}

func (d *decoder) bytes() []byte {
	s := d.string()
	if s == "" {
		return nil
	}
	return []byte(s)
}

func (d *decoder) strings() []string {
	n := d.count()
	if d.bad || n > uint64(len(d.text)-d.at) { // each element takes a byte at least
		d.bad = true
		return nil
	}
	if n == 0 {
		return nil
	}
	list := make([]string, n)
	for i := range list {
		list[i] = d.string()
	}
	return list
}

func (d *decoder) raw(into []byte) {
	if d.bad || len(into) > len(d.mapped)-d.at {
		d.bad = true
		return
	}
	d.at += copy(into, d.mapped[d.at:])
}

func (d *decoder) flags() byte {
	var b [1]byte
	d.raw(b[:])
	return b[0]
}

// done reports whether all was read and nothing was left.
func (d *decoder) done() error {
	if d.bad || d.at != len(d.mapped) {
		return errCodec
	}
	return nil
}
