package noncelog

import "time"

// Config is what may be said about a log.
type Config struct {
	// Window is how far a timestamp may lie from the clock, either way. It may
	// differ from run to run. Default: 5 minutes.
	Window time.Duration

	// RepeatFor is how long a question is recognised. Default: 10 seconds.
	RepeatFor time.Duration

	// Now is the clock. Default: time.Now.
	Now func() time.Time

	// Fatal is called once when a write or a sync has failed and what is on
	// disk is unknown; the program must end, because only a new start can find
	// out. After it every Use returns ErrFailed. A sync is never tried again:
	// the kernel may have dropped what it could not write, and the second try
	// would succeed. Default: nobody is told but the callers of Use.
	Fatal func(error)

	// MaxEntries is how many nonces are remembered before Use returns ErrFull.
	// One takes 20 to 40 bytes of memory, and 64 bytes of disk for up to twice
	// as long. They live for one window, or two if the consumer's clock is that
	// far ahead. Default: 8,000,000: 25,000 requests a second with a window of
	// 5 minutes, up to 320 MB of memory and 1 GB of disk.
	MaxEntries int

	// SegmentSpan is how many seconds of timestamps are forgotten at once.
	// Default: 10 seconds.
	SegmentSpan time.Duration

	testOnlyFault      func(act, int) (int, error) // see disk
	testOnlyMaxRecords uint32                      // smaller segments
}

func (c Config) withDefaults() Config {
	def := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	def(&c.Window, 5*time.Minute)
	def(&c.RepeatFor, 10*time.Second)
	def(&c.SegmentSpan, 10*time.Second)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Fatal == nil {
		c.Fatal = func(error) {}
	}
	if c.MaxEntries <= 0 {
		c.MaxEntries = 8_000_000
	}
	if c.testOnlyMaxRecords == 0 {
		c.testOnlyMaxRecords = maxRecords
	}
	return c
}
