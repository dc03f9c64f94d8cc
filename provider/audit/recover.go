package audit

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"time"
	"unicode/utf8"
)

// A crash in the middle of a write leaves the beginning of a line. It was never
// acknowledged, but it is evidence and is not thrown away: it is put into a file
// beside the log, cut off the log, and written into the log as a record of its
// own. Each step is synced before the next, and a crash between them is taken up
// where it happened.

// A line of an event has at most six bytes for one of its text. What is longer
// than maxTorn is no beginning of a line of ours, and window holds the longest
// last line and what may follow it.
const (
	maxTorn = 8 * maxEvent
	window  = 32 * maxEvent
)

// recover finds the head of the log and finishes or moves a torn line. It runs
// before anyone else knows of l.
func (l *Log) recover() error {
	lines, tail, err := l.end()
	if err != nil {
		return err
	}
	last, err := l.resume(lines)
	if err != nil {
		return err
	}
	torn, err := l.besides()
	if err != nil {
		return err
	}
	switch {
	case len(tail) == 0:
	case l.isNext(tail):
		last, err = l.finish(tail)
	default:
		// Unless the file beside the log is the beginning of the tail, it is
		// the evidence and the tail is what was to become its record.
		if bytes.HasPrefix(tail, torn) {
			torn = tail
		}
		err = l.cutOff(torn, int64(len(tail)))
	}
	if err != nil {
		return err
	}
	return l.recordTorn(last, torn)
}

// end returns the whole lines at the end of the log, and what follows them.
func (l *Log) end() (lines, tail []byte, err error) {
	info, err := l.file.Stat()
	if err != nil {
		return nil, nil, err
	}
	from := max(0, info.Size()-window)
	buf := make([]byte, info.Size()-from)
	if _, err := l.file.ReadAt(buf, from); err != nil {
		return nil, nil, err
	}
	at := bytes.LastIndexByte(buf, '\n')
	if len(buf)-at-1 > maxTorn {
		return nil, nil, ErrBroken
	}
	return buf[:at+1], buf[at+1:], nil
}

// besides returns what an earlier recovery put beside the log.
func (l *Log) besides() ([]byte, error) {
	torn, err := os.ReadFile(l.tornPath())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return torn, err
}

// resume makes the last of the lines the head.
func (l *Log) resume(lines []byte) (record, error) {
	if len(lines) == 0 {
		return record{}, nil
	}
	last := lines[:len(lines)-1]
	last = last[bytes.LastIndexByte(last, '\n')+1:]
	r, head, err := l.chain.read(last)
	if err != nil {
		return r, fmt.Errorf("%w: %w; check it with audit verify, and move it away to begin a new one", ErrBroken, err)
	}
	l.chain.head = head
	return r, nil
}

// isNext reports whether only the line break is missing.
func (l *Log) isNext(line []byte) bool {
	r, _, err := l.chain.read(line)
	return err == nil && r.Seq == l.chain.head.Seq+1 && r.Prev == l.chain.head.MAC
}

func (l *Log) finish(line []byte) (record, error) {
	if _, err := l.file.Write([]byte{'\n'}); err != nil {
		return record{}, err
	}
	if err := l.file.Sync(); err != nil {
		return record{}, err
	}
	return l.resume(append(bytes.Clone(line), '\n'))
}

// cutOff puts torn beside the log and takes length bytes off its end.
func (l *Log) cutOff(torn []byte, length int64) error {
	if err := writeSynced(l.tornPath(), torn); err != nil {
		return fmt.Errorf("keeping an unfinished line: %w", err)
	}
	info, err := l.file.Stat()
	if err != nil {
		return err
	}
	if err := l.file.Truncate(info.Size() - length); err != nil {
		return err
	}
	return l.file.Sync()
}

// recordTorn writes torn into the log, unless the last record is already it.
func (l *Log) recordTorn(last record, torn []byte) error {
	if len(torn) > 0 {
		details := tornDetails(torn)
		if last.Action != LogTorn || !maps.Equal(last.Details, details) {
			e := Event{Action: LogTorn, Actor: "daemon", Outcome: Failed, Details: details}
			if err := l.write(&batch{events: []Event{e}, times: []time.Time{l.now()}}); err != nil {
				return err
			}
		}
	}
	err := os.Remove(l.tornPath())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return syncDir(filepath.Dir(l.path))
}

// tornDetails keeps the bytes readable if that does not make them much longer.
func tornDetails(torn []byte) map[string]string {
	text, err := json.Marshal(string(torn))
	if err == nil && utf8.Valid(torn) && len(text) <= 2*len(torn) {
		return map[string]string{"text": string(torn)}
	}
	return map[string]string{"base64": base64.StdEncoding.EncodeToString(torn)}
}

func (l *Log) tornPath() string { return l.path + ".torn" }

func writeSynced(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}
