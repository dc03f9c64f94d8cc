package boltstore

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
)

// meta is one of the two roots of a bbolt file. The one with the higher
// transaction counts, if it is whole: the other is from the commit before.
type meta struct {
	pageSize uint32
	root     uint64
	freelist uint64
	pages    uint64 // in use; the file may be longer
	txid     uint64
}

func parseMeta(page []byte) (meta, error) {
	b := page[pageHeader:]
	u32, u64 := binary.NativeEndian.Uint32, binary.NativeEndian.Uint64
	sum := fnv.New64a()
	sum.Write(b[:metaSize-8])
	switch {
	case u32(b) != metaMagic:
		return meta{}, errNotBolt
	case u32(b[4:]) > metaVersion:
		return meta{}, errBoltNew
	case sum.Sum64() != u64(b[metaSize-8:]):
		return meta{}, fmt.Errorf("%w: a root is damaged", errBadPages)
	}
	m := meta{pageSize: u32(b[8:]), root: u64(b[16:]), freelist: u64(b[32:]), pages: u64(b[40:]), txid: u64(b[48:])}
	if m.pageSize < 1024 || m.pageSize > 1<<16 || m.pageSize&(m.pageSize-1) != 0 {
		return meta{}, fmt.Errorf("%w: pages of %d bytes", errBadPages, m.pageSize)
	}
	return m, nil
}

// readMeta finds the root that bbolt will use. The second one lies one page
// behind the first, whose size it says itself.
func readMeta(r io.ReaderAt) (meta, error) {
	buf := make([]byte, pageHeader+metaSize)
	at := func(offset int64) (meta, error) {
		if _, err := r.ReadAt(buf, offset); err != nil && err != io.EOF {
			return meta{}, err
		}
		return parseMeta(buf)
	}
	first, firstErr := at(0)
	if firstErr == nil {
		second, err := at(int64(first.pageSize))
		if err == nil && second.pageSize == first.pageSize && second.txid > first.txid {
			return second, nil
		}
		return first, nil
	}
	for size := int64(1024); size <= 1<<16; size *= 2 {
		clear(buf)
		if second, err := at(size); err == nil && int64(second.pageSize) == size {
			return second, nil
		}
	}
	return meta{}, firstErr
}
