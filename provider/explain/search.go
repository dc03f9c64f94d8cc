package explain

import (
	"context"
	"slices"
)

// Bounds of one search. A signature over a usual base string takes a microsecond
// or two; the octets bound what a huge form costs.
const (
	defaultBudget = 20_000
	maxOctets     = 24 << 20

	// What it costs to encode and sort one parameter, in octets hashed.
	parameterCost = 100
)

// A search looks for the base string and the lock that have made a signature.
type search struct {
	ctx    context.Context
	locks  []lock
	budget int
	octets int
	tried  int
	asked  int // how often spent was
	gone   bool
	buf    []byte
}

// A match is what was found.
type match struct {
	steps []step
	lock  *lock
	base  string
}

func (s *search) spent() bool {
	s.asked++
	s.gone = s.gone || s.asked%64 == 1 && s.ctx.Err() != nil
	return s.gone || s.tried >= s.budget || s.octets >= maxOctets
}

// build makes the base string of m and charges for it.
func (s *search) build(m *model) {
	if m.section == nil {
		s.octets += parameterCost * len(m.pairs)
	}
	s.buf = m.appendBase(s.buf[:0])
	s.octets += len(s.buf) / 2
}

// try tries the locks with so many causes on the base string of m.
func (s *search) try(m *model, causes int) (*lock, bool) {
	s.build(m)
	for i := range s.locks {
		l := &s.locks[i]
		if len(l.causes) > causes || s.spent() {
			break // they are sorted
		}
		if len(l.causes) < causes {
			continue
		}
		s.tried++
		s.octets += len(s.buf)
		if l.opens(s.buf) {
			return l, true
		}
	}
	return nil, false
}

// run finds the match with the fewest causes: of the request as it is, of one
// step, of two.
func (s *search) run(m *model, f *facts) (match, bool) {
	for causes := range 2 {
		if l, ok := s.try(m, causes); ok {
			return match{lock: l, base: string(s.buf)}, true
		}
	}
	all := steps(m, f)
	if found, ok := s.single(m, all, 0); ok {
		return found, true
	}
	if l, ok := s.try(m, 2); ok {
		return match{lock: l, base: string(s.buf)}, true
	}
	if found, ok := s.single(m, all, 1); ok {
		return found, true
	}
	return s.pairs(m, all)
}

// single takes one step, and tries the locks with so many causes.
func (s *search) single(m *model, all []step, causes int) (found match, ok bool) {
	if !slices.ContainsFunc(s.locks, func(l lock) bool { return len(l.causes) == causes && l.hash != 0 }) {
		return match{}, false
	}
	ok = s.one(m, all, func(m *model, taken []step) bool {
		l, ok := s.try(m, causes)
		if ok = ok && l.hash != 0; ok {
			found = match{steps: taken, lock: l, base: string(s.buf)}
		}
		return ok
	})
	return found, ok
}

// pairs takes two steps of different variations.
func (s *search) pairs(m *model, all []step) (found match, ok bool) {
	if len(s.locks) == 0 || len(s.locks[0].causes) > 0 || s.locks[0].hash == 0 {
		return match{}, false
	}
	ok = s.two(m, all, func(m *model, taken []step) bool {
		l, ok := s.try(m, 0)
		if ok {
			found = match{steps: taken, lock: l, base: string(s.buf)}
		}
		return ok
	})
	return found, ok
}

// reproduce finds the steps that lead to a base string, whatever was signed.
func (s *search) reproduce(m *model, f *facts, theirs string) (found []step, ok bool) {
	all := steps(m, f)
	is := func(m *model, taken []step) bool {
		s.build(m)
		found = taken
		return string(s.buf) == theirs
	}
	ok = s.one(m, all, is) || s.two(m, all, is)
	return found, ok
}

// one shows visit what each step makes of m, until visit has seen enough.
func (s *search) one(m *model, all []step, visit func(*model, []step) bool) bool {
	for i, st := range all {
		if s.spent() {
			return false
		}
		changed := *m
		if st.edit(&changed) && visit(&changed, all[i:i+1]) {
			return true
		}
	}
	return false
}

// two shows visit what two steps of different variations make of m.
func (s *search) two(m *model, all []step, visit func(*model, []step) bool) bool {
	for i, first := range all {
		changed := *m
		if !first.edit(&changed) {
			continue
		}
		for _, second := range all[i+1:] {
			if s.spent() {
				return false
			}
			twice := changed
			if second.variation != first.variation && second.edit(&twice) && visit(&twice, []step{first, second}) {
				return true
			}
		}
	}
	return false
}
