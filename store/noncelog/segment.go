package noncelog

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
)

const (
	segmentMagic  = "o1nonces"
	formatVersion = 1
	headerSize    = 512
	recordSize    = 64

	// maxStoreID is what a header has room for.
	maxStoreID = 200
)

var crcTable = crc32.MakeTable(crc32.Castagnoli)

// segment is one file of records, in the order of their arrival. All numbers
// are little endian. It begins with a header:
//
//	0    magic "o1nonces"
//	8    format version, uint32
//	12   record size, uint32
//	16   sequence number of this segment, uint64
//	24   length of the store id, uint32
//	28   store id, zeros up to 508
//	508  CRC32C of bytes 0 to 507, uint32
//
// and goes on with records of 64 bytes, so that none crosses a disk sector:
//
//	0    index of this record in the file, uint32
//	4    index of the first record of its batch, uint32
//	8    timestamp of the request, Unix seconds, int64
//	16   when it was recorded, Unix milliseconds, int64
//	24   key, 16 bytes
//	40   repeat, 16 bytes
//	56   zeros
//	60   CRC32C of bytes 0 to 59, continued from the header's, uint32
//
// A batch is what one write and one sync put on disk. A batch is begun only
// after the one before it is durable, so every valid record proves that all
// records below the first of its batch were durable once. That tells a torn
// tail from damage: see scan.
type segment struct {
	path    string
	seq     uint64
	crc     uint32 // of the header: binds each record to this file
	f       *os.File
	records uint32
	max     int64 // newest timestamp in the file
	began   int64 // Unix seconds at which its first record came, 0 when empty
}

// record is one durable nonce.
type record struct {
	Entry
	at    int64 // Unix milliseconds
	batch uint32
}

func segmentPath(dir string, seq uint64) string {
	return filepath.Join(dir, fmt.Sprintf("%012d%s", seq, segmentSuffix))
}

const segmentSuffix = ".nonces"

// end is the offset behind the last durable record.
func (s *segment) end() int64 { return headerSize + recordSize*int64(s.records) }

// note takes a record that is durable into account.
func (s *segment) note(r record) {
	if s.records == 0 {
		s.began = r.at / 1000
	}
	s.records++
	s.max = max(s.max, r.Timestamp)
}

// encodeHeader makes a segment's header and returns it with its checksum.
func encodeHeader(storeID string, seq uint64) ([]byte, uint32) {
	b := make([]byte, headerSize)
	copy(b, segmentMagic)
	binary.LittleEndian.PutUint32(b[8:], formatVersion)
	binary.LittleEndian.PutUint32(b[12:], recordSize)
	binary.LittleEndian.PutUint64(b[16:], seq)
	binary.LittleEndian.PutUint32(b[24:], uint32(len(storeID)))
	copy(b[28:], storeID)
	crc := crc32.Checksum(b[:headerSize-4], crcTable)
	binary.LittleEndian.PutUint32(b[headerSize-4:], crc)
	return b, crc
}

// checkHeader returns the header's checksum if it is that of the given segment.
func checkHeader(b []byte, path, storeID string, seq uint64) (uint32, error) {
	crc := crc32.Checksum(b[:headerSize-4], crcTable)
	n := binary.LittleEndian.Uint32(b[24:])
	switch {
	case string(b[:8]) != segmentMagic:
		return 0, damaged(path, 0, "not a nonce segment")
	case crc != binary.LittleEndian.Uint32(b[headerSize-4:]) || n > maxStoreID:
		return 0, damaged(path, 0, "the header's checksum is wrong")
	case binary.LittleEndian.Uint32(b[8:]) != formatVersion:
		return 0, fmt.Errorf("%w: %s; run the version that wrote it", ErrNewer, path)
	case string(b[28:28+n]) != storeID:
		return 0, foreign(path, string(b[28:28+n]), storeID)
	case binary.LittleEndian.Uint64(b[16:]) != seq:
		return 0, damaged(path, 16, "the header is that of another segment")
	}
	return crc, nil
}

// appendRecord encodes r as the record with that index.
func appendRecord(b []byte, headerCRC, index uint32, r record) []byte {
	start := len(b)
	b = binary.LittleEndian.AppendUint32(b, index)
	b = binary.LittleEndian.AppendUint32(b, r.batch)
	b = binary.LittleEndian.AppendUint64(b, uint64(r.Timestamp))
	b = binary.LittleEndian.AppendUint64(b, uint64(r.at))
	b = append(b, r.Key[:]...)
	b = append(b, r.Repeat[:]...)
	b = append(b, 0, 0, 0, 0)
	return binary.LittleEndian.AppendUint32(b, crc32.Update(headerCRC, crcTable, b[start:]))
}

// decodeRecord reports whether b is the valid record with that index.
func decodeRecord(b []byte, headerCRC, index uint32) (record, bool) {
	if crc32.Update(headerCRC, crcTable, b[:60]) != binary.LittleEndian.Uint32(b[60:]) {
		return record{}, false
	}
	var r record
	r.batch = binary.LittleEndian.Uint32(b[4:])
	r.Timestamp = int64(binary.LittleEndian.Uint64(b[8:]))
	r.at = int64(binary.LittleEndian.Uint64(b[16:]))
	copy(r.Key[:], b[24:])
	copy(r.Repeat[:], b[40:])
	return r, binary.LittleEndian.Uint32(b) == index && r.batch <= index
}
