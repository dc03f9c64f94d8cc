package audit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// ErrRotating says that the log is being rotated: the file that is written to is
// not the one at the log's path any more, or not yet.
var ErrRotating = errors.New("the audit log is being rotated")

// A Page is some records, newest first.
type Page struct {
	Records []Record
	More    bool // there are older ones that match
	Damaged int  // lines in between that are not as they were written
}

// A Reader reads the lines of one file of a log up to a certain size: the whole
// lines that are there. What a crash or a writer has left behind the last line
// break is none.
//
// Each line is checked by its own MAC. That no line is missing is for Verify to
// say.
type Reader struct {
	in    io.ReaderAt
	size  int64
	chain chain
	close func() error
}

// NewReader returns a Reader of a file that nobody writes to.
func NewReader(f *os.File, key []byte) (*Reader, error) {
	c, err := newChain(key)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("reading audit log: %w", err)
	}
	return &Reader{in: f, size: info.Size(), chain: c, close: func() error { return nil }}, nil
}

// Reader returns a Reader of what is in the log now. Appending goes on meanwhile.
func (l *Log) Reader() (*Reader, error) {
	l.turn.Lock()
	defer l.turn.Unlock()
	open, err := l.file.Stat()
	if err != nil {
		return nil, fmt.Errorf("reading audit log: %w", err)
	}
	f, err := os.Open(l.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, ErrRotating
	}
	if err != nil {
		return nil, fmt.Errorf("reading audit log: %w", err)
	}
	info, err := f.Stat()
	if err == nil && !os.SameFile(open, info) {
		err = ErrRotating
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("reading audit log: %w", err)
	}
	return &Reader{in: f, size: info.Size(), chain: l.chain, close: f.Close}, nil
}

// Close lets the file go.
func (r *Reader) Close() error { return r.close() }

// Newest returns the newest records that match, at most limit of them.
func (r *Reader) Newest(ctx context.Context, f Filter, limit int) (Page, error) {
	var p Page
	s := newSearch(r.chain, f)
	end := r.size
	if f.Before != 0 {
		end = r.before(f.Before)
	}
	long, err := r.backwards(ctx, end, func(line []byte) error {
		found, ok := s.look(line)
		switch {
		case !ok:
			return nil
		case len(p.Records) == limit:
			p.More = true
			return errEnough
		}
		p.Records = append(p.Records, found)
		return nil
	})
	p.Damaged = s.damaged + long
	if err != nil && !errors.Is(err, errEnough) {
		return Page{}, fmt.Errorf("reading audit log: %w", err)
	}
	return p, nil
}

// errEnough ends a walk that has found what it wanted.
var errEnough = errors.New("enough")

// Each gives take all records that match, oldest first, until it returns an
// error, and says how many lines are not as they were written.
func (r *Reader) Each(ctx context.Context, f Filter, take func(Record) error) (damaged int, err error) {
	s := newSearch(r.chain, f)
	long, err := r.forwards(ctx, func(line []byte) error {
		if found, ok := s.look(line); ok {
			return take(found)
		}
		return nil
	})
	if err != nil {
		err = fmt.Errorf("reading audit log: %w", err)
	}
	return s.damaged + long, err
}
