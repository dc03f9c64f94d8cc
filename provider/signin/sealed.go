package signin

import (
	"context"
	"errors"
	"fmt"

	"oauth1d/store"
)

// sealed keeps the data of sessions sealed. A session knows request tokens by
// their text, since that is the way back to the consent page, and everything else
// in the store knows them by a hash.
type sealed struct {
	SessionStore
	keys *store.Keyring
}

// Session returns ErrNotFound for what was not sealed for this session: whoever
// comes with it signs in again.
func (s sealed) Session(ctx context.Context, id string) ([]byte, error) {
	return s.open(id)(s.SessionStore.Session(ctx, id))
}

// TakeSession is Session for what is read once.
func (s sealed) TakeSession(ctx context.Context, id string) ([]byte, error) {
	return s.open(id)(s.SessionStore.TakeSession(ctx, id))
}

func (s sealed) open(id string) func([]byte, error) ([]byte, error) {
	return func(data []byte, err error) ([]byte, error) {
		if err != nil {
			return nil, err
		}
		open, err := s.keys.Open(data, store.SessionDataPlace(id))
		switch {
		case errors.Is(err, store.ErrUnsealed):
			return nil, fmt.Errorf("opening a session: %w", store.ErrNotFound)
		case err != nil:
			return nil, fmt.Errorf("opening a session: %w", err)
		}
		return open, nil
	}
}

func (s sealed) KeepSession(ctx context.Context, id string, data []byte, expires int64) error {
	return s.seal(ctx, id, data, expires, s.SessionStore.KeepSession)
}

func (s sealed) RenewSession(ctx context.Context, id string, data []byte, expires int64) error {
	return s.seal(ctx, id, data, expires, s.SessionStore.RenewSession)
}

func (s sealed) seal(ctx context.Context, id string, data []byte, expires int64, keep func(context.Context, string, []byte, int64) error) error {
	shut, err := s.keys.Seal(data, store.SessionDataPlace(id))
	if err != nil {
		return fmt.Errorf("sealing a session: %w", err)
	}
	return keep(ctx, id, shut, expires)
}
