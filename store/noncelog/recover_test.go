package noncelog

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// copyLog copies a log's files, so that each case can do its own damage.
func copyLog(t testing.TB, from string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return to
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func write(t testing.TB, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, fileMode); err != nil {
		t.Fatal(err)
	}
}

// killed returns the directory of a log as kill -9 leaves it: n nonces, each in
// a batch of its own, and not closed.
func killed(t testing.TB, c *clock, n int) string {
	t.Helper()
	dir := create(t)
	l := open(t, dir, Config{Now: c.now})
	for i := range n {
		wantUse(t, l, entry(i, start.Unix()), First)
	}
	return copyLog(t, dir)
}

func TestTornTail(t *testing.T) {
	c := newClock()
	dir := killed(t, c, 5)
	path := segmentPath(dir, 1)
	whole := read(t, path)
	for cut := 1; cut <= recordSize; cut++ {
		dir := copyLog(t, dir)
		write(t, segmentPath(dir, 1), whole[:len(whole)-cut])
		if err := Check(dir, testStore); err != nil {
			t.Fatalf("cut by %d: Check: %v", cut, err)
		}
		l := open(t, dir, Config{Now: c.now})
		for i := range 4 {
			wantUse(t, l, entry(i, start.Unix()), Used)
		}
		wantUse(t, l, entry(4, start.Unix()), First) // nobody was told that it was
		closeLog(t, l)
		if got := read(t, segmentPath(dir, 1)); len(got) != len(whole) {
			t.Fatalf("cut by %d: %d bytes after the next record, want %d", cut, len(got), len(whole))
		}
		l = open(t, dir, Config{Now: c.now})
		for i := range 5 {
			wantUse(t, l, entry(i, start.Unix()), Used)
		}
		closeLog(t, l)
	}
}

// TestSectorsThatNeverArrived is a power failure: the file has its new length,
// and some sectors of the last batch are still zero.
func TestSectorsThatNeverArrived(t *testing.T) {
	c := newClock()
	dir := killed(t, c, 3)
	path := segmentPath(dir, 1)
	_, crc := encodeHeader(testStore, 1)
	tail := make([]byte, 4*recordSize) // two that are lost
	for i := uint32(2); i < 4; i++ {   // and two that arrived
		r := record{Entry: entry(int(10+i), start.Unix()), batch: 3}
		copy(tail[recordSize*i:], appendRecord(nil, crc, 3+i, r))
	}
	whole := append(read(t, path), tail...)
	write(t, path, whole)
	l := open(t, dir, Config{Now: c.now})
	for i := range 3 {
		wantUse(t, l, entry(i, start.Unix()), Used)
	}
	if got := l.Stats().Live; got != 3 {
		t.Errorf("%d live, want 3", got)
	}
	wantUse(t, l, entry(12, start.Unix()), First)
	closeLog(t, l)
	if got := len(read(t, path)); got != headerSize+4*recordSize {
		t.Errorf("%d bytes, want what was cut off to be gone", got)
	}

	// The same zeros over a record of an earlier batch are damage.
	clear(whole[headerSize+recordSize : headerSize+2*recordSize])
	write(t, path, whole)
	if err := Check(dir, testStore); !errors.Is(err, ErrDamaged) {
		t.Errorf("Check = %v, want ErrDamaged", err)
	}
}

