package main

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"oauth1d/provider/registry"
	"oauth1d/store"
	"oauth1d/store/boltstore"
)

// addPeople makes what no command makes, in the store of a daemon that does not
// run: people DIR. ada of an LDAP directory, who has proposed two consumers, and
// gone, whom the directory knows no more. The keys go into SCANNER and FAX.
func addPeople(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: people DIR")
	}
	dir, ctx := ts.MkAbs(args[0]), context.Background()
	s, err := boltstore.Open(boltstore.Config{Path: filepath.Join(dir, "oauth1d.db"), Nonces: filepath.Join(dir, "nonces")})
	ts.Check(err)
	defer s.Close()
	master, err := readMasterKey(filepath.Join(dir, "master.key"))
	ts.Check(err)
	keys, err := store.OpenKeyring(master, s.Identity())
	ts.Check(err)
	for _, name := range []string{"ada", "gone"} {
		_, err := s.SeeUser(ctx, store.User{Name: name, Source: "ldap", Groups: []string{"staff"}, Checked: time.Now().Unix()})
		ts.Check(err)
	}
	_, err = s.ChangeUser(ctx, "gone", func(u *store.User) error { u.Gone = true; return nil })
	ts.Check(err)
	r, err := registry.New(s, keys, registry.Config{})
	ts.Check(err)
	for _, name := range []string{"Scanner", "Fax"} {
		c, err := r.Propose(ctx, "ada", registry.Application{Name: name, Publisher: "A Publisher with a Name that is Long", Callbacks: []string{"oob"}})
		ts.Check(err)
		ts.Setenv(strings.ToUpper(name), c.Key)
	}
}
