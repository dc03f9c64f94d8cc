package noncelog

import "time"

// memory is what the log remembers: durable nonces by their timestamps. Its
// fields are guarded by Log.mu.
type memory struct {
	span    int64 // seconds of timestamps in a bucket
	buckets map[int64]*bucket
	live    int

	// floor is the newest timestamp that was forgotten. It never sinks.
	floor int64
}

// bucket holds the nonces of one span of timestamps.
type bucket struct {
	keys     keySet
	min, max int64
}

func newMemory(span time.Duration, floor int64) memory {
	return memory{
		span:    max(1, int64(span/time.Second)),
		buckets: make(map[int64]*bucket),
		// Timestamps are positive, so that the arithmetic on them is plain.
		floor: max(0, floor),
	}
}

func (m *memory) has(k Key, timestamp int64) bool {
	b := m.buckets[timestamp/m.span]
	return b != nil && b.keys.has(k)
}

// add remembers the nonce, unless it may be forgotten already.
func (m *memory) add(k Key, timestamp int64) {
	if timestamp <= m.floor {
		return
	}
	b := m.buckets[timestamp/m.span]
	if b == nil {
		b = &bucket{min: timestamp, max: timestamp}
		m.buckets[timestamp/m.span] = b
	}
	b.min, b.max = min(b.min, timestamp), max(b.max, timestamp)
	if b.keys.add(k) {
		m.live++
	}
}

// forget drops every bucket that lies below the horizon as a whole. The floor
// rises to the newest timestamp that was really there, not to the horizon: a
// clock that was wrong for an hour must not refuse an hour of good requests.
func (m *memory) forget(horizon int64) {
	for at, b := range m.buckets {
		if b.max >= horizon {
			continue
		}
		m.floor = max(m.floor, b.max)
		m.live -= b.keys.len()
		delete(m.buckets, at)
	}
}

// oldest returns the smallest timestamp that is remembered, 0 if there is none.
func (m *memory) oldest() int64 {
	var t int64
	for _, b := range m.buckets {
		if t == 0 || b.min < t {
			t = b.min
		}
	}
	return t
}
