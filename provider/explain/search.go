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
	parameterCost = 300
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
func (s *search) single(m *model, all []step, causes int) (match, bool) {
	if !slices.ContainsFunc(s.locks, func(l lock) bool { return len(l.causes) == causes && l.hash != 0 }) {
		return match{}, false
	}
	for _, st := range all {
		if s.spent() {
			return match{}, false
		}
		one := *m
		if !st.edit(&one) {
			continue
		}
		if l, ok := s.try(&one, causes); ok && l.hash != 0 {
			return match{steps: []step{st}, lock: l, base: string(s.buf)}, true
		}
	}
	return match{}, false
}

// pairs takes two steps of different variations.
func (s *search) pairs(m *model, all []step) (match, bool) {
	if len(s.locks) == 0 || len(s.locks[0].causes) > 0 || s.locks[0].hash == 0 {
		return match{}, false
	}
	for i, first := range all {
		one := *m
		if !first.edit(&one) {
			continue
		}
		for _, second := range all[i+1:] {
			if s.spent() {
				return match{}, false
			}
			if second.variation == first.variation {
				continue
			}
			two := one
			if !second.edit(&two) {
				continue
			}
			if l, ok := s.try(&two, 0); ok {
				return match{steps: []step{first, second}, lock: l, base: string(s.buf)}, true
			}
		}
	}
	return match{}, false
}

// reproduce finds the steps that lead to a base string, whatever was signed.
func (s *search) reproduce(m *model, f *facts, theirs string) ([]step, bool) {
	all := steps(m, f)
	is := func(m *model) bool {
		s.build(m)
		return string(s.buf) == theirs
	}
	for _, st := range all {
		if s.spent() {
			return nil, false
		}
		one := *m
		if st.edit(&one) && is(&one) {
			return []step{st}, true
		}
	}
	for i, first := range all {
		one := *m
		if !first.edit(&one) {
			continue
		}
		for _, second := range all[i+1:] {
			if s.spent() {
				return nil, false
			}
			two := one
			if second.variation != first.variation && second.edit(&two) && is(&two) {
				return []step{first, second}, true
			}
		}
	}
	return nil, false
}
