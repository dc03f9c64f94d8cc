package boltstore

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// bbolt trusts its file: it follows a damaged page out of the mapped memory,
// round in circles or into memory that no machine has, and each of them ends
// the process in a way that cannot be caught. So every page is looked at before
// bbolt sees the file, with plain reads: that it is what it says it is, that it
// points to pages that are there and to none twice, and that its keys are in
// order. This takes half a second for a million tokens. What it cannot see is
// whether the contents of a record are right; checksums do that, later.
//
// All numbers are in the byte order of the machine, as bbolt maps them.

const (
	pageHeader = 16 // id uint64, flags uint16, count uint16, overflow uint32
	element    = 16 // leaf: flags, offset, key, value uint32; branch: offset, key uint32, page uint64

	flagBranch   = 0x01
	flagLeaf     = 0x02
	flagFreelist = 0x10

	metaMagic   = 0xED0CDAED
	metaVersion = 2
	metaSize    = 64
	noFreelist  = ^uint64(0)

	// maxDepth is more levels than a file that fits on a disk can have.
	maxDepth = 40
)

// Reasons not to give a file to bbolt.
var (
	errNotBolt  = errors.New("it is not a bbolt file")
	errBoltNew  = errors.New("it is in a newer format of bbolt")
	errBadPages = errors.New("its pages do not fit together")
)

// survey is what was seen of a file.
type survey struct {
	r       io.ReaderAt
	m       meta
	seen    []bool // pages that something refers to
	buckets map[string]int
	records [lastBucket + 1]int // how many entries each bucket has
	leaf    []byte              // the page of a leaf, used again
	leaked  int                 // pages that nothing refers to: waste, not damage
}

// surveyPages looks at every page of the file, which is size bytes long.
func surveyPages(r io.ReaderAt, size int64) (*survey, error) {
	m, err := readMeta(r)
	if err != nil {
		return nil, err
	}
	v := &survey{r: r, m: m, buckets: make(map[string]int)}
	if m.pages < 2 || m.pages > uint64(size)/uint64(m.pageSize) {
		return nil, fmt.Errorf("%w: it was cut off: it has %d bytes and needs %d pages of %d", errBadPages, size, m.pages, m.pageSize)
	}
	v.seen = make([]bool, m.pages)
	v.seen[0], v.seen[1] = true, true
	if err := v.bucket(m.root, "", nil); err != nil {
		return nil, err
	}
	if err := v.free(); err != nil {
		return nil, err
	}
	for b, name := range bucketNames {
		v.records[b] = v.buckets[string(name)]
	}
	for _, seen := range v.seen {
		v.leaked += one(!seen)
	}
	return v, nil
}

func bad(page uint64, format string, args ...any) error {
	return fmt.Errorf("%w: page %d: %s", errBadPages, page, fmt.Sprintf(format, args...))
}

// page reads a page with what it flows over into, and takes it as referred to.
func (v *survey) page(id uint64, buf []byte) ([]byte, error) {
	if id < 2 || id >= v.m.pages {
		return nil, bad(id, "does not exist")
	}
	size := uint64(v.m.pageSize)
	if uint64(len(buf)) < size {
		buf = make([]byte, size)
	}
	if err := v.read(buf[:size], id); err != nil {
		return nil, err
	}
	if got := binary.NativeEndian.Uint64(buf); got != id {
		return nil, bad(id, "says that it is page %d", got)
	}
	more := uint64(binary.NativeEndian.Uint32(buf[12:]))
	if more >= v.m.pages-id {
		return nil, bad(id, "is longer than the file")
	}
	for i := id; i <= id+more; i++ {
		if v.seen[i] {
			return nil, bad(i, "is referred to twice")
		}
		v.seen[i] = true
	}
	whole := (more + 1) * size
	if uint64(len(buf)) >= whole {
		return buf[:whole], v.read(buf[:whole], id)
	}
	buf = make([]byte, whole)
	return buf, v.read(buf, id)
}

func (v *survey) read(buf []byte, id uint64) error {
	if _, err := v.r.ReadAt(buf, int64(id)*int64(v.m.pageSize)); err != nil {
		return fmt.Errorf("reading page %d: %w", id, err)
	}
	return nil
}

// bounds are the keys between which a page's keys must lie.
type bounds struct{ from, below []byte } // nil: none

// bucket looks at a whole bucket. name is "" for the one of buckets; a small
// bucket is not a page of its own but part of that one's value.
func (v *survey) bucket(root uint64, name string, inline []byte) error {
	if root == 0 {
		if len(inline) < pageHeader {
			return bad(0, "bucket %q is cut off", name)
		}
		return v.leafPage(0, inline, name, bounds{})
	}
	return v.tree(root, name, bounds{}, 0)
}

func (v *survey) tree(id uint64, name string, in bounds, depth int) error {
	if depth > maxDepth {
		return bad(id, "lies too deep")
	}
	buf := v.leaf
	if name == "" {
		buf = nil // the bucket of buckets is walked while others are read
	}
	p, err := v.page(id, buf)
	if err != nil {
		return err
	}
	switch flags := binary.NativeEndian.Uint16(p[8:]); flags {
	case flagLeaf:
		if name != "" {
			v.leaf = p
		}
		return v.leafPage(id, p, name, in)
	case flagBranch:
		return v.branchPage(id, bytes.Clone(p), name, in, depth)
	default:
		return bad(id, "is of no kind that belongs here: %#x", flags)
	}
}

