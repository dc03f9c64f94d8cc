package signin

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"

	"oauth1d/store"
)

// What a directory is asked when somebody signs in, in this order.
const (
	askedToBind = iota + 1
	askedForUser
	askedPassword
	askedToBindAgain
	askedForGroups
)

func TestABrokenDirectoryLetsNobodyIn(t *testing.T) {
	tests := []struct {
		name   string
		serve  func(net.Conn)
		change func(*LDAPConfig)
		slow   bool // only the timeout ends it
	}{
		{"accepts and never answers", silent, nil, true},
		{"never shakes hands", silent, overLDAPS, true},
		{"never answers StartTLS", silent, withStartTLS, true},
		{"agrees to StartTLS and never shakes hands", say(message(1, result(ldap.ApplicationExtendedResponse, 0, ""))), withStartTLS, true},
		{"agrees to StartTLS and talks on", say(message(1, result(ldap.ApplicationExtendedResponse, 0, "")) + message(2, result(ldap.ApplicationBindResponse, 0, ""))), withStartTLS, true},
		{"does not want StartTLS", say(message(1, result(ldap.ApplicationExtendedResponse, ldap.LDAPResultProtocolError, ""))), withStartTLS, false},
		{"hangs up", func(net.Conn) {}, nil, false},
		{"hangs up when it is asked", func(c net.Conn) { ber.ReadPacket(c) }, nil, false},
		{"is a web server", say("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), nil, true},
		{"says nothing but zeros", endless("\x00\x00"), nil, true},
		{"says nothing but ones", endless("\xff\xff"), nil, false},
		{"announces two gigabytes", endless("\x30\x84\x7f\xff\xff\xff\x04\x84\x7f\xff\xff\xf0"), nil, false},
		{"nests without an end", endless("\x30\x80"), nil, false},
		{"answers without a body", say("\x30\x03\x02\x01\x01"), nil, false},
		{"answers with nothing", say("\x30\x00"), nil, true},
		{"answers another question", say(message(7, result(ldap.ApplicationBindResponse, 0, ""))), nil, true},
		{"sends entries without an end", endless(message(2, entry("uid=ada", "ada"))), nil, true},
		{"never finds", script(map[int][]*ber.Packet{askedForUser: {}}), nil, true},
		{"never comes to an end of what it finds", script(map[int][]*ber.Packet{askedForUser: {entry("uid=ada", "ada")}}), nil, true},
		{"never says whether the password is right", script(map[int][]*ber.Packet{askedPassword: {}}), nil, true},
		{"is busy", script(map[int][]*ber.Packet{askedForUser: {result(ldap.ApplicationSearchResultDone, ldap.LDAPResultBusy, "not now")}}), nil, false},
		{"refers elsewhere", script(map[int][]*ber.Packet{askedForUser: {result(ldap.ApplicationSearchResultDone, ldap.LDAPResultReferral, "")}}), nil, false},
		{"was too slow for itself", script(map[int][]*ber.Packet{askedForUser: {result(ldap.ApplicationSearchResultDone, ldap.LDAPResultTimeLimitExceeded, "")}}), nil, false},
		{"wants TLS for passwords", script(map[int][]*ber.Packet{askedPassword: {result(ldap.ApplicationBindResponse, ldap.LDAPResultConfidentialityRequired, "")}}), nil, false},
		{"answers a password with a search", script(map[int][]*ber.Packet{askedPassword: {result(ldap.ApplicationSearchResultDone, ldap.LDAPResultOther, "")}}), nil, false},
		{"will not have the account back", script(map[int][]*ber.Packet{askedToBindAgain: {result(ldap.ApplicationBindResponse, ldap.LDAPResultBusy, "")}}), nil, false},
		{"finds no groups' base", script(map[int][]*ber.Packet{askedForGroups: {result(ldap.ApplicationSearchResultDone, ldap.LDAPResultNoSuchObject, "")}}), nil, false},
		{"finds more groups than are wanted", script(map[int][]*ber.Packet{askedForGroups: many(maxLDAPGroups+1, entry("cn=g", "g"))}), nil, false},
		{"would write into the log", script(map[int][]*ber.Packet{askedToBind: {result(ldap.ApplicationBindResponse, ldap.LDAPResultOther, "\r\nlevel=INFO\x1b[2J\u202e"+strings.Repeat("\xe9x", 10000))}}), nil, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			timeout := 20 * time.Second
			if test.slow {
				timeout = 200 * time.Millisecond
			}
			d := brokenUsers(t, timeout, test.serve, test.change)
			start := time.Now()
			got, err := d.Check(t.Context(), "ada", store.Secret(adasPassword))
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("it took %v", took)
			}
			if got.User != "" {
				t.Errorf("got %v, want nobody", got)
			}
			wantUnavailable(t, err)
		})
	}
}

