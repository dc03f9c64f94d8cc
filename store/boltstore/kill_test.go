package boltstore

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"oauth1d/store"
)

// The tests of this file run this binary again, as a daemon that acts on a store
// and prints a line for each act that was acknowledged, and end it rudely.
const (
	childDir  = "BOLTSTORE_TEST_DIR"  // where the child's store is; set: be the child
	childActs = "BOLTSTORE_TEST_ACTS" // "crowd": until killed; "row": a fixed row, one after the other
)

func TestMain(m *testing.M) {
	dir := os.Getenv(childDir)
	if dir == "" {
		os.Exit(m.Run())
	}
	c := Config{Path: dir + "/oauth1d.db", Nonces: dir + "/nonces"}
	c.Fatal = func(err error) {
		fmt.Println("fatal", err)
		os.Exit(3)
	}
	s, err := Open(c)
	if err != nil {
		fmt.Println("closed", err)
		os.Exit(1)
	}
	run := fmt.Sprint(time.Now().UnixNano())
	fmt.Println("ready")
	if os.Getenv(childActs) == "row" {
		for i := range 8 {
			actOnce(s, fmt.Sprint(run, "-", i))
		}
		if err := s.Close(); err != nil {
			fmt.Println("closed", err)
			if s.failed.Load() != nil {
				<-time.After(10 * time.Second) // Fatal is on its way, on the writer's goroutine, and ends the process
			}
			os.Exit(1)
		}
		os.Exit(0)
	}
	var crowd sync.WaitGroup
	for w := range 8 {
		crowd.Go(func() {
			for i := 0; ; i++ {
				actOnce(s, fmt.Sprint(run, "-", w, "-", i))
			}
		})
	}
	crowd.Wait()
}

// actOnce walks a dance, with a use and a revocation, and tells of each step
// after the store has answered. A step that fails ends it.
func actOnce(s *Store, name string) {
	ctx, now := context.Background(), time.Now().Unix()
	v := store.VerifierHash(name)
	r := store.RequestToken{ID: store.TokenID("r" + name), Consumer: "k", Expires: now + 600}
	step := func(what string, err error) bool {
		if err != nil {
			what = "error " + what + " " + strings.ReplaceAll(err.Error(), "\n", " ")
		}
		fmt.Println(what, name)
		return err == nil
	}
	_ = step("requested", s.CreateRequestToken(ctx, r, 1<<30)) &&
		step("decided", s.Decide(ctx, r.ID, store.Decision{User: "ada", Allowed: true, Verifier: v})) &&
		step("redeemed", second(s.Redeem(ctx, r.ID, v, token("a"+name)))) &&
		step("used", second(s.UseNonce(ctx, nonceOf(name, now)))) &&
		step("at "+fmt.Sprint(now), nil) &&
		step("revoked", s.Revoke(ctx, store.TokenID("a"+name))) &&
		step("tried", second(s.Attempt(ctx, now, gaugeOf(name)))) &&
		step("kept", s.KeepSession(ctx, name, nil, now+600)) &&
		step("taken", second(s.TakeSession(ctx, name)))
}

// gaugeOf lets one try through in a day.
func gaugeOf(name string) store.Gauge {
	return store.Gauge{ID: store.VerifierHash(name), Limit: 1, Window: 24 * time.Hour}
}

func second[T any](_ T, err error) error { return err }

func nonceOf(name string, at int64) store.Nonce {
	return store.Nonce{Consumer: "k", Token: "a" + name, Timestamp: at, Nonce: name}
}

// child starts this binary on the store of c, under a wrapper if there is one.
func child(t *testing.T, c Config, acts string, wrapper ...string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	args := append(wrapper, self)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), childDir+"="+strings.TrimSuffix(c.Path, "/oauth1d.db"), childActs+"="+acts)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	return cmd, bufio.NewScanner(out)
}

// said is what a child has acknowledged, by the name of the dance.
type said map[string]map[string]string

