package storetest

import (
	"time"

	"oauth1d/store"
)

var sessionCases = map[string]func(*env){
	"a session comes back as it was kept": func(e *env) {
		for _, id := range odd() {
			_, err := e.Session(e.Context(), id)
			e.is("before", err, store.ErrNotFound)
			e.ok(e.KeepSession(e.Context(), id, []byte("data\x00of "+id), e.now(time.Minute)))
		}
		for _, id := range odd() {
			data, err := e.Session(e.Context(), id)
			e.ok(err)
			e.same("data", string(data), "data\x00of "+id)
		}
	},

	"keeping a session again replaces data and expiry": func(e *env) {
		e.ok(e.KeepSession(e.Context(), "s", []byte("old"), e.now(time.Minute)))
		e.ok(e.KeepSession(e.Context(), "s", []byte("new"), e.now(time.Hour)))
		e.clock.Add(30 * time.Minute)
		_, err := e.Sweep(e.Context(), 100) // must not take it for the old one
		e.ok(err)
		data, err := e.Session(e.Context(), "s")
		e.ok(err)
		e.same("data", string(data), "new")
		e.ok(e.KeepSession(e.Context(), "s", []byte("shorter"), e.now(time.Second)))
		e.clock.Add(time.Minute)
		_, err = e.Session(e.Context(), "s")
		e.is("after the shorter time", err, store.ErrNotFound)
	},

	"only a session that is there can be renewed": func(e *env) {
		e.is("never kept", e.RenewSession(e.Context(), "s", nil, e.now(time.Minute)), store.ErrNotFound)
		e.ok(e.KeepSession(e.Context(), "s", []byte("old"), e.now(time.Minute)))
		e.ok(e.RenewSession(e.Context(), "s", []byte("new"), e.now(time.Hour)))
		data, err := e.Session(e.Context(), "s")
		e.ok(err)
		e.same("data", string(data), "new")
		e.clock.Add(2 * time.Hour)
		e.is("expired", e.RenewSession(e.Context(), "s", nil, e.now(time.Minute)), store.ErrNotFound)
		e.ok(e.KeepSession(e.Context(), "s", []byte("again"), e.now(time.Minute)))
		e.ok(e.EndSession(e.Context(), "s"))
		e.is("ended", e.RenewSession(e.Context(), "s", nil, e.now(time.Minute)), store.ErrNotFound)
		_, err = e.Session(e.Context(), "s")
		e.is("Session", err, store.ErrNotFound)
	},

	"an expired session is not found, swept or not": func(e *env) {
		e.ok(e.KeepSession(e.Context(), "s", []byte("data"), e.now(time.Minute)))
		e.clock.Add(59 * time.Second)
		_, err := e.Session(e.Context(), "s")
		e.ok(err)
		e.clock.Add(2 * time.Second)
		_, err = e.Session(e.Context(), "s")
		e.is("Session", err, store.ErrNotFound)
		e.ok(e.KeepSession(e.Context(), "s", []byte("again"), e.now(time.Minute)))
		_, err = e.Sweep(e.Context(), 100)
		e.ok(err)
		_, err = e.Session(e.Context(), "s")
		e.ok(err)
	},

	"a session is taken once, and then it is gone": func(e *env) {
		_, err := e.TakeSession(e.Context(), "s")
		e.is("never kept", err, store.ErrNotFound)
		for _, id := range odd() {
			e.ok(e.KeepSession(e.Context(), id, []byte("data\x00of "+id), e.now(time.Minute)))
		}
		for _, id := range odd() {
			data, err := e.TakeSession(e.Context(), id)
			e.ok(err)
			e.same("data", string(data), "data\x00of "+id)
			_, err = e.TakeSession(e.Context(), id)
			e.is("again", err, store.ErrNotFound)
			_, err = e.Session(e.Context(), id)
			e.is("Session", err, store.ErrNotFound)
			e.is("RenewSession", e.RenewSession(e.Context(), id, nil, e.now(time.Minute)), store.ErrNotFound)
		}
	},

	"an expired session cannot be taken": func(e *env) {
		e.ok(e.KeepSession(e.Context(), "s", []byte("data"), e.now(time.Minute)))
		e.clock.Add(time.Minute)
		_, err := e.TakeSession(e.Context(), "s")
		e.is("TakeSession", err, store.ErrNotFound)
		deleted, err := e.Sweep(e.Context(), 100)
		e.ok(err)
		e.same("deleted", deleted, 1)
	},

	"an ended session is gone, and ending it again is no error": func(e *env) {
		e.ok(e.KeepSession(e.Context(), "s", []byte("data"), e.now(time.Minute)))
		e.ok(e.KeepSession(e.Context(), "s2", []byte("data"), e.now(time.Minute)))
		e.ok(e.EndSession(e.Context(), "s"))
		e.ok(e.EndSession(e.Context(), "s"))
		_, err := e.Session(e.Context(), "s")
		e.is("Session", err, store.ErrNotFound)
		_, err = e.Session(e.Context(), "s2")
		e.ok(err)
	},
}
