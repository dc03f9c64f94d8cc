package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// longLog returns the bytes of a log of n lines, a minute apart; every tenth is
// a sign-in, and its lines are of many lengths.
func longLog(t *testing.T, n int) []byte {
	t.Helper()
	c, err := newChain(testKey)
	if err != nil {
		t.Fatal(err)
	}
	var out []byte
	for i := range n {
		e := Event{Action: TokenRevoked, Actor: "user:ada", Object: fmt.Sprint("token-", i), Details: map[string]string{"pad": strings.Repeat("<", i*37%900)}}
		if i%10 == 0 {
			e = Event{Action: SigninOK, Actor: `user:"b" <o>`, Object: "b", Outcome: Refused}
		}
		if out, err = c.link(out, e, testClock().Add(time.Duration(i)*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func reading(t *testing.T, log []byte) *Reader {
	t.Helper()
	path := filepath.Join(t.TempDir(), "audit.log")
	if err := os.WriteFile(path, log, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	r, err := NewReader(f, testKey)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func all(t *testing.T, r *Reader, f Filter) (seqs []uint64, damaged int) {
	t.Helper()
	damaged, err := r.Each(t.Context(), f, func(r Record) error {
		seqs = append(seqs, r.Seq)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return seqs, damaged
}

// pages returns what one meets page by page, oldest first.
func pages(t *testing.T, r *Reader, f Filter, limit int) (seqs []uint64) {
	t.Helper()
	for {
		p, err := r.Newest(t.Context(), f, limit)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Records) > limit || p.More && len(p.Records) != limit {
			t.Fatalf("got a page of %d, more: %v, want at most %d", len(p.Records), p.More, limit)
		}
		for _, r := range p.Records {
			seqs = append(seqs, r.Seq)
		}
		if !p.More {
			slices.Reverse(seqs)
			return seqs
		}
		f.Before = p.Records[limit-1].Seq
	}
}

func TestBothWaysFindTheSame(t *testing.T) {
	const lines = 12_000 // several windows
	r := reading(t, longLog(t, lines))
	at := func(i int) time.Time {
		return testClock().Truncate(time.Millisecond).Add(time.Duration(i) * time.Minute)
	}
	for _, row := range []struct {
		name  string
		f     Filter
		limit int
		want  int
	}{
		{"everything", Filter{}, 1000, lines},
		{"one action", Filter{Action: "signin.ok"}, 77, lines / 10},
		{"a group of actions", Filter{Action: "token"}, 1000, lines - lines/10},
		{"the beginning of a word is no group", Filter{Action: "tok"}, 10, 0},
		{"an actor whose name is escaped", Filter{Actor: `user:"b" <o>`}, 500, lines / 10},
		{"the beginning of an actor is none", Filter{Actor: "user:ad"}, 10, 0},
		{"one object", Filter{Object: "token-7"}, 10, 1},
		{"an outcome", Filter{Outcome: Refused}, 100, lines / 10},
		{"two conditions that exclude each other", Filter{Outcome: Refused, Action: "token"}, 10, 0},
		{"since a time, which is in", Filter{Since: at(lines - 5)}, 2, 5},
		{"until a time, which is out", Filter{Until: at(5)}, 2, 5},
		{"before a number", Filter{Before: 11}, 3, 10},
		{"before the first", Filter{Before: 1}, 3, 0},
		{"before a number that is not there yet", Filter{Before: 1 << 40}, 1000, lines},
	} {
		t.Run(row.name, func(t *testing.T) {
			forwards, _ := all(t, r, row.f)
			if len(forwards) != row.want {
				t.Errorf("oldest first: got %d, want %d", len(forwards), row.want)
			}
			if backwards := pages(t, r, row.f, row.limit); !slices.Equal(backwards, forwards) {
				t.Errorf("newest first: got %d, want the same %d", len(backwards), len(forwards))
			}
		})
	}
}

func TestWhatIsNoLineOfOursIsPassedOver(t *testing.T) {
	l := sixLines(t)
	tooLong := append(bytes.Repeat([]byte("x"), window+5), '\n')
	for _, row := range []struct {
		name    string
		log     []byte
		want    []uint64
		damaged int
	}{
		{"an empty log", nil, nil, 0},
		{"a torn tail", join(l[0], l[1], l[2][:50]), []uint64{1, 2}, 0},
		{"nothing but a torn tail", l[0][:50], nil, 0},
		{"an edited line", join(l[0], edit(l[1], "ada", "bob"), l[2]), []uint64{1, 3}, 1},
		{"an empty line", join(l[0], []byte("\n"), l[1]), []uint64{1, 2}, 1},
		{"an empty line first", join([]byte("\n"), l[0]), []uint64{1}, 1},
		{"a line that is too long", join(l[0], tooLong, l[1]), []uint64{1, 2}, 1},
		{"lines after a rotation", join(l[3], l[4], l[5]), []uint64{4, 5, 6}, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := reading(t, row.log)
			got, damaged := all(t, r, Filter{})
			if !slices.Equal(got, row.want) || damaged != row.damaged {
				t.Errorf("oldest first: got %v and %d damaged, want %v and %d", got, damaged, row.want, row.damaged)
			}
			if got := pages(t, r, Filter{}, 2); !slices.Equal(got, row.want) {
				t.Errorf("newest first: got %v, want %v", got, row.want)
			}
			p, err := r.Newest(t.Context(), Filter{}, 100)
			if err != nil || p.Damaged != row.damaged {
				t.Errorf("newest first: got %d damaged and %v, want %d", p.Damaged, err, row.damaged)
			}
		})
	}
}

func TestALogIsReadWhileItIsWritten(t *testing.T) {
	l, path := newLog(t)
	mustAppend(t, l, "a", "b")
	r, err := l.Reader()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	mustAppend(t, l, "c")
	if got, _ := all(t, r, Filter{}); !slices.Equal(got, []uint64{1, 2}) {
		t.Errorf("got %v, want what was there, 1 and 2", got)
	}
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Reader(); !errors.Is(err, ErrRotating) {
		t.Errorf("after the rotation: got %v, want ErrRotating", err)
	}
	if err := l.Reopen(); err != nil {
		t.Fatal(err)
	}
	after, err := l.Reader()
	if err != nil {
		t.Fatal(err)
	}
	defer after.Close()
	if got, _ := all(t, after, Filter{}); !slices.Equal(got, []uint64{4}) {
		t.Errorf("got %v, want the line that carries on, 4", got)
	}
}

func TestASearchEndsWithItsCaller(t *testing.T) {
	r := reading(t, longLog(t, 10))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Newest(ctx, Filter{}, 3); !errors.Is(err, context.Canceled) {
		t.Errorf("newest first: got %v, want that it was given up", err)
	}
	if _, err := r.Each(ctx, Filter{}, func(Record) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("oldest first: got %v, want that it was given up", err)
	}
}

// The needles must be a condition that every match meets.
func FuzzNeedles(f *testing.F) {
	f.Add("token.revoked", "user:ada", "o", "ok")
	f.Add("a", "<&>\u2028", `"\`, "\x00\xff")
	f.Fuzz(func(t *testing.T, action, actor, object, outcome string) {
		clean := func(s string) string { return strings.ToValidUTF8(s, "\ufffd") }
		e := Event{Action: Action(clean(action)), Actor: clean(actor), Object: clean(object), Outcome: clean(outcome)}
		c := chain{key: testKey, head: birth}
		line, err := c.link(nil, e, testClock())
		if err != nil {
			t.Fatal(err)
		}
		s := newSearch(c, Filter{Action: string(e.Action), Actor: e.Actor, Object: e.Object, Outcome: e.Outcome})
		if _, ok := s.look(line[:len(line)-1]); !ok {
			t.Errorf("not found in its own line: %s", line)
		}
	})
}
