package storetest

import (
	"crypto/sha256"
	"errors"
	"sync/atomic"
	"time"

	"oauth1d/store"
)

func gauge(name string, limit int, window time.Duration) store.Gauge {
	return store.Gauge{ID: sha256.Sum256([]byte(name)), Limit: limit, Window: window}
}

// attempt tries now and fails the case unless that is how long to wait.
func (e *env) attempt(what string, want time.Duration, gauges ...store.Gauge) {
	e.Helper()
	wait, err := e.Attempt(e.Context(), e.now(0), gauges...)
	e.ok(err)
	e.same(what, wait, want)
}

var gaugeCases = map[string]func(*env){
	"a gauge lets its limit through, then one at a time": func(e *env) {
		g := gauge("ada", 5, 5*time.Minute)
		for range 5 {
			e.attempt("at once", 0, g)
		}
		e.attempt("full", time.Minute, g)
		e.clock.Add(59 * time.Second)
		e.attempt("a second before there is room", time.Second, g)
		e.clock.Add(time.Second)
		e.attempt("room for one", 0, g)
		e.attempt("full again", time.Minute, g)
		e.clock.Add(5 * time.Minute)
		for range 5 {
			e.attempt("after the window", 0, g)
		}
		e.attempt("full after the window", time.Minute, g)
	},

	"a limit that does not divide its window lets no more through": func(e *env) {
		for _, g := range []store.Gauge{gauge("7 in a second", 7, time.Second), gauge("3 in 10 ns", 3, 10), gauge("1", 1, time.Hour)} {
			let := 0
			for range g.Limit + 3 {
				wait, err := e.Attempt(e.Context(), e.now(0), g)
				e.ok(err)
				if wait == 0 {
					let++
				}
			}
			e.same("let through", let, g.Limit)
		}
	},

	"a full gauge keeps the others from counting": func(e *env) {
		wide, narrow := gauge("address", 3, time.Minute), gauge("name", 1, time.Hour)
		e.attempt("first", 0, wide, narrow)
		for range 5 {
			e.attempt("the second is full", time.Hour, wide, narrow)
			e.attempt("the first is full", time.Hour, narrow, wide)
		}
		e.attempt("the wide one has counted one", 0, wide)
		e.attempt("the wide one has counted two", 0, wide)
		e.attempt("the longer wait is told", time.Hour, wide, narrow)
		e.attempt("nothing to count", 0)
	},

	"gauges do not count for each other": func(e *env) {
		e.attempt("ada", 0, gauge("ada", 1, time.Minute))
		e.attempt("Ada", 0, gauge("Ada", 1, time.Minute))
		e.attempt("twice in one call", time.Minute, gauge("bob", 1, time.Minute), gauge("bob", 1, time.Minute))
		e.attempt("which has counted nothing", 0, gauge("bob", 1, time.Minute))
	},

	"what is forgiven can be tried again, and never more than that": func(e *env) {
		a, b := gauge("a", 2, time.Minute), gauge("b", 2, time.Minute)
		e.ok(e.Forgive(e.Context(), a, b))
		for range 2 {
			e.attempt("first", 0, a, b)
		}
		e.attempt("full", 30*time.Second, a)
		e.ok(e.Forgive(e.Context(), a))
		e.attempt("forgiven", 0, a)
		e.attempt("full again", 30*time.Second, a)
		for range 10 {
			e.ok(e.Forgive(e.Context(), a))
		}
		for range 2 {
			e.attempt("all forgiven", 0, a)
		}
		e.attempt("no more than the limit", 30*time.Second, a)
		e.attempt("the other was not forgiven", 30*time.Second, b)
		e.ok(e.Forgive(e.Context()))
	},

	"a clock set back makes nobody wait for longer than the window": func(e *env) {
		g := gauge("ada", 2, time.Minute)
		for range 2 {
			e.attempt("before", 0, g)
		}
		e.clock.Add(-365 * 24 * time.Hour)
		e.attempt("after", 30*time.Second, g)
		e.clock.Add(time.Minute)
		for range 2 {
			e.attempt("a window later", 0, g)
		}
		e.attempt("full again", 30*time.Second, g)
	},

	"a gauge that is made narrower holds at once": func(e *env) {
		for range 10 {
			e.attempt("wide", 0, gauge("ada", 10, time.Hour))
		}
		e.attempt("narrow", 20*time.Second, gauge("ada", 3, time.Minute))
	},

	"a gauge without limit or window is refused": func(e *env) {
		good := gauge("ada", 1, time.Minute)
		for _, g := range []store.Gauge{gauge("x", 0, time.Minute), gauge("x", -1, time.Minute), gauge("x", 1, 0), gauge("x", 1, -time.Second), gauge("x", 10, 9)} {
			wait, err := e.Attempt(e.Context(), e.now(0), good, g)
			if err == nil || errors.Is(err, store.ErrNotFound) || wait != 0 {
				e.Errorf("%d in %v: got wait %v, error %v", g.Limit, g.Window, wait, err)
			}
			if err := e.Forgive(e.Context(), good, g); err == nil {
				e.Errorf("%d in %v: forgiven", g.Limit, g.Window)
			}
		}
		e.attempt("the good one has counted nothing", 0, good)
	},

	"a gauge that has all its tries again is swept": func(e *env) {
		e.attempt("ada", 0, gauge("ada", 2, time.Minute))
		for range 2 {
			e.attempt("bob", 0, gauge("bob", 2, time.Minute))
		}
		e.attempt("cy", 0, gauge("cy", 7, 10*time.Second))
		e.ok(e.Forgive(e.Context(), gauge("cy", 7, 10*time.Second)))
		sweep := func(what string, want int) {
			e.Helper()
			deleted, err := e.Sweep(e.Context(), 100)
			e.ok(err)
			e.same(what, deleted, want)
		}
		sweep("at once", 0)
		e.clock.Add(29 * time.Second)
		sweep("before", 0)
		e.clock.Add(time.Second)
		sweep("after the first", 1)
		e.attempt("the other still counts", 0, gauge("bob", 2, time.Minute))
		e.attempt("and is full", 30*time.Second, gauge("bob", 2, time.Minute))
		e.clock.Add(time.Minute)
		sweep("after all", 1)
		sweep("and then", 0)
		problems, err := e.Check(e.Context())
		e.ok(err)
		e.same("problems", len(problems), 0)
	},

	"of many tries at once a gauge lets no more than its limit through": func(e *env) {
		for _, limit := range []int{1, 5, 63} {
			var let, refused atomic.Int32
			g := gauge(time.Duration(limit).String(), limit, time.Minute)
			errs := race(64, func(i int) error {
				of := []store.Gauge{g}
				if i%2 == 0 { // some count elsewhere as well
					of = append(of, gauge("elsewhere", 1000, time.Minute))
				}
				wait, err := e.Attempt(e.Context(), e.now(0), of...)
				switch {
				case err != nil:
				case wait == 0:
					let.Add(1)
				default:
					refused.Add(1)
				}
				return err
			})
			e.tally("Attempt", errs, 64, nil)
			e.same("let through", int(let.Load()), limit)
			e.same("refused", int(refused.Load()), 64-limit)
		}
	},
}