// The scripted server does let somebody in when nothing is broken, and a refusal
// in whatever words is one.
func TestDirectoriesRefuseInManyWays(t *testing.T) {
	found := func(entries ...*ber.Packet) map[int][]*ber.Packet {
		return map[int][]*ber.Packet{askedForUser: append(entries, result(ldap.ApplicationSearchResultDone, 0, ""))}
	}
	refused := func(code int) map[int][]*ber.Packet {
		return map[int][]*ber.Packet{askedPassword: {result(ldap.ApplicationBindResponse, code, "")}}
	}
	tests := []struct {
		name   string
		script map[int][]*ber.Packet
		want   error
	}{
		{"does not", nil, nil},
		{"finds an entry without a name, as which everybody may bind", found(entry("", "ada")), ErrWrong},
		{"finds nobody", found(), ErrWrong},
		{"finds three, though two are enough", found(many(3, entry("uid=ada", "ada"))...), ErrWrong},
		{"says that there are more", map[int][]*ber.Packet{askedForUser: {entry("uid=ada", "ada"), result(ldap.ApplicationSearchResultDone, ldap.LDAPResultSizeLimitExceeded, "")}}, ErrWrong},
		{"finds a name with a line break", found(entry("uid=ada", "ada\nroot")), ErrWrong},
		{"finds a name of a quarter megabyte", found(entry("uid=ada", strings.Repeat("a", 1<<18))), ErrWrong},
		{"Active Directory: disabled", found(entryWith("uid=ada", "uid", "ada", "userAccountControl", "514")), ErrWrong},
		{"Active Directory: not disabled", found(entryWith("uid=ada", "uid", "ada", "userAccountControl", "512")), nil},
		{"Active Directory: nonsense", found(entryWith("uid=ada", "uid", "ada", "userAccountControl", "0x200")), ErrWrong},
		{"389: disabled", found(entryWith("uid=ada", "uid", "ada", "nsAccountLock", "true")), ErrWrong},
		{"eDirectory: disabled", found(entryWith("uid=ada", "uid", "ada", "LOGINDISABLED", "TRUE")), ErrWrong},
		{"OpenLDAP: locked for a while, which anybody can bring about", found(entryWith("uid=ada", "uid", "ada", "pwdAccountLockedTime", "20260101000000Z")), nil},
		{"wrong password", refused(ldap.LDAPResultInvalidCredentials), ErrWrong},
		{"too many tries", refused(ldap.LDAPResultConstraintViolation), ErrWrong},
		{"inactivated", refused(ldap.LDAPResultUnwillingToPerform), ErrWrong},
		{"no password in the entry", refused(ldap.LDAPResultInappropriateAuthentication), ErrWrong},
		{"deleted in between", refused(ldap.LDAPResultNoSuchObject), ErrWrong},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := brokenUsers(t, 20*time.Second, script(test.script), nil).Check(t.Context(), "ada", store.Secret(adasPassword))
			if !errors.Is(err, test.want) || (got.User == "ada") != (test.want == nil) {
				t.Errorf("got %v and error %v, want error %v", got, err, test.want)
			}
		})
	}
}

func TestWhoDoesNotWaitForADirectoryIsNotWaitedFor(t *testing.T) {
	asked := make(chan struct{})
	d := brokenUsers(t, time.Hour, func(c net.Conn) {
		ber.ReadPacket(c)
		close(asked)
		silent(c)
	}, nil)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-asked
		cancel()
	}()
	if _, err := d.LookUp(ctx, "ada", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v, want %v", err, context.Canceled)
	}
}

func TestOnlySoManyQuestionsAtOnce(t *testing.T) {
	d := brokenUsers(t, 100*time.Millisecond, silent, nil)
	for range maxLDAPConnections {
		d.turns <- struct{}{}
	}
	_, err := d.Check(t.Context(), "ada", store.Secret(adasPassword))
	wantUnavailable(t, err)
	if err == nil || !strings.Contains(err.Error(), "waiting for one of 16 connections") {
		t.Errorf("got error %v", err)
	}
	<-d.turns
	if _, err := d.Check(t.Context(), "ada", store.Secret(adasPassword)); err == nil || strings.Contains(err.Error(), "waiting for one") {
		t.Errorf("with one free: got error %v", err)
	}
	if len(d.turns) != maxLDAPConnections-1 {
		t.Errorf("%d turns are taken, want %d", len(d.turns), maxLDAPConnections-1)
	}
}

func overLDAPS(c *LDAPConfig)    { c.URL = "ldaps" + strings.TrimPrefix(c.URL, "ldap") }
func withStartTLS(c *LDAPConfig) { c.StartTLS = true }

// brokenUsers are users of a directory that answers with what serve does.
func brokenUsers(t *testing.T, timeout time.Duration, serve func(net.Conn), change func(*LDAPConfig)) *LDAP {
	t.Helper()
	c := LDAPConfig{
		URL: "ldap://" + brokenServer(t, serve), BindDN: readerDN, BindPassword: store.Secret(readerPass), BaseDN: suffix, GroupBaseDN: suffix, Timeout: timeout,
	}
	if change != nil {
		change(&c)
	}
	d, err := NewLDAP(c)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// silent reads and never answers.
func silent(c net.Conn) { io.Copy(io.Discard, c) }

// say answers the first question with raw bytes, and is silent then.
func say(raw string) func(net.Conn) {
	return func(c net.Conn) {
		if _, err := ber.ReadPacket(c); err == nil {
			io.WriteString(c, raw)
		}
		silent(c)
	}
}

// endless says the same for ever, once it was asked.
func endless(raw string) func(net.Conn) {
	return func(c net.Conn) {
		if _, err := ber.ReadPacket(c); err != nil {
			return
		}
		for text := strings.Repeat(raw, 100); ; {
			if _, err := io.WriteString(c, text); err != nil {
				return
			}
		}
	}
}
