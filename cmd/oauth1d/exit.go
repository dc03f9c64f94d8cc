package main

import (
	"errors"

	"oauth1d/config"
	"oauth1d/provider/adminapi"
	"oauth1d/provider/audit"
	"oauth1d/provider/oauth1"
	"oauth1d/store"
)

// Exit codes. They are part of the interface: scripts depend on them.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitConfig      = 3 // configuration refused
	exitNotFound    = 4
	exitUnreachable = 5 // daemon not reachable, or store locked
	exitRefused     = 6 // refused by the OAuth rules
)

// A failure is an error with an exit code of its own.
type failure struct {
	code int
	err  error
}

func (f *failure) Error() string { return f.err.Error() }

// Unwrap returns the error.
func (f *failure) Unwrap() error { return f.err }

func fail(code int, err error) error { return &failure{code, err} }

// exitCode tells the kinds of errors apart, by type.
func exitCode(err error) int {
	var (
		own     *failure
		mistake config.Errors
		api     *adminapi.Error
		problem *oauth1.Problem
	)
	is := func(targets ...error) bool {
		for _, t := range targets {
			if errors.Is(err, t) {
				return true
			}
		}
		return false
	}
	switch {
	case errors.As(err, &own):
		return own.code
	case errors.As(err, &mistake):
		return exitConfig
	case errors.As(err, &problem):
		return exitRefused
	case errors.As(err, &api) && api.NotFound():
		return exitNotFound
	case errors.As(err, &api) && api.Code == "configuration_refused":
		return exitConfig
	case is(adminapi.ErrUnreachable, store.ErrLocked, audit.ErrLocked):
		return exitUnreachable
	case is(store.ErrWrongMasterKey, store.ErrMissing, store.ErrForeign):
		return exitConfig
	}
	return exitFailed
}
