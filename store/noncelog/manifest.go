package noncelog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

const (
	manifestName  = "manifest"
	manifestMagic = "o1nonce="
	slotSize      = 4096
	manifestHead  = 256

	// maxSegments is how many fit into a manifest. With 64 MiB each they hold
	// more nonces than memory does.
	maxSegments = 128
)

// manifest is the root of a log: whose it is, how far back it has forgotten,
// and which segments it consists of. A segment is durable before the manifest
// names it, and is deleted after the manifest does not name it any more; so a
// named one that is absent was lost, and one that is not named is left over.
//
// The file holds it twice, at 0 and at 4096. Both copies are overwritten in
// place, each synced before the next is touched: one is whole at any time, and
// a full disk does not stand in the way of deleting segments. Little endian:
//
//	0     magic "o1nonce="
//	8     format version, uint32
//	12    number of segments, uint32
//	16    generation, uint64; the copy with the higher one counts
//	24    floor: timestamps up to this one are refused, int64
//	32    length of the store id, uint32
//	36    store id, zeros up to 256
//	256   per segment: sequence number, uint64; records, uint32; 1 if sealed, uint32
//	4092  CRC32C of bytes 0 to 4091, uint32
type manifest struct {
	storeID    string
	version    uint32
	generation uint64
	floor      int64
	segments   []listed // in the order of their sequence numbers
}

// listed is what a manifest says of a segment. A sealed one has exactly that
// many records, the last one, which alone is not sealed, at least so many.
type listed struct {
	seq     uint64
	records uint32
	sealed  bool
}

func manifestPath(dir string) string { return filepath.Join(dir, manifestName) }

func (m manifest) encode() []byte {
	b := make([]byte, slotSize)
	copy(b, manifestMagic)
	binary.LittleEndian.PutUint32(b[8:], formatVersion)
	binary.LittleEndian.PutUint32(b[12:], uint32(len(m.segments)))
	binary.LittleEndian.PutUint64(b[16:], m.generation)
	binary.LittleEndian.PutUint64(b[24:], uint64(m.floor))
	binary.LittleEndian.PutUint32(b[32:], uint32(len(m.storeID)))
	copy(b[36:], m.storeID)
	for i, s := range m.segments {
		e := b[manifestHead+16*i:]
		binary.LittleEndian.PutUint64(e, s.seq)
		binary.LittleEndian.PutUint32(e[8:], s.records)
		if s.sealed {
			e[12] = 1
		}
	}
	binary.LittleEndian.PutUint32(b[slotSize-4:], crc32.Checksum(b[:slotSize-4], crcTable))
	return b
}

// decodeManifest reads one copy. What it says is trusted once its checksum is
// right, except for what would make us read past its end.
func decodeManifest(b []byte) (manifest, bool) {
	n, id := binary.LittleEndian.Uint32(b[12:]), binary.LittleEndian.Uint32(b[32:])
	if string(b[:8]) != manifestMagic || n > maxSegments || id > maxStoreID ||
		crc32.Checksum(b[:slotSize-4], crcTable) != binary.LittleEndian.Uint32(b[slotSize-4:]) {
		return manifest{}, false
	}
	m := manifest{
		storeID:    string(b[36 : 36+id]),
		version:    binary.LittleEndian.Uint32(b[8:]),
		generation: binary.LittleEndian.Uint64(b[16:]),
		floor:      int64(binary.LittleEndian.Uint64(b[24:])),
	}
	for i := range n {
		e := b[manifestHead+16*i:]
		m.segments = append(m.segments, listed{
			seq:     binary.LittleEndian.Uint64(e),
			records: binary.LittleEndian.Uint32(e[8:]),
			sealed:  e[12] == 1,
		})
	}
	return m, true
}

// readManifest finds the copy that counts, and says at which offset the other
// one is if it differs, else -1. One copy may be torn by a crash while it was
// written; what it was about to say had not been acted upon.
func readManifest(dir, storeID string) (m manifest, behind int64, err error) {
	path := manifestPath(dir)
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return manifest{}, -1, noManifest(dir)
	}
	if err != nil {
		return manifest{}, -1, fmt.Errorf("reading nonces: %w", err)
	}
	defer f.Close()
	b := make([]byte, 2*slotSize)
	if _, err := io.ReadFull(f, b); err != nil {
		return manifest{}, -1, damaged(path, 0, "the file was cut off")
	}
	m, behind, ok := newer(b[:slotSize], b[slotSize:])
	switch {
	case !ok:
		return manifest{}, -1, damaged(path, 0, "both copies are damaged")
	case m.version != formatVersion:
		return manifest{}, -1, fmt.Errorf("%w: %s; run the version that wrote it", ErrNewer, path)
	case m.storeID != storeID:
		return manifest{}, -1, foreign(path, m.storeID, storeID)
	}
	return m, behind, m.plausible(path)
}

// newer decodes the copy that counts.
func newer(first, second []byte) (m manifest, behind int64, ok bool) {
	a, okA := decodeManifest(first)
	b, okB := decodeManifest(second)
	switch {
	case okB && (!okA || b.generation > a.generation):
		return b, 0, true
	case okA && okB && a.generation == b.generation:
		return a, -1, true
	}
	return a, slotSize, okA
}

// plausible checks what no checksum can: that a correct program wrote it.
func (m manifest) plausible(path string) error {
	for i, s := range m.segments {
		if i > 0 && s.seq <= m.segments[i-1].seq || !s.sealed && i != len(m.segments)-1 {
			return damaged(path, manifestHead+16*int64(i), "the segments are out of order")
		}
	}
	return nil
}

// noManifest tells a directory without a log from one that has lost its root.
func noManifest(dir string) error {
	names, err := segmentNames(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return missing(dir, "does not exist")
	case err != nil:
		return fmt.Errorf("reading nonces: %w", err)
	case len(names) > 0:
		return damaged(manifestPath(dir), 0, "the file is missing beside its segments")
	}
	return missing(dir, "holds no nonce log")
}

// segmentNames returns the names of all files in dir that look like segments.
func segmentNames(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if filepath.Ext(e.Name()) == segmentSuffix {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// write makes m durable in the open manifest file. If not even the first copy
// could be written for want of room, the old one still counts; every other
// error leaves the log with an unknown manifest, and is errUnknown.
func (m manifest) write(d disk, f *os.File) error {
	b := m.encode()
	for i := range int64(2) {
		_, err := d.writeAt(f, b, i*slotSize)
		if err != nil && noRoom(err) && i == 0 {
			return fmt.Errorf("writing manifest: %w", err)
		}
		if err == nil {
			err = d.sync(f)
		}
		if err != nil {
			return fmt.Errorf("writing manifest: %w: %w", errUnknown, err)
		}
	}
	return nil
}

// heal brings the copy at offset behind up to date. As long as it is not, a crash
// in the middle of the next write would leave the one before the last to count,
// and what was recorded in the segments since then would be lost.
func (m manifest) heal(d disk, f *os.File, behind int64) error {
	if behind < 0 {
		return nil
	}
	if _, err := d.writeAt(f, m.encode(), behind); err != nil {
		return err
	}
	return d.sync(f)
}

// with returns the manifest that follows m.
func (m manifest) with(floor int64, segments []listed) manifest {
	m.generation++
	m.floor = max(m.floor, floor)
	m.segments = slices.Clone(segments)
	return m
}
