package audit

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"
)

// This file walks over a log of any size in the memory of one or two windows,
// each of which holds the longest line.

// forwards calls look with each whole line, without its line break, and counts
// what is too long to be one of ours.
func (r *Reader) forwards(ctx context.Context, look func(line []byte) error) (long int, err error) {
	in := bufio.NewReaderSize(io.NewSectionReader(r.in, 0, r.size), window)
	for inside := false; ; { // of a line that is too long
		line, err := in.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			inside = true
			continue
		case err == io.EOF:
			return long, nil // what has no line break is no line yet
		case err != nil:
			return long, err
		case ctx.Err() != nil:
			return long, ctx.Err()
		case inside:
			long, inside = long+1, false
			continue
		}
		if err := look(line[:len(line)-1]); err != nil {
			return long, err
		}
	}
}

// backwards is forwards the other way, from an offset on.
func (r *Reader) backwards(ctx context.Context, end int64, look func(line []byte) error) (long int, err error) {
	buf := make([]byte, 2*window)
	var data []byte               // read and not looked at: the end of the line before
	ended, inside := false, false // a line break is behind data; it belongs to a line that is too long
	for at := end; at > 0 || len(data) > 0; {
		if err := ctx.Err(); err != nil {
			return long, err
		}
		n := min(at, window)
		copy(buf[n:], data)
		data = buf[:int(n)+len(data)]
		at -= n
		if _, err := r.in.ReadAt(data[:n], at); err != nil {
			return long, err
		}
		for {
			i := bytes.LastIndexByte(data, '\n')
			if i < 0 && at > 0 {
				break // its beginning has not been read
			}
			line := data[i+1:]
			switch {
			case inside:
				long, inside = long+1, false
			case ended:
				if err := look(line); err != nil {
					return long, err
				}
			}
			ended = true
			if i < 0 {
				return long, nil
			}
			data = data[:i]
		}
		if len(data) > window {
			data, inside = nil, true
		}
	}
	return long, nil
}

// before returns an offset behind every line with a smaller number than seq, not
// far behind it if the log is in order. Where it is not, it is the end: Newest
// looks at numbers itself.
func (r *Reader) before(seq uint64) int64 {
	const near = 64 << 10
	low, high := int64(0), r.size
	for high-low > near {
		middle := low + (high-low)/2
		at, number, ok := r.lineBehind(middle, near)
		switch {
		case !ok:
			return r.size
		case at >= high:
			return high
		case number >= seq:
			high = at
		default:
			low = at
		}
	}
	return high
}

// lineBehind returns where the first line behind an offset begins, and its number.
func (r *Reader) lineBehind(offset, n int64) (at int64, number uint64, ok bool) {
	const label = `{"seq":`
	buf := make([]byte, min(n, r.size-offset))
	if _, err := r.in.ReadAt(buf, offset); err != nil {
		return 0, 0, false
	}
	i := bytes.IndexByte(buf, '\n')
	digits, found := bytes.CutPrefix(buf[i+1:], []byte(label))
	end := bytes.IndexByte(digits, ',')
	if i < 0 || !found || end < 0 {
		return 0, 0, false
	}
	number, err := strconv.ParseUint(string(digits[:end]), 10, 64)
	return offset + int64(i) + 1, number, err == nil
}
