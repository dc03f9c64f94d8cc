package noncelog

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// scan reads a segment from its beginning and gives each record to keep. m is
// what the manifest says of it.
//
// In a sealed segment every byte must be right. In the last one, what follows
// the durable records may be what a crash left of a batch that nobody was told
// about, and is not counted:
//
//   - a part of a record at the end of the file: a write that was cut off;
//   - a record of nothing but zeros, and all behind it: a sector that did not
//     reach the disk before the power failed.
//
// Anything else that is wrong is damage, and so are these two where a later
// record, or the manifest, proves that there was a durable one.
func scan(dir, storeID string, m listed, keep func(record)) (*segment, error) {
	s := &segment{path: segmentPath(dir, m.seq), seq: m.seq}
	f, err := os.Open(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, damaged(s.path, 0, "the file is missing")
	}
	if err != nil {
		return nil, fmt.Errorf("reading nonces: %w", err)
	}
	defer f.Close()
	whole, err := s.size(f, m)
	if err != nil {
		return nil, err
	}
	r := bufio.NewReaderSize(f, 256<<10)
	header := make([]byte, headerSize)
	if _, err := io.ReadFull(r, header); err != nil {
		return nil, fmt.Errorf("reading %s: %w", s.path, err)
	}
	if s.crc, err = checkHeader(header, s.path, storeID, m.seq); err != nil {
		return nil, err
	}
	if err := s.scanRecords(r, whole, m, keep); err != nil {
		return nil, err
	}
	return s, nil
}

// size returns how many whole records the file has room for.
func (s *segment) size(f *os.File, m listed) (uint32, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, fmt.Errorf("reading nonces: %w", err)
	}
	size := info.Size()
	want := headerSize + recordSize*int64(m.records)
	switch {
	case size < want:
		return 0, damaged(s.path, size, "the file was cut off")
	case m.sealed && size > want:
		return 0, damaged(s.path, want, "the file goes on behind its last record")
	case size > headerSize+recordSize*int64(maxIndex):
		return 0, damaged(s.path, size, "the file is too long")
	}
	return uint32((size - headerSize) / recordSize), nil
}

func (s *segment) scanRecords(r io.Reader, whole uint32, m listed, keep func(record)) error {
	var (
		b      [recordSize]byte
		hole   = whole     // the first record that never reached the disk
		proven = m.records // all records below this one were durable
	)
	for i := range whole {
		if _, err := io.ReadFull(r, b[:]); err != nil {
			return fmt.Errorf("reading %s: %w", s.path, err)
		}
		rec, ok := decodeRecord(b[:], s.crc, i)
		switch {
		case ok && i < hole:
			s.note(rec)
			keep(rec)
			fallthrough
		case ok:
			proven = max(proven, rec.batch)
		case b == [recordSize]byte{}:
			hole = min(hole, i)
		default:
			return damaged(s.path, headerSize+recordSize*int64(i), "a record's checksum is wrong")
		}
	}
	if hole < proven {
		return damaged(s.path, headerSize+recordSize*int64(hole), "a record was overwritten with zeros")
	}
	return nil
}
