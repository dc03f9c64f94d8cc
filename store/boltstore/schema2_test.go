package boltstore

import (
	"bytes"
	"crypto/hmac"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"oauth1d/store"
)

// The ids of the access tokens in testdata/schema2, and of its request token.
const (
	schema2Live    = "e3e084bf3f97f68714f37a59dddb069e"
	schema2Revoked = "d996fb00447b6b80a39b04d718fcd8fd"
	schema2Request = "SLnp3aGViSCp1_dzcE-kbAvBv5r-jtLd"
)

const schema2Master = "9640e3fb7014e3f25cf7765f11a960e78e58de394eb44ad6201065f274c68177"

// schema2 is a copy of the file that a program of schema 2 has written, on a
// clock that shows when.
func schema2(t *testing.T) Config {
	t.Helper()
	c := at(t, t.TempDir(), func() time.Time { return time.Unix(1795544760, 0) })
	file, err := os.ReadFile(filepath.Join("testdata", "schema2", "oauth1d.db"))
	must(t, err)
	must(t, os.WriteFile(c.Path, file, fileMode))
	return c
}

func TestAStoreOfTheSecondSchemaIsUpgraded(t *testing.T) {
	c := schema2(t)
	f, err := os.Open(c.Path)
	must(t, err)
	before, err := checkFile(f, c.Path)
	if err != nil || len(before.problems) != 0 || before.identity.Schema != 2 {
		t.Fatalf("before: got %+v, error %v", before, err)
	}
	must(t, noncesOf(c, before.identity.ID))
	for _, opened := range []string{"first", "second"} {
		s, err := Open(c)
		must(t, err)
		if got := s.Identity().Schema; got != store.Schema {
			t.Errorf("opened the %s time: got schema %d, want %d", opened, got, store.Schema)
		}
		readSchema2(t, s)
		must(t, s.Close())
		if problems, err := Check(c); err != nil || len(problems) != 0 {
			t.Errorf("opened the %s time: got %q, error %v", opened, problems, err)
		}
	}
	s := open(t, c)
	useSchema2(t, s)
	if problems, err := s.Check(t.Context()); err != nil || len(problems) != 0 {
		t.Errorf("used: got %q, error %v", problems, err)
	}
}

// readSchema2 checks that all is there and means what it meant.
func readSchema2(t *testing.T, s *Store) {
	t.Helper()
	v, err := s.Stats(t.Context())
	must(t, err)
	v.SizeBytes, v.FreePages, v.NonceBytes = 0, 0, 0
	if diff := cmp.Diff(store.Stats{Consumers: 3, DisabledConsumers: 1, Users: 3, RequestTokens: 1, AccessTokens: 2}, v); diff != "" {
		t.Errorf("counts: got (+), want (-):\n%s", diff)
	}
	printer, err := s.Consumer(t.Context(), "printer")
	must(t, err)
	schema2Secrets(t, s, printer)
	printer.Secret, printer.OldSecret, printer.Revision = nil, nil, 0
	if diff := cmp.Diff(store.Consumer{
		Key: "printer", Name: "Photo Printer", Description: "prints photos", Publisher: "Printer & Söhne",
		Methods: []string{"HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512"}, Callbacks: []string{"oob", "https://printer.example.test/ready"},
		Profile: store.ProfileAtlassian, BodyHash: store.BodyHashIfPresent, Created: 1795544707, OldUntil: 1795803907, Used: printer.Used,
	}, printer); diff != "" {
		t.Errorf("printer: got (+), want (-):\n%s", diff)
	}
	batch, err := s.Consumer(t.Context(), "batch")
	if err != nil || batch.TwoLeggedUser != "ada" || len(batch.PublicKey) == 0 || batch.Proposed != 0 || batch.Owner != "" || batch.Verified {
		t.Errorf("batch: got %+v, error %v", batch, err)
	}
	for name, want := range map[string]store.User{
		"root": {Name: "root", Admin: true}, "ada": {Name: "ada", Groups: []string{"it", "staff"}}, "bob": {Name: "bob", Disabled: true},
	} {
		got, err := s.User(t.Context(), name)
		must(t, err)
		if got.Password == "" {
			t.Errorf("%s has no password", name)
		}
		got.Password, got.Created, got.Revision = "", 0, 0
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: got (+), want (-):\n%s", name, diff)
		}
	}
	live, err := s.AccessToken(t.Context(), schema2Live)
	if err != nil || live.Consumer != "printer" || !cmp.Equal(live.Scopes, []string{"read", "write"}) {
		t.Errorf("access token: got %+v, error %v", live, err)
	}
	if _, err := s.AccessToken(t.Context(), schema2Revoked); !errors.Is(err, store.ErrRevoked) {
		t.Errorf("revoked access token: got error %v", err)
	}
	r, err := s.RequestToken(t.Context(), store.TokenID(schema2Request))
	if err != nil || r.Consumer != "printer" || r.Callback != "oob" || r.Scopes != nil || r.Decided != 0 {
		t.Errorf("request token: got %+v, error %v", r, err)
	}
}

