package admin_test

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"oauth1d/provider"
	"oauth1d/provider/adminapi"
	"oauth1d/store/boltstore"
)

func TestTheStatusCountsAndSaysWhyItIsNotReady(t *testing.T) {
	var ready error
	c := peopled(t, func(p *provider.Parts) { p.Ready = func(context.Context) error { return ready } })
	_, err := c.IssueToken(t.Context(), adminapi.NewToken{Consumer: "printer", User: "ada"})
	must(t, err)
	_, err = c.DisableConsumer(t.Context(), "printer")
	must(t, err)
	got, err := c.Status(t.Context())
	must(t, err)
	if got.Consumers != 1 || got.Disabled != 1 || got.Users != 1 || got.Tokens != 1 || got.Version != "test" || !got.Ready || got.AuditHead == "" {
		t.Errorf("got %+v", got)
	}
	ready = errors.New("shutting down")
	if got, err = c.Status(t.Context()); err != nil || got.Ready || got.NotReadyText != "shutting down" {
		t.Errorf("got ready %v, %q, %v, want that it is shutting down", got.Ready, got.NotReadyText, err)
	}
}

func TestABackupIsAStore(t *testing.T) {
	c := peopled(t, nil)
	var copied bytes.Buffer
	must(t, c.Backup(t.Context(), &copied))
	dir := t.TempDir()
	b := boltstore.Config{Path: filepath.Join(dir, "db"), Nonces: filepath.Join(dir, "nonces")}
	_, err := boltstore.Restore(&copied, b, nil)
	must(t, err)
	s, err := boltstore.Open(b)
	must(t, err)
	defer s.Close()
	if _, err := s.Consumer(t.Context(), "printer"); err != nil {
		t.Errorf("the restored store has no printer: %v", err)
	}
	if problems, err := c.Check(t.Context()); err != nil || len(problems) != 0 {
		t.Errorf("check: got %v, %v, want nothing wrong", problems, err)
	}
}

func TestAReloadThatIsRefusedSaysWhy(t *testing.T) {
	var refused error
	c := peopled(t, func(p *provider.Parts) { p.Reload = func(context.Context) error { return refused } })
	must(t, c.Reload(t.Context()))
	refused = errors.New("oauth1d.yaml:3:3  realm  has a line break")
	err := c.Reload(t.Context())
	var e *adminapi.Error
	if !errors.As(err, &e) || e.Code != "configuration_refused" || !strings.Contains(err.Error(), "oauth1d.yaml:3:3") {
		t.Errorf("got %v, want the refusal with its place", err)
	}
}

func TestADaemonWithoutAFileHasNothingToReload(t *testing.T) {
	if err := peopled(t, nil).Reload(t.Context()); err == nil {
		t.Error("got no error, want one")
	}
}
