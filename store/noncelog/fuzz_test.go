package noncelog

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"testing"
)

// What is taken for a manifest is exactly what would be written for it, so that
// no damage passes; encoding and decoding are each other's reverse.
func FuzzDecodeManifest(f *testing.F) {
	f.Add(manifest{}.encode())
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		// Readers hand over whole slots. The checksum is made to fit, or nothing
		// behind it would ever be reached.
		b := make([]byte, slotSize)
		copy(b, data)
		binary.LittleEndian.PutUint32(b[slotSize-4:], crc32.Checksum(b[:slotSize-4], crcTable))
		m, ok := decodeManifest(b)
		if !ok {
			return
		}
		again, ok := decodeManifest(m.encode())
		if !ok || !bytes.Equal(again.encode(), m.encode()) {
			t.Fatalf("got %+v, %v, want %+v", again, ok, m)
		}
	})
}

// A segment of which one byte was changed gives no record that was not written,
// and loses none without saying so.
func FuzzScanRecords(f *testing.F) {
	f.Add(uint8(3), uint16(70), byte(1))
	f.Add(uint8(1), uint16(63), byte(0x80))
	f.Add(uint8(9), uint16(0), byte(0))
	f.Fuzz(func(t *testing.T, n uint8, at uint16, flip byte) {
		const crc = 7
		var file []byte
		written := map[record]bool{}
		for i := range uint32(n) {
			r := record{at: int64(i) + 1, batch: i}
			r.Timestamp, r.Key[0] = 1_800_000_000, byte(i)
			written[r] = true
			file = appendRecord(file, crc, i, r)
		}
		if len(file) == 0 {
			return
		}
		file[int(at)%len(file)] ^= flip
		s, kept := &segment{crc: crc}, 0
		err := s.scanRecords(bytes.NewReader(file), uint32(n), listed{records: uint32(n)}, func(r record) {
			if kept++; !written[r] {
				t.Fatalf("got %+v, which nobody wrote", r)
			}
		})
		if err == nil && kept != int(n) {
			t.Fatalf("got %d of %d records and no error", kept, n)
		}
		if flip == 0 && err != nil {
			t.Fatalf("nothing was changed: %v", err)
		}
	})
}
