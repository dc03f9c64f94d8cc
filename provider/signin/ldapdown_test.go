package signin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"oauth1d/provider/web"
	"oauth1d/store"
)

func testLDAPMany(t *testing.T, s *slapd) {
	d := s.users(t, nil)
	var all sync.WaitGroup
	for i := range 4 * maxLDAPConnections {
		all.Go(func() {
			password, want := adasPassword, error(nil)
			if i%2 == 1 {
				password, want = "wrong horse battery", ErrWrong
			}
			if _, err := d.Check(t.Context(), "ada", store.Secret(password)); !errors.Is(err, want) {
				t.Errorf("sign-in %d: got error %v, want %v", i, err, want)
			}
		})
	}
	all.Wait()
}

func testLDAPCallerGone(t *testing.T, s *slapd) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.users(t, nil).Check(ctx, "ada", store.Secret(adasPassword))
	var shown *web.Error
	if !errors.Is(err, context.Canceled) || errors.As(err, &shown) {
		t.Errorf("got error %v, want %v for nobody to read", err, context.Canceled)
	}
}

func testLDAPRemoved(t *testing.T, s *slapd) {
	d := s.users(t, nil)
	if _, err := d.Check(t.Context(), "temp", store.Secret(adasPassword)); err != nil {
		t.Fatal(err)
	}
	if err := s.root(t).Del(ldap.NewDelRequest("uid=temp,ou=people,"+suffix, nil)); err != nil {
		t.Fatal(err)
	}
	if _, err := d.LookUp(t.Context(), "temp", nil); !errors.Is(err, ErrGone) {
		t.Errorf("got error %v, want %v", err, ErrGone)
	}
	if _, err := d.Check(t.Context(), "temp", store.Secret(adasPassword)); !errors.Is(err, ErrWrong) {
		t.Errorf("got error %v, want %v", err, ErrWrong)
	}
}

func testLDAPRestarted(t *testing.T, s *slapd) {
	d := s.users(t, nil)
	for range 2 {
		s.stop(t)
		_, err := d.Check(t.Context(), "ada", store.Secret(adasPassword))
		wantUnavailable(t, err)
		_, err = d.LookUp(t.Context(), "ada", nil)
		wantUnavailable(t, err)
		s.start(t)
		if _, err := d.Check(t.Context(), "ada", store.Secret(adasPassword)); err != nil {
			t.Errorf("after the restart: %v", err)
		}
	}
}

// root is a connection that may do everything.
func (s *slapd) root(t *testing.T) *ldap.Conn {
	t.Helper()
	conn, err := ldap.DialURL("ldap://" + s.plain)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.Bind(rootDN, rootPass); err != nil {
		t.Fatal(err)
	}
	return conn
}

// wantUnavailable wants err to be a page's 503 with a cause for the log: one line,
// and no secret in it.
func wantUnavailable(t *testing.T, err error) {
	t.Helper()
	var shown *web.Error
	if !errors.As(err, &shown) || shown.Status != http.StatusServiceUnavailable || shown.Code != "signin_unavailable" || shown.Err == nil {
		t.Errorf("got error %v, want signin_unavailable", err)
		return
	}
	if errors.Is(err, ErrWrong) || errors.Is(err, ErrGone) {
		t.Errorf("got error %v, which says something of the user", err)
	}
	for _, text := range []string{err.Error(), fmt.Sprintf("%+v", err)} {
		if strings.ContainsFunc(text, invisible) || strings.Contains(text, adasPassword) || strings.Contains(text, readerPass) || len(text) > 600 {
			t.Errorf("a log would have %.800q", text)
		}
	}
}
