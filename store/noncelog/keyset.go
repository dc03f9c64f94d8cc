package noncelog

import "hash/maphash"

// keySeed places keys in the tables of this process. Keys are hashes that a
// consumer can compute too; without a secret seed it could choose nonces that
// all fall into one place and make every lookup slow.
var keySeed = maphash.MakeSeed()

// keySet is a set of keys by open addressing with linear probing: 16 bytes a
// slot and nothing for the garbage collector to follow, 20 to 40 bytes a key.
// Nothing is ever taken out of it.
type keySet struct {
	slots []Key // a power of two many; the zero key marks a free one
	used  int
	zero  bool // whether the zero key itself is in the set
}

func (s *keySet) len() int {
	if s.zero {
		return s.used + 1
	}
	return s.used
}

func (s *keySet) has(k Key) bool {
	if k == (Key{}) {
		return s.zero
	}
	return len(s.slots) > 0 && s.slots[s.find(k)] == k
}

// add reports whether k was not yet in the set.
func (s *keySet) add(k Key) bool {
	if k == (Key{}) {
		isNew := !s.zero
		s.zero = true
		return isNew
	}
	if s.used*5 >= len(s.slots)*4 {
		s.grow()
	}
	i := s.find(k)
	if s.slots[i] == k {
		return false
	}
	s.slots[i] = k
	s.used++
	return true
}

// find returns the slot of k, or the free one where it belongs. The table is
// never full, so the search ends.
func (s *keySet) find(k Key) uint64 {
	mask := uint64(len(s.slots) - 1)
	i := maphash.Bytes(keySeed, k[:]) & mask
	for s.slots[i] != k && s.slots[i] != (Key{}) {
		i = (i + 1) & mask
	}
	return i
}

func (s *keySet) grow() {
	old := s.slots
	s.slots = make([]Key, max(8, 2*len(old)))
	for _, k := range old {
		if k != (Key{}) {
			s.slots[s.find(k)] = k
		}
	}
}
