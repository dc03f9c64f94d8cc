package boltstore

import (
	"context"
	"errors"

	"oauth1d/store"
)

// Session returns the session's data.
func (s *Store) Session(ctx context.Context, id string) ([]byte, error) {
	var data []byte
	err := s.read(ctx, opSession, func(t *tx) error {
		v, err := t.session(id)
		if err != nil {
			return err
		}
		if v.expires <= t.now {
			return store.ErrNotFound
		}
		data = v.data
		return nil
	})
	return data, err
}

// KeepSession creates or replaces the session.
func (s *Store) KeepSession(ctx context.Context, id string, data []byte, expires int64) error {
	return s.write(ctx, opKeepSession, func(t *tx) error { return t.keepSession(id, session{expires, data}) })
}

// RenewSession replaces a session that is there.
func (s *Store) RenewSession(ctx context.Context, id string, data []byte, expires int64) error {
	return s.write(ctx, opRenewSession, func(t *tx) error {
		switch old, err := t.session(id); {
		case err != nil:
			return err
		case old.expires <= t.now:
			return store.ErrNotFound
		}
		return t.keepSession(id, session{expires, data})
	})
}

// TakeSession returns the session's data and deletes it.
func (s *Store) TakeSession(ctx context.Context, id string) ([]byte, error) {
	var data []byte
	err := s.write(ctx, opTakeSession, func(t *tx) error {
		data = nil
		v, err := t.session(id)
		switch {
		case err != nil:
			return err
		case v.expires <= t.now:
			return store.ErrNotFound
		}
		data = v.data
		return t.dropSession(id)
	})
	if err != nil {
		return nil, err
	}
	return data, nil
}

// EndSession deletes the session.
func (s *Store) EndSession(ctx context.Context, id string) error {
	return s.write(ctx, opEndSession, func(t *tx) error { return t.dropSession(id) })
}

func (t *tx) session(id string) (session, error) {
	body, err := t.get(sessions, []byte(id))
	if err != nil {
		return session{}, err
	}
	v, err := decodeSession(body)
	if err != nil {
		return session{}, rotten(sessions, err)
	}
	return v, nil
}

func (t *tx) keepSession(id string, v session) error {
	if err := t.dropSession(id); err != nil {
		return err
	}
	t.counts.sessions++
	if err := t.put(sessions, []byte(id), encodeSession(id, v)); err != nil {
		return err
	}
	return t.put(expiry, dueKey(v.expires, sessions, id), nil)
}

// dropSession deletes the session, if there is one.
func (t *tx) dropSession(id string) error {
	v, err := t.session(id)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	t.counts.sessions--
	if err := t.delete(sessions, []byte(id)); err != nil {
		return err
	}
	return t.delete(expiry, dueKey(v.expires, sessions, id))
}
