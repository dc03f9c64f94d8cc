package boltstore

import (
	"fmt"
	"testing"
	"time"

	"oauth1d/store"
)

// million makes a store with a million access tokens, of which each expires.
func million(b *testing.B) Config {
	b.Helper()
	dir := b.TempDir()
	c := Config{Path: dir + "/oauth1d.db", Nonces: dir + "/nonces"}
	id, err := store.NewIdentity(master, time.Now())
	if err == nil {
		err = Create(c, id)
	}
	if err != nil {
		b.Fatal(err)
	}
	s, err := Open(c)
	if err != nil {
		b.Fatal(err)
	}
	if err := s.AddConsumer(b.Context(), store.Consumer{Key: "k", Secret: make([]byte, 75), Methods: []string{"HMAC-SHA1"}, Callbacks: []string{"oob"}}); err != nil {
		b.Fatal(err)
	}
	for from := 0; from < 1_000_000; from += 20_000 {
		err := s.write(b.Context(), opIssueAccessToken, func(t *tx) error {
			for i := from; i < from+20_000; i++ {
				a := token(fmt.Sprint(i))
				a.User, a.Expires, a.Secret, a.Scopes = fmt.Sprint("user", i/10), t.now+1_000_000, make([]byte, 75), []string{"read"}
				if err := t.addAccessToken(a); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	return c
}

// BenchmarkMillion is what a store of a million tokens costs: to open it, which
// looks at every page, and to answer the hot path's question.
func BenchmarkMillion(b *testing.B) {
	c := million(b)
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			s, err := Open(c)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(s.size())/1e6, "MB")
			s.Close()
		}
	})
	s, err := Open(c)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	b.Run("credentials", func(b *testing.B) {
		b.ReportAllocs()
		ids := make([]string, 4096)
		for i := range ids {
			ids[i] = store.TokenID(fmt.Sprint(i * 211))
		}
		for i := 0; b.Loop(); i++ {
			if v, err := s.Credentials(b.Context(), "k", ids[i%len(ids)]); err != nil || v.TokenErr != nil {
				b.Fatal(err, v.TokenErr)
			}
		}
	})
	b.Run("issue in a crowd", func(b *testing.B) {
		b.SetParallelism(64)
		b.RunParallel(func(p *testing.PB) {
			for p.Next() {
				if err := s.IssueAccessToken(b.Context(), token(store.NewToken())); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
	b.Run("issue alone", func(b *testing.B) {
		for b.Loop() {
			if err := s.IssueAccessToken(b.Context(), token(store.NewToken())); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("stats", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Stats(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
}
