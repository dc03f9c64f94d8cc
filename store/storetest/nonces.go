package storetest

import (
	"errors"
	"time"

	"oauth1d/store"
)

func (e *env) nonce(text string) store.Nonce {
	return store.Nonce{Consumer: "k", Token: "t", Timestamp: e.now(0), Nonce: text}
}

var nonceCases = map[string]func(*env){
	"a nonce is used once": func(e *env) {
		n := e.nonce("n")
		repeat, err := e.UseNonce(e.Context(), n)
		e.ok(err)
		e.same("repeat", repeat, false)
		for range 3 {
			_, err = e.UseNonce(e.Context(), n)
			e.is("again", err, store.ErrNonceUsed)
		}
	},

	"consumer, token, timestamp and nonce together make it unique": func(e *env) {
		now := e.now(0)
		for _, n := range []store.Nonce{
			{Consumer: "k", Token: "t", Timestamp: now, Nonce: "n"},
			{Consumer: "K", Token: "t", Timestamp: now, Nonce: "n"},
			{Consumer: "k", Token: "T", Timestamp: now, Nonce: "n"},
			{Consumer: "k", Token: "", Timestamp: now, Nonce: "n"},
			{Consumer: "k", Token: "t", Timestamp: now + 1, Nonce: "n"},
			{Consumer: "k", Token: "t", Timestamp: now - 1, Nonce: "n"},
			{Consumer: "k", Token: "t", Timestamp: now, Nonce: "N"},
			{Consumer: "kt", Token: "", Timestamp: now, Nonce: "n"},
			{Consumer: "", Token: "kt", Timestamp: now, Nonce: "n"},
			{Consumer: "k", Token: "tn", Timestamp: now, Nonce: ""},
			{Consumer: "k", Token: "t", Timestamp: now, Nonce: "n\x00"},
			{Consumer: "k\x00t", Token: "", Timestamp: now, Nonce: "n"},
			{Consumer: "k", Token: "t", Timestamp: now, Nonce: long("a")},
			{Consumer: "k", Token: "t", Timestamp: now, Nonce: long("b")},
		} {
			_, err := e.UseNonce(e.Context(), n)
			e.ok(err)
			_, err = e.UseNonce(e.Context(), n)
			e.is("again", err, store.ErrNonceUsed)
		}
	},

	"the same question within ten seconds gets the same answer": func(e *env) {
		n := e.nonce("n")
		n.Repeat = [16]byte{1}
		for i, want := range []bool{false, true, true} {
			repeat, err := e.UseNonce(e.Context(), n)
			e.ok(err)
			if repeat != want {
				e.Errorf("call %d: got repeat %v, want %v", i+1, repeat, want)
			}
			e.clock.Add(4 * time.Second)
		}
		_, err := e.UseNonce(e.Context(), n)
		e.is("after twelve seconds", err, store.ErrNonceUsed)
	},

	"another question about a used nonce is a replay": func(e *env) {
		n := e.nonce("n")
		n.Repeat = [16]byte{1}
		_, err := e.UseNonce(e.Context(), n)
		e.ok(err)
		n.Repeat = [16]byte{2}
		_, err = e.UseNonce(e.Context(), n)
		e.is("another question", err, store.ErrNonceUsed)
		n.Repeat = [16]byte{}
		_, err = e.UseNonce(e.Context(), n)
		e.is("no question", err, store.ErrNonceUsed)
	},

	"a nonce is remembered as long as its timestamp can be accepted": func(e *env) {
		const window = 5 * time.Minute
		early := store.Nonce{Consumer: "k", Timestamp: e.now(window), Nonce: "from a fast clock"}
		_, err := e.UseNonce(e.Context(), early)
		e.ok(err)
		for range 10 {
			e.clock.Add(time.Minute)
			_, err = e.Sweep(e.Context(), 100)
			e.ok(err)
			_, err = e.UseNonce(e.Context(), early)
			e.is("within the window", err, store.ErrNonceUsed)
		}
	},

	"a clock that is set back lets no nonce pass again": func(e *env) {
		n := e.nonce("n")
		_, err := e.UseNonce(e.Context(), n)
		e.ok(err)
		e.clock.Add(time.Hour)
		_, err = e.Sweep(e.Context(), 100)
		e.ok(err)
		_, err = e.UseNonce(e.Context(), e.nonce("an hour later"))
		e.ok(err)
		e.clock.Add(-time.Hour)
		_, err = e.UseNonce(e.Context(), n)
		if !errors.Is(err, store.ErrNonceTooOld) && !errors.Is(err, store.ErrNonceUsed) {
			e.Errorf("after the clock was set back: got error %v, want %v or %v", err, store.ErrNonceTooOld, store.ErrNonceUsed)
		}
	},
}
