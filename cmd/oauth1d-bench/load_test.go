package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"oauth1d/provider/oauth1"
)

// wantsAdmission is what the daemon would set.
var wantsAdmission = []string{"Remote-User: ada", "X-OAuth-Consumer: c", "X-OAuth-Scopes: -", "X-OAuth-Token-Id: i", "Cache-Control: no-store", "Content-Length: 0"}

// emptyProcess starts the empty handler in a process of its own.
func emptyProcess(t *testing.T) (*process, string) {
	t.Helper()
	p, addr, err := startEmpty(wantsAdmission)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.stop(); err != nil {
			t.Error(err)
		}
	})
	return p, addr
}

func testSigner() *signer {
	return &signer{method: oauth1.HMACSHA1, requestID: true, credentials: []credential{
		{key: "k1", secret: "s1", token: "t1", tokenSecret: "u1"}, {key: "k2", secret: "s2", token: "t2", tokenSecret: "u2"},
	}}
}

func testPool(t *testing.T, n int) [][]byte {
	t.Helper()
	pool, err := testSigner().pool(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	return pool
}

func TestEveryRequestIsGenuineAndUnique(t *testing.T) {
	pool := testPool(t, 3001)
	seen := map[string]bool{}
	for i, raw := range pool {
		c := testSigner().credentials[i%2]
		r, err := check(raw, c)
		if err != nil {
			t.Fatalf("request %d: %v\n%s", i, err, raw)
		}
		if seen[r.Nonce] {
			t.Fatalf("request %d has a nonce for the second time", i)
		}
		seen[r.Nonce] = true
		if _, err := check(forge(raw), c); err == nil {
			t.Fatalf("forgery of request %d has a genuine signature\n%s", i, forge(raw))
		}
		again := replay(raw)
		if _, err := check(again, c); err != nil || bytes.Equal(again, raw) {
			t.Fatalf("replay of request %d should differ in its request id only: %v\n%s", i, err, again)
		}
	}
}

// check reads a request as the gate would.
func check(raw []byte, c credential) (*oauth1.Request, error) {
	h, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
	if err != nil {
		return nil, err
	}
	m := oauth1.Message{
		Method: h.Header.Get("X-Original-Method"), Scheme: h.Header.Get("X-Forwarded-Proto"), Host: h.Header.Get("X-Forwarded-Host"),
		Target: h.Header.Get("X-Original-URI"), Authorization: h.Header["Authorization"],
	}
	var r oauth1.Request
	if err := r.Parse(&m, oauth1.Limits{}); err != nil {
		return nil, err
	}
	if r.ConsumerKey != c.key || !r.Check(oauth1.Keys{ConsumerSecret: []byte(c.secret), TokenSecret: []byte(c.tokenSecret)}) {
		return nil, errors.New("the signature does not match")
	}
	return &r, nil
}

func TestLoadCountsWhatItAsked(t *testing.T) {
	p, addr := emptyProcess(t)
	pool := testPool(t, 500)

	r, err := load(t.Context(), p, addr, pool, 8, time.Minute, false)
	if err != nil {
		t.Fatal(err)
	}
	if r.Requests != len(pool) || r.Elapsed > 30*time.Second || r.P50 <= 0 || r.P99 < r.P50 {
		t.Errorf("a used-up pool: got %+v, want all %d requests, and its end before the time", r, len(pool))
	}
	r, err = load(t.Context(), p, addr, pool[:10], 8, 50*time.Millisecond, true)
	if err != nil {
		t.Fatal(err)
	}
	if r.Requests <= 10 {
		t.Errorf("a cycling pool of 10 ended after %d requests", r.Requests)
	}
}

func TestLoadEndsWithTheFirstAnswerThatIsNoAdmission(t *testing.T) {
	p, _ := emptyProcess(t)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.Header.Get("X-Original-URI"), "/300.jpg") {
			w.Header().Set("X-OAuth1-Problem", "token_revoked")
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	defer s.Close()
	_, err := load(t.Context(), p, s.Listener.Addr().String(), testPool(t, 500), 8, time.Minute, false)
	if err == nil || !strings.Contains(err.Error(), "401 Unauthorized") || !strings.Contains(err.Error(), "token_revoked") {
		t.Errorf("got %v, want the answer 401 with its header", err)
	}
}

func TestLoadEndsWhenItsTargetIsGone(t *testing.T) {
	p, _ := emptyProcess(t)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) }))
	defer s.Close()
	_, err := load(t.Context(), p, s.Listener.Addr().String(), testPool(t, 10), 8, time.Minute, false)
	if !errors.Is(err, io.EOF) {
		t.Errorf("got %v, want an end of the connection", err)
	}
}

func TestLoadHearsOfAnInterrupt(t *testing.T) {
	p, _ := emptyProcess(t)
	asked := make(chan bool, 100)
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked <- true
		<-r.Context().Done()
	}))
	defer s.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-asked
		cancel()
	}()
	if _, err := load(ctx, p, s.Listener.Addr().String(), testPool(t, 10), 8, time.Minute, false); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

func TestAGateThatIsOffIsFound(t *testing.T) {
	_, addr := emptyProcess(t)
	p, err := newProber(t.Context(), "empty handler", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	pool := testPool(t, 100)
	headers, err := p.admission(pool[0])
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(headers), fmt.Sprint(wantsAdmission); got != want {
		t.Errorf("headers of an admission: got %s, want %s", got, want)
	}
	if n, err := p.refusals(pool); n != 0 || err == nil || !strings.Contains(err.Error(), "should be 401 nonce_used, and is\nHTTP/1.1 200 OK") {
		t.Errorf("replays at the empty handler: %d refused, %v; want the first one's 200", n, err)
	}
}

func TestFigures(t *testing.T) {
	q := quartilesOf([]float64{5, 1, 4, 2, 3})
	if want := (quartiles{Median: 3, Q1: 2, Q3: 4, Min: 1, Max: 5}); q != want {
		t.Errorf("quartiles: got %+v, want %+v", q, want)
	}
	if q := quartilesOf([]float64{1, 2}); q.Median != 1.5 {
		t.Errorf("median of 1 and 2: got %v, want 1.5", q.Median)
	}
	var hundred []uint32
	for i := range uint32(100) {
		hundred = append(hundred, i+1)
	}
	for p, want := range map[int]time.Duration{50: 50, 99: 99} {
		if got := percentile(hundred, p); got != want {
			t.Errorf("percentile %d of 1 to 100: got %d, want %d", p, got, want)
		}
	}
	if got := percentile([]uint32{7}, 99); got != 7 {
		t.Errorf("percentile 99 of one figure: got %d, want 7", got)
	}
	if got := thousands(1234567.6); got != "1,234,568" {
		t.Errorf("thousands: got %s, want 1,234,568", got)
	}
}
