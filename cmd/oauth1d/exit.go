package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

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

// sentence words an error for a terminal: what is wrong and what to do. Lines
// after the first are indented, except for a configuration's mistakes, whose
// file:line:column editors look for at the start of a line.
func sentence(err error) string {
	lines := strings.Split(strings.TrimRight(err.Error()+advice(err), "\n"), "\n")
	for i, line := range lines {
		lines[i] = plainText(line)
	}
	var mistakes config.Errors
	if errors.As(err, &mistakes) {
		return strings.Join(lines, "\n")
	}
	return strings.Join(lines, "\n         ")
}

// advice is what to do about errors that the packages below cannot know a way
// out of, because it leads over the command line.
func advice(err error) string {
	switch {
	case errors.Is(err, adminapi.ErrUnreachable) && errors.Is(err, fs.ErrPermission):
		return "\nthe admin socket is for the daemon's own user: use that user, or sudo"
	case errors.Is(err, adminapi.ErrUnreachable):
		return "\nstart the daemon (oauth1d serve), or name its admin socket with --socket, or its configuration with --config"
	}
	return ""
}

// A refusedConfig is a configuration with mistakes in it.
type refusedConfig struct{ mistakes config.Errors }

func (r *refusedConfig) Error() string {
	n := "1 mistake"
	if len(r.mistakes) != 1 {
		n = fmt.Sprintf("%d mistakes", len(r.mistakes))
	}
	return "the configuration is refused\n" + r.mistakes.Error() + "\n" + n + ". The daemon would not start."
}

// Unwrap returns the mistakes.
func (r *refusedConfig) Unwrap() error { return r.mistakes }