// schema2Secrets checks that what the earlier program sealed opens.
func schema2Secrets(t *testing.T, s *Store, printer store.Consumer) {
	t.Helper()
	master, err := hex.DecodeString(schema2Master)
	must(t, err)
	keys, err := store.OpenKeyring(master, s.Identity())
	must(t, err)
	for _, secret := range []struct {
		name   string
		sealed store.Sealed
		want   string
	}{{"secret", printer.Secret, "correct horse battery"}, {"old secret", printer.OldSecret, "kd94hf93k423kf44"}} {
		got, err := keys.Open(secret.sealed, store.ConsumerSecretPlace("printer"))
		if err != nil || !hmac.Equal(got, []byte(secret.want)) {
			t.Errorf("%s of printer: it is another one, error %v", secret.name, err)
		}
	}
}

// useSchema2 does with the old records what is new.
func useSchema2(t *testing.T, s *Store) {
	t.Helper()
	ctx := t.Context()
	id := store.TokenID(schema2Request)
	must(t, s.Decide(ctx, id, store.Decision{User: "ada", Allowed: true, Verifier: store.VerifierHash("v")}))
	must(t, second(s.Redeem(ctx, id, store.VerifierHash("v"), store.AccessToken{ID: "new", Consumer: "printer"})))
	must(t, second(s.ChangeConsumer(ctx, "printer", func(c *store.Consumer) error { c.Verified = true; return nil })))
	if _, err := s.SeeUser(ctx, store.User{Name: "ada", Source: "ldap"}); err != store.ErrExists {
		t.Errorf("taking over a user of schema 2: got error %v, want %v", err, store.ErrExists)
	}
	must(t, second(s.SeeUser(ctx, store.User{Name: "cy", Source: "ldap", Checked: 5})))
	must(t, s.AddProposal(ctx, store.Consumer{Key: "proposed", Owner: "cy", Proposed: 5}, 1, 1))
	g := store.Gauge{ID: [32]byte{1}, Limit: 1, Window: time.Hour}
	for _, want := range []time.Duration{0, time.Hour} {
		if wait, err := s.Attempt(ctx, s.now(), g); err != nil || wait != want {
			t.Errorf("got wait %v, error %v, want %v", wait, err, want)
		}
	}
}

// TestABackupOfTheSecondSchemaIsRestored: who upgrades and then needs the backup
// of before must not be told that it is damaged.
func TestABackupOfTheSecondSchemaIsRestored(t *testing.T) {
	old := schema2(t)
	file, err := os.ReadFile(old.Path)
	must(t, err)
	c := at(t, t.TempDir(), old.Now)
	must(t, second(Restore(bytes.NewReader(file), c, nil)))
	s := open(t, c)
	readSchema2(t, s)
	var b bytes.Buffer
	must(t, s.Backup(t.Context(), &b))
}

func TestASchemaTwoStoreWithoutNoncesIsRefused(t *testing.T) {
	c := schema2(t)
	if s, err := Open(c); err == nil {
		s.Close()
		t.Error("it opened without its nonce log")
	}
}
