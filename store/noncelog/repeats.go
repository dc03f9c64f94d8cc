package noncelog

import "time"

// repeats remembers for a short time which question each nonce came with. Times
// are measured from the opening of the log, so that they are monotonic when the
// clock is. Guarded by Log.mu.
type repeats struct {
	keep  time.Duration
	heard map[Key]question
	order []Key // in the order of their times, the oldest first
	first int   // where order begins
}

// question is who asked about a nonce, and when.
type question struct {
	repeat [16]byte
	at     time.Duration
}

// sameAs reports whether a question that comes at now is q again. A clock that
// was set back by more than keep makes all old questions unknown.
func (q question) sameAs(repeat [16]byte, now, keep time.Duration) bool {
	return repeat != [16]byte{} && repeat == q.repeat && (now-q.at).Abs() <= keep
}

func newRepeats(keep time.Duration) repeats {
	return repeats{keep: keep, heard: make(map[Key]question)}
}

func (r *repeats) add(k Key, q question) {
	if q.repeat == [16]byte{} {
		return
	}
	if _, known := r.heard[k]; !known {
		r.order = append(r.order, k)
	}
	r.heard[k] = q
}

// verdict is the answer about a durable nonce.
func (r *repeats) verdict(k Key, repeat [16]byte, now time.Duration) Verdict {
	if q, ok := r.heard[k]; ok && q.sameAs(repeat, now, r.keep) {
		return Repeat
	}
	return Used
}

// forget drops what is too old to matter.
func (r *repeats) forget(now time.Duration) {
	for r.first < len(r.order) {
		k := r.order[r.first]
		if (now - r.heard[k].at).Abs() <= r.keep {
			break
		}
		delete(r.heard, k)
		r.first++
	}
	if r.first == len(r.order) && r.first > 0 {
		// A map does not shrink by itself; after a rush it would stay large.
		*r = newRepeats(r.keep)
		return
	}
	if r.first > len(r.order)/2 {
		r.order = append(r.order[:0], r.order[r.first:]...)
		r.first = 0
	}
}
