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