// TestFlippedBytes flips every byte of every file, after a kill and after an
// orderly end. Either it is seen, or no nonce is forgotten.
func TestFlippedBytes(t *testing.T) {
	c := newClock()
	crashed := killed(t, c, 3)
	closed := copyLog(t, crashed)
	closeLog(t, open(t, closed, Config{Now: c.now}))
	for name, dir := range map[string]string{"killed": crashed, "closed": closed} {
		for _, file := range []string{segmentPath(dir, 1), manifestPath(dir)} {
			t.Run(name+"/"+filepath.Base(file), func(t *testing.T) {
				f, err := os.OpenFile(file, os.O_RDWR, 0)
				if err != nil {
					t.Fatal(err)
				}
				defer f.Close()
				whole := read(t, file)
				seen := 0
				for i, b := range whole {
					if file == manifestPath(dir) && i%slotSize > headerSize && i%7 != 0 {
						continue // zeros, mostly
					}
					f.WriteAt([]byte{b ^ 1<<(i%8)}, int64(i))
					if wantNothingForgotten(t, dir, 3) {
						seen++
					} else if file == segmentPath(dir, 1) {
						t.Errorf("a flip at %d was not seen", i)
					}
					f.WriteAt([]byte{b}, int64(i))
				}
				if file == manifestPath(dir) && seen > 0 {
					t.Errorf("%d flips kept the log from opening, want the other copy to do", seen)
				}
			})
		}
	}
}

// wantNothingForgotten reads the log without opening it, for speed, and reports
// whether damage was seen.
func wantNothingForgotten(t *testing.T, dir string, n int) (seen bool) {
	t.Helper()
	m, _, err := readManifest(dir, testStore)
	got := map[Key]bool{}
	for _, s := range m.segments {
		if err == nil {
			_, err = scan(dir, testStore, s, func(r record) { got[r.Key] = true })
		}
	}
	if err != nil {
		if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrNewer) && !errors.Is(err, ErrForeign) {
			t.Fatalf("got %v, want a typed error", err)
		}
		return true
	}
	for i := range n {
		if !got[entry(i, start.Unix()).Key] {
			t.Fatal("a nonce is forgotten and nobody noticed")
		}
	}
	return false
}

func TestTruncatedAfterClose(t *testing.T) {
	c := newClock()
	dir := killed(t, c, 3)
	closeLog(t, open(t, dir, Config{Now: c.now}))
	path := segmentPath(dir, 1)
	whole := read(t, path)
	for size := range whole {
		write(t, path, whole[:size])
		if err := Check(dir, testStore); !errors.Is(err, ErrDamaged) {
			t.Fatalf("cut to %d bytes: Check = %v, want ErrDamaged", size, err)
		}
	}
}

// TestTwoCrashesInTheManifest: the first leaves one copy a generation behind,
// the second tears the other one.
func TestTwoCrashesInTheManifest(t *testing.T) {
	for _, ahead := range []int{0, slotSize} {
		c, dir := newClock(), create(t)
		c.set(start)
		old := read(t, manifestPath(dir))
		closeLog(t, open(t, dir, Config{Now: c.now})) // names the first segment
		b := read(t, manifestPath(dir))
		copy(b[slotSize-ahead:], old[:slotSize])
		write(t, manifestPath(dir), b)

		l := open(t, dir, Config{Now: c.now})
		wantUse(t, l, entry(1, start.Unix()), First)
		dir = copyLog(t, dir)
		b = read(t, manifestPath(dir))
		clear(b[ahead+100 : ahead+slotSize])
		write(t, manifestPath(dir), b)
		l = open(t, dir, Config{Now: c.now})
		wantUse(t, l, entry(1, start.Unix()), Used)
	}
}

// TestLeftOversAreRemoved is a crash in a rotation before, or in a sweep after,
// the manifest was written.
func TestLeftOversAreRemoved(t *testing.T) {
	c := newClock()
	dir := killed(t, c, 1)
	for _, seq := range []uint64{2, 77} {
		write(t, segmentPath(dir, seq), []byte("half a hea"))
	}
	l := open(t, dir, Config{Now: c.now, testOnlyMaxRecords: 1})
	for i := 1; i < 4; i++ {
		wantUse(t, l, entry(i, start.Unix()), First)
	}
	names, err := segmentNames(dir)
	if got := fmt.Sprint(names); err != nil || strings.Contains(got, "77") {
		t.Errorf("segments %v, %v, want no left-over", names, err)
	}
}