func (v *survey) branchPage(id uint64, p []byte, name string, in bounds, depth int) error {
	n := int(binary.NativeEndian.Uint16(p[10:]))
	if n == 0 || pageHeader+n*element > len(p) {
		return bad(id, "has %d elements", n)
	}
	keys, children := make([][]byte, n), make([]uint64, n)
	for i := range n {
		at := pageHeader + i*element
		e := p[at:]
		key, err := slice(id, p, at, binary.NativeEndian.Uint32(e), binary.NativeEndian.Uint32(e[4:]))
		if err != nil {
			return err
		}
		keys[i], children[i] = key, binary.NativeEndian.Uint64(e[8:])
	}
	if err := ordered(id, keys, in); err != nil {
		return err
	}
	for i, child := range children {
		below := in.below
		if i+1 < n {
			below = keys[i+1]
		}
		if err := v.tree(child, name, bounds{keys[i], below}, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (v *survey) leafPage(id uint64, p []byte, name string, in bounds) error {
	n := int(binary.NativeEndian.Uint16(p[10:]))
	if pageHeader+n*element > len(p) || binary.NativeEndian.Uint16(p[8:]) != flagLeaf {
		return bad(id, "is no leaf with %d elements", n)
	}
	var last []byte
	for i := range n {
		at := pageHeader + i*element
		e := p[at:]
		flags, offset := binary.NativeEndian.Uint32(e), binary.NativeEndian.Uint32(e[4:])
		keySize, valueSize := binary.NativeEndian.Uint32(e[8:]), binary.NativeEndian.Uint32(e[12:])
		key, err := slice(id, p, at, offset, keySize)
		if err != nil {
			return err
		}
		value, err := slice(id, p, at+int(keySize), offset, valueSize)
		if err != nil {
			return err
		}
		switch {
		case flags != 0 && (name != "" || flags != 1) || flags == 0 && name == "":
			return bad(id, "element %d is a bucket where there must be none, or none where there must be one", i)
		case i > 0 && bytes.Compare(last, key) >= 0:
			return bad(id, "keys %d and %d are out of order", i-1, i)
		case i == 0 && bytes.Compare(key, in.from) < 0, in.below != nil && bytes.Compare(key, in.below) >= 0:
			return bad(id, "key %d belongs to another page", i)
		}
		last = key
		if name == "" {
			if err := v.child(id, string(key), value); err != nil {
				return err
			}
		}
	}
	v.buckets[name] += n
	return nil
}

// child looks at a bucket through the value of the root that stands for it.
func (v *survey) child(id uint64, name string, value []byte) error {
	if name == "" || len(value) < 16 {
		return bad(id, "bucket %q is cut off", name)
	}
	v.buckets[name] += 0
	return v.bucket(binary.NativeEndian.Uint64(value), name, value[16:])
}

// slice is size bytes at offset behind the element at at.
func slice(id uint64, p []byte, at int, offset, size uint32) ([]byte, error) {
	from := uint64(at) + uint64(offset)
	if from+uint64(size) > uint64(len(p)) {
		return nil, bad(id, "an element lies outside of it")
	}
	return p[from : from+uint64(size)], nil
}

func ordered(id uint64, keys [][]byte, in bounds) error {
	for i, key := range keys {
		switch {
		case i > 0 && bytes.Compare(keys[i-1], key) >= 0:
			return bad(id, "keys %d and %d are out of order", i-1, i)
		case i == 0 && bytes.Compare(key, in.from) < 0, in.below != nil && bytes.Compare(key, in.below) >= 0:
			return bad(id, "key %d belongs to another page", i)
		}
	}
	return nil
}

// free looks at the list of free pages. One that is in use too would be
// overwritten by the next commit.
func (v *survey) free() error {
	if v.m.freelist == noFreelist {
		return nil
	}
	p, err := v.page(v.m.freelist, nil)
	if err != nil {
		return err
	}
	if flags := binary.NativeEndian.Uint16(p[8:]); flags != flagFreelist {
		return bad(v.m.freelist, "is not a list of free pages: %#x", flags)
	}
	n, ids := uint64(binary.NativeEndian.Uint16(p[10:])), p[pageHeader:]
	if n == 0xFFFF { // too many for the header: the first element says how many
		n, ids = binary.NativeEndian.Uint64(ids), ids[8:]
	}
	if n > uint64(len(ids)/8) {
		return bad(v.m.freelist, "lists %d free pages and has room for %d", n, len(ids)/8)
	}
	for i := range n {
		id := binary.NativeEndian.Uint64(ids[8*i:])
		if id < 2 || id >= v.m.pages {
			return bad(id, "is listed as free and does not exist")
		}
		if v.seen[id] {
			return bad(id, "is in use and listed as free")
		}
		v.seen[id] = true
	}
	return nil
}
