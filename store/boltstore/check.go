package boltstore

import (
	"context"
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"oauth1d/store"
	"oauth1d/store/noncelog"
)

// maxProblems is how many problems one check lists. More of them say no more.
const maxProblems = 100

// Check reads the whole store, which no daemon may have open, and describes each
// thing that is wrong. It changes nothing. The error says why it could not look.
func Check(c Config) ([]string, error) {
	c = c.withDefaults()
	f, err := openFile(c, os.O_RDONLY, unix.LOCK_SH)
	if err != nil {
		return nil, err
	}
	r, err := checkFile(f, c.Path)
	problems := r.all()
	if err != nil || r.identity.ID == "" {
		return problems, err
	}
	switch err := noncelog.Check(c.Nonces, r.identity.ID); {
	case errors.Is(err, noncelog.ErrMissing), errors.Is(err, noncelog.ErrForeign), errors.Is(err, noncelog.ErrDamaged):
		return append(problems, nonceLogError(err).Error()), nil
	case err != nil:
		return problems, nonceLogError(err)
	}
	return problems, nil
}

// Check reads a copy of everything but the nonces once, while the store goes on
// working.
func (s *Store) Check(ctx context.Context) ([]string, error) {
	f, err := s.spool(ctx, opCheck)
	if err != nil {
		return nil, err
	}
	r, err := checkFile(f, s.c.Path)
	return r.all(), err
}

// checked is what a check has found.
type checked struct {
	identity store.Identity
	problems []string
	leaked   int // pages: lost space, and no reason to refuse a backup
}

func (r checked) all() []string {
	if r.leaked == 0 {
		return r.problems
	}
	return append(r.problems, fmt.Sprintf("%d pages are neither in use nor free; they are lost space, nothing more", r.leaked))
}

// checkFile checks a locked file and closes it. Damage is a problem, not an
// error.
func checkFile(f *os.File, path string) (checked, error) {
	db, seen, err := openBolt(f, path, true)
	if errors.Is(err, store.ErrDamaged) {
		return checked{problems: []string{err.Error()}}, nil
	}
	if err != nil {
		return checked{}, err
	}
	defer db.Close()
	c := checker{seen: seen, checked: checked{leaked: seen.leaked}}
	err = view(db, func(t *tx) (err error) {
		c.tx = t
		if c.checked.identity, err = t.identity(path); err != nil {
			return err
		}
		c.records()
		c.entries()
		c.numbers()
		return nil
	})
	if errors.Is(err, store.ErrDamaged) {
		c.problems, err = append(c.problems, err.Error()), nil
	}
	return c.checked, err
}

// checker collects what is wrong in one snapshot. That the pages are right has
// been seen before.
type checker struct {
	*tx
	checked
	seen *survey

	dues  int // how many entries in expiry and tombstones there must be
	stone int
}

func (c *checker) problem(b bucket, key string, format string, args ...any) {
	if len(c.problems) < maxProblems {
		c.problems = append(c.problems, fmt.Sprintf("%s %q: %s", b, key, fmt.Sprintf(format, args...)))
	}
}

// each visits the verified records of one bucket.
func (c *checker) each(b bucket, visit func(key string, body []byte) error) {
	if c.bucket(b) == nil {
		return // a store of an earlier schema
	}
	_ = c.bucket(b).ForEach(func(k, v []byte) error {
		body, err := verified(b, k, v)
		if err == nil {
			err = visit(string(k), body)
		}
		if err != nil {
			c.problem(b, string(k), "%v", err)
		}
		return nil
	})
}

// must reports an entry that is not there.
func (c *checker) must(of bucket, id string, in bucket, entry []byte) {
	if c.bucket(in).Get(entry) == nil {
		c.problem(of, id, "has no entry in %s", in)
	}
}

func (c *checker) records() {
	c.each(consumers, func(key string, body []byte) error {
		_, err := decodeConsumer(key, body)
		return err
	})
	c.each(users, func(name string, body []byte) error {
		_, err := decodeUser(name, body)
		return err
	})
	c.each(sessions, func(id string, body []byte) error {
		v, err := decodeSession(body)
		if err == nil {
			c.dues++
			c.must(sessions, id, expiry, dueKey(v.expires, sessions, id))
		}
		return err
	})
	c.each(gauges, func(id string, body []byte) error {
		full, err := decodeGauge(body)
		if err == nil {
			c.dues++
			c.must(gauges, id, expiry, dueKey(gaugeDue(full), gauges, id))
		}
		return err
	})
	c.each(requestTokens, func(id string, body []byte) error {
		r, err := decodeRequestToken(id, body)
		if err == nil {
			c.requestToken(r)
		}
		return err
	})
	c.each(accessTokens, func(id string, body []byte) error {
		a, err := decodeAccessToken(id, body)
		if err == nil {
			c.accessToken(a)
		}
		return err
	})
}

func (c *checker) requestToken(r store.RequestToken) {
	c.dues++
	c.must(requestTokens, r.ID, expiry, dueKey(r.Expires, requestTokens, r.ID))
	c.must(requestTokens, r.ID, requestTokensByConsumer, pendingKey(r.Consumer, r.Expires, r.ID))
	if !c.has(consumers, r.Consumer) {
		c.problem(requestTokens, r.ID, "its consumer %q does not exist", r.Consumer)
	}
}

func (c *checker) accessToken(a store.AccessToken) {
	if in, key, ok := dueEntry(a); ok {
		c.dues += one(in == expiry)
		c.stone += one(in == tombstones)
		c.must(accessTokens, a.ID, in, key)
	}
	c.must(accessTokens, a.ID, accessTokensByConsumer, owned(a.Consumer, a.ID))
	c.must(accessTokens, a.ID, accessTokensByUser, owned(a.User, a.ID))
	if !c.has(consumers, a.Consumer) {
		c.problem(accessTokens, a.ID, "its consumer %q does not exist", a.Consumer)
	}
}

// entries compares numbers: each record has found its entries, so an index with
// as many entries as there are records has no others.
func (c *checker) entries() {
	for _, index := range [...]struct {
		b    bucket
		want int
	}{
		{requestTokensByConsumer, c.seen.records[requestTokens]},
		{accessTokensByConsumer, c.seen.records[accessTokens]},
		{accessTokensByUser, c.seen.records[accessTokens]},
		{expiry, c.dues},
		{tombstones, c.stone},
	} {
		if got := c.seen.records[index.b]; got != index.want && len(c.problems) < maxProblems {
			c.problems = append(c.problems, fmt.Sprintf("%s has %d entries, expected %d", index.b, got, index.want))
		}
	}
}

// numbers compares what was counted page by page with what is read.
func (c *checker) numbers() {
	for b := identities; b <= lastBucket; b++ {
		if c.bucket(b) == nil {
			continue // a store of an earlier schema
		}
		n := 0
		_ = c.bucket(b).ForEach(func(_, _ []byte) error { n++; return nil })
		if n != c.seen.records[b] && len(c.problems) < maxProblems {
			c.problems = append(c.problems, fmt.Sprintf("%s has %d entries in its pages and %d to a reader", b, c.seen.records[b], n))
		}
	}
}
