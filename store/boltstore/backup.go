package boltstore

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Backup writes a consistent copy of everything but nonces to w.
//
// The copy is made on disk first: pages that a reader sees cannot be used again,
// so a slow w would make the file grow for as long as it reads. It is looked at
// before the first byte leaves: a damaged backup would be found when it is too
// late.
func (s *Store) Backup(ctx context.Context, w io.Writer) (err error) {
	f, err := s.spool(ctx, opBackup)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		return fmt.Errorf("backing up: %w", err)
	}
	if _, err := examine(f, s.c.Path); err != nil {
		return fmt.Errorf("backing up: %w", err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("backing up: %w", err)
	}
	if _, err := io.Copy(w, contextReader{ctx, f}); err != nil {
		return fmt.Errorf("backing up: %w", err)
	}
	return nil
}

// spool copies the store to a file beside it that has no name, so that nothing
// is left of it whatever happens to the process.
func (s *Store) spool(ctx context.Context, op op) (*os.File, error) {
	f, err := os.CreateTemp(filepath.Dir(s.c.Path), filepath.Base(s.c.Path)+".copy-*")
	if err != nil {
		return nil, fmt.Errorf("copying the store: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		f.Close()
		return nil, fmt.Errorf("copying the store: %w", err)
	}
	err = s.read(ctx, op, func(t *tx) error {
		_, err := t.bolt.WriteTo(contextWriter{ctx, f})
		return err
	})
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// contextReader and contextWriter end when nobody waits any more.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(b)
}

type contextWriter struct {
	ctx context.Context
	w   io.Writer
}

func (c contextWriter) Write(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.w.Write(b)
}
