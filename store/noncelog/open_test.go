package noncelog

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOpenRefuses(t *testing.T) {
	c := newClock()
	whole := create(t)
	l := open(t, whole, Config{Now: c.now, testOnlyMaxRecords: 2})
	for i := range 6 {
		wantUse(t, l, entry(i, start.Unix()), First)
	}
	closeLog(t, l)
	remove := func(name string) func(string) error {
		return func(dir string) error { return os.Remove(filepath.Join(dir, name)) }
	}
	empty := func(name string) func(string) error {
		return func(dir string) error { return os.Truncate(filepath.Join(dir, name), 0) }
	}
	first, last := filepath.Base(segmentPath("", 1)), filepath.Base(segmentPath("", 3))
	for _, tt := range []struct {
		name string
		id   string
		hurt func(dir string) error
		want error
	}{
		{"no directory", testStore, os.RemoveAll, ErrMissing},
		{"an empty directory", testStore, func(dir string) error {
			return errors.Join(os.RemoveAll(dir), os.Mkdir(dir, dirMode))
		}, ErrMissing},
		{"no manifest", testStore, remove(manifestName), ErrDamaged},
		{"an empty manifest", testStore, empty(manifestName), ErrDamaged},
		{"no first segment", testStore, remove(first), ErrDamaged},
		{"no last segment", testStore, remove(last), ErrDamaged},
		{"an empty segment", testStore, empty(first), ErrDamaged},
		{"another store", "other", func(string) error { return nil }, ErrForeign},
		{"two segments exchanged", testStore, func(dir string) error {
			a, b, x := filepath.Join(dir, first), filepath.Join(dir, last), filepath.Join(dir, "x")
			return errors.Join(os.Rename(a, x), os.Rename(b, a), os.Rename(x, b))
		}, ErrDamaged},
		{"a segment of another log of the store", testStore, func(dir string) error {
			header, _ := encodeHeader("other", 1)
			b, err := os.ReadFile(filepath.Join(dir, first))
			copy(b, header)
			return errors.Join(err, os.WriteFile(filepath.Join(dir, first), b, fileMode))
		}, ErrForeign},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := copyLog(t, whole)
			if err := tt.hurt(dir); err != nil {
				t.Fatal(err)
			}
			if err := Check(dir, tt.id); !errors.Is(err, tt.want) {
				t.Errorf("Check = %v, want %v", err, tt.want)
			}
			l, err := Open(dir, tt.id, Config{Now: c.now})
			if !errors.Is(err, tt.want) {
				t.Fatalf("Open = %v, want %v", err, tt.want)
			}
			if l != nil {
				t.Error("a log was returned with the error")
			}
			if !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "; ") {
				t.Errorf("%q does not say where and what to do", err)
			}
		})
	}
}

func TestOneProcess(t *testing.T) {
	dir := create(t)
	l := open(t, dir, Config{})
	if _, err := Open(dir, testStore, Config{}); !errors.Is(err, ErrLocked) {
		t.Errorf("second Open = %v, want ErrLocked", err)
	}
	if err := Check(dir, testStore); !errors.Is(err, ErrLocked) {
		t.Errorf("Check = %v, want ErrLocked", err)
	}
	if err := Create(dir, testStore, 0); !errors.Is(err, ErrLocked) {
		t.Errorf("Create = %v, want ErrLocked", err)
	}
	closeLog(t, l)
	open(t, dir, Config{})
}

func TestCreate(t *testing.T) {
	c := newClock()
	dir := filepath.Join(t.TempDir(), "nonces")
	notBefore := start.Unix() + 300
	if err := Create(dir, testStore, notBefore); err != nil {
		t.Fatal(err)
	}
	if err := Create(dir, testStore, 0); !errors.Is(err, ErrExists) {
		t.Errorf("second Create = %v, want ErrExists", err)
	}
	for range 2 { // for ever
		l := open(t, dir, Config{Now: c.now})
		wantErr(t, l, entry(1, notBefore-1), ErrTooOld)
		wantErr(t, l, entry(1, notBefore), ErrTooOld)
		wantErr(t, l, entry(1, -1), ErrTooOld)
		closeLog(t, l)
	}
	l := open(t, dir, Config{Now: c.now})
	wantUse(t, l, entry(1, notBefore+1), First)
	closeLog(t, l)
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		want := fs.FileMode(fileMode)
		if e.IsDir() {
			want = dirMode
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", path, got, want)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if err := os.Remove(manifestPath(dir)); err != nil {
		t.Fatal(err)
	}
	if err := Create(dir, testStore, 0); !errors.Is(err, ErrExists) {
		t.Errorf("Create over segments = %v, want ErrExists", err)
	}
}
