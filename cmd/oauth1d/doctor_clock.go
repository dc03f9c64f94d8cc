package main

import (
	"context"
	"time"
)

// A clockState is what the kernel knows of its clock.
type clockState struct {
	synced   bool // something keeps it right
	maxError time.Duration
}

// smallOffset is a difference that a consumer's own clock has as well.
const smallOffset = 2 * time.Second

// checkClock looks at the clock, by which timestamps are judged (§3.3).
func (d *doctor) checkClock(ctx context.Context) {
	now := d.now()
	if y := now.UTC().Year(); y < 2026 || y > 2099 {
		d.problem("set the clock", "the clock says %s", date(now))
	} else {
		d.ok("the clock says %s UTC", date(now))
	}
	state, err := kernelClock()
	if err != nil {
		d.warn("look yourself, with: timedatectl", "whether the clock is kept right is not known: %v", err)
	} else {
		d.kernel(state)
	}
	if d.ntp == "" {
		return
	}
	offset, err := askSNTP(ctx, d.ntp, d.now)
	if err != nil {
		d.warn("ask another server", "%s: %v", d.ntp, err)
		return
	}
	d.offset(offset)
}

func (d *doctor) kernel(c clockState) {
	seconds := c.maxError.Seconds()
	switch {
	case !c.synced:
		d.warn("run chrony or systemd-timesyncd; in a container, on the host", "nothing synchronizes the clock; it may be wrong by %.3f seconds and more", seconds)
	case c.maxError > d.halfWindow():
		d.warn("look at what synchronizes the clock", "the clock may be wrong by %.3f seconds, more than half of signature.timestamp_window", seconds)
	default:
		d.ok("the clock is synchronized, wrong by %.3f seconds at most", seconds)
	}
}

func (d *doctor) halfWindow() time.Duration { return d.config.Signature.TimestampWindow / 2 }

// offset judges how far the clock is from the right time.
func (d *doctor) offset(off time.Duration) {
	direction := "behind"
	if off < 0 {
		direction = "ahead of"
	}
	size := off.Abs()
	switch {
	case size > d.halfWindow():
		d.problem("set the clock and keep it synchronized", "the clock is %.3f seconds %s %s, more than half of signature.timestamp_window (%s)",
			size.Seconds(), direction, d.ntp, d.config.Signature.TimestampWindow)
	case size > smallOffset:
		d.warn("keep the clock synchronized", "the clock is %.3f seconds %s %s", size.Seconds(), direction, d.ntp)
	default:
		d.ok("the clock is %.3f seconds %s %s", size.Seconds(), direction, d.ntp)
	}
}
