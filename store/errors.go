package store

import (
	"errors"
	"fmt"
)

// Sentinels of every engine. The entrance that knows what they mean to its
// caller translates them.
var (
	ErrNotFound      = errors.New("not found")
	ErrExists        = errors.New("already exists")
	ErrSpent         = errors.New("already used")
	ErrTooMany       = errors.New("too many pending")
	ErrUndecided     = errors.New("not decided yet")
	ErrDenied        = errors.New("denied by the user")
	ErrWrongVerifier = errors.New("wrong verifier")
	ErrNonceUsed     = errors.New("nonce already used")
	ErrNonceTooOld   = errors.New("timestamp is older than the remembered nonces")
	ErrFull          = errors.New("store is full")

	// ErrExpired and ErrRevoked are ways of not being found: errors.Is says so.
	ErrExpired = fmt.Errorf("expired: %w", ErrNotFound)
	ErrRevoked = fmt.Errorf("revoked: %w", ErrNotFound)
)

// A TooOldError is ErrNonceTooOld with the newest timestamp, in Unix seconds,
// that is refused.
type TooOldError struct{ Floor int64 }

func (e *TooOldError) Error() string { return ErrNonceTooOld.Error() }

// Is makes it ErrNonceTooOld to errors.Is.
func (e *TooOldError) Is(target error) bool { return target == ErrNonceTooOld }

// Sentinels of opening a store.
var (
	ErrMissing        = errors.New("store is missing")
	ErrForeign        = errors.New("not a store of this program")
	ErrDamaged        = errors.New("store is damaged")
	ErrLocked         = errors.New("store is in use by another process")
	ErrNewer          = errors.New("store was written by a newer version")
	ErrWrongMasterKey = errors.New("master key does not belong to this store")
)
