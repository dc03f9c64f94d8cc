package main

import (
	"context"
	"time"
)

// idleRecheck is how often we look whether a reload has switched rechecking on.
const idleRecheck = time.Minute

// recheck asks the sign-in backend, again and again, whether the users with live
// tokens are still there.
func (d *daemon) recheck(ctx context.Context) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			every := d.current.Load().RecheckEvery()
			wait := every
			if every <= 0 {
				wait = idleRecheck
			}
			select {
			case <-ctx.Done():
				return
			case <-time.After(min(wait, idleRecheck)):
			}
			if every > 0 {
				d.recheckOnce(ctx)
			}
		}
	}()
	return done
}

func (d *daemon) recheckOnce(ctx context.Context) {
	asked, gone, err := d.current.Load().Recheck(ctx)
	switch {
	case err != nil && ctx.Err() == nil:
		d.log.Warn("asking whether users are still there", "asked", asked, "gone", gone, "err", err)
	case gone > 0:
		d.log.Info("users are gone from the sign-in backend", "asked", asked, "gone", gone)
	}
}