func (v said) note(line string) {
	f := strings.Fields(line)
	if len(f) < 2 || f[0] == "error" {
		return
	}
	name := f[len(f)-1]
	if v[name] == nil {
		v[name] = map[string]string{}
	}
	v[name][f[0]] = f[1]
}

// holds checks that everything acknowledged is in the store, which is closed.
func (v said) holds(t *testing.T, c Config) {
	t.Helper()
	problems, err := Check(c)
	if err != nil || len(problems) > 0 {
		t.Errorf("Check: got %q, error %v", problems, err)
	}
	s, err := Open(c)
	must(t, err)
	for name, steps := range v {
		v.dance(t, s, name, steps)
	}
	must(t, s.Close())
}

func (v said) dance(t *testing.T, s *Store, name string, steps map[string]string) {
	t.Helper()
	r, requestErr := s.RequestToken(t.Context(), store.TokenID("r"+name))
	_, accessErr := s.AccessToken(t.Context(), store.TokenID("a"+name))
	done := func(step string) bool { return steps[step] != "" }
	live := accessErr == nil
	switch {
	case done("revoked") && !errors.Is(accessErr, store.ErrRevoked):
		t.Errorf("%s was revoked: got error %v, want %v", name, accessErr, store.ErrRevoked)
	case done("redeemed") && !live && !errors.Is(accessErr, store.ErrRevoked):
		t.Errorf("%s was redeemed: access token: %v", name, accessErr)
	case done("redeemed") && !errors.Is(requestErr, store.ErrNotFound):
		t.Errorf("%s was redeemed: request token: got error %v, want %v", name, requestErr, store.ErrNotFound)
	case live && requestErr == nil:
		t.Errorf("%s has both tokens", name)
	case done("decided") && !live && accessErr != nil && !errors.Is(accessErr, store.ErrRevoked) && (requestErr != nil || r.Decided == 0):
		t.Errorf("%s was decided: got %+v, error %v", name, r, requestErr)
	case done("requested") && requestErr != nil && !live && !errors.Is(accessErr, store.ErrRevoked):
		t.Errorf("%s was requested: %v", name, requestErr)
	}
	if wait, err := s.Attempt(t.Context(), time.Now().Unix(), gaugeOf(name)); done("tried") && (err != nil || wait == 0) {
		t.Errorf("%s has tried: got wait %v, error %v", name, wait, err)
	}
	_, sessionErr := s.TakeSession(t.Context(), name)
	if done("taken") && !errors.Is(sessionErr, store.ErrNotFound) {
		t.Errorf("%s has taken its session: got error %v, want %v", name, sessionErr, store.ErrNotFound)
	}
	if !done("used") || !done("at") {
		return
	}
	var at int64
	_, err := fmt.Sscan(steps["at"], &at)
	must(t, err)
	if _, err := s.UseNonce(t.Context(), nonceOf(name, at)); !errors.Is(err, store.ErrNonceUsed) {
		t.Errorf("%s used its nonce: got error %v, want %v", name, err, store.ErrNonceUsed)
	}
}

func TestKilledStoreHasAllThatWasAcknowledged(t *testing.T) {
	t.Parallel()
	c := at(t, t.TempDir(), nil)
	create(t, c)
	s := open(t, c)
	must(t, s.AddConsumer(t.Context(), store.Consumer{Key: "k"}))
	must(t, s.Close())
	all := said{}
	for round := range 20 {
		cmd, lines := child(t, c, "crowd")
		for n := 0; lines.Scan(); n++ {
			all.note(lines.Text())
			if line := lines.Text(); strings.HasPrefix(line, "closed") || strings.HasPrefix(line, "fatal") {
				t.Fatalf("round %d: %s", round, line)
			}
			if n == 100+37*round { // then what was printed meanwhile is read to the end
				must(t, cmd.Process.Kill())
			}
		}
		cmd.Wait()
		if problems, err := Check(c); err != nil || len(problems) > 0 {
			t.Fatalf("round %d: got %q, error %v", round, problems, err)
		}
	}
	if len(all) < 100 {
		t.Fatalf("got %d dances, want more", len(all))
	}
	all.holds(t, c)
}
