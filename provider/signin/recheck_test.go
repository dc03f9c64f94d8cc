package signin

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"oauth1d/store"
)

// directory is a people's register that a test edits.
type directory struct {
	groups map[string][]string
	err    map[string]error // for one user
	down   error            // for all
	asked  []string
	given  map[string]string // what was shown for a user
}

func (d *directory) LookUp(_ context.Context, user string, refresh store.Secret) (Identity, error) {
	d.asked = append(d.asked, user)
	d.given[user] = refresh.Reveal()
	if err := errors.Join(d.down, d.err[user]); err != nil {
		return Identity{}, err
	}
	groups, there := d.groups[user]
	if !there {
		return Identity{}, ErrGone
	}
	return Identity{User: user, Groups: groups, Refresh: store.Secret("next-" + user)}, nil
}

// rechecked is a house with users of a directory, some of whom have tokens.
func rechecked(t *testing.T, users int) (*house, *directory) {
	t.Helper()
	d := &directory{groups: map[string][]string{}, err: map[string]error{}, given: map[string]string{}}
	h := build(t, Config{Backend: Backend{Name: "oidc", Elsewhere: &HandOver{}, Directory: d}, Recheck: 5 * time.Minute})
	if err := h.store.AddConsumer(t.Context(), store.Consumer{Key: "printer", Name: "printer"}); err != nil {
		t.Fatal(err)
	}
	for i := range users {
		name := fmt.Sprintf("u%03d", i)
		d.groups[name] = []string{"staff"}
		if _, err := h.see(t.Context(), Identity{User: name, Groups: []string{"old"}, Refresh: store.Secret("first-" + name)}); err != nil {
			t.Fatal(err)
		}
		if err := h.store.IssueAccessToken(t.Context(), store.AccessToken{ID: "t-" + name, Consumer: "printer", User: name, Issued: h.clock.Now().Unix()}); err != nil {
			t.Fatal(err)
		}
	}
	return h, d
}

func TestUsersAreAskedAboutAgain(t *testing.T) {
	h, d := rechecked(t, 3)
	if asked, _, err := h.Recheck(t.Context()); asked != 0 || err != nil {
		t.Errorf("too early: asked about %d, %v", asked, err)
	}
	h.clock.pass(5 * time.Minute)
	delete(d.groups, "u001")
	asked, gone, err := h.Recheck(t.Context())
	if asked != 3 || gone != 1 || err != nil {
		t.Fatalf("asked about %d, %d gone, %v; want 3, 1 and no error", asked, gone, err)
	}
	if d.given["u000"] != "first-u000" {
		t.Errorf("shown for u000: %q", d.given["u000"])
	}
	left, err := h.store.User(t.Context(), "u001")
	if err != nil || !left.Gone || !left.Refused() {
		t.Errorf("the user who left: %+v, %v", left, err)
	}
	still, err := h.store.User(t.Context(), "u000")
	if err != nil || still.Gone || len(still.Groups) != 1 || still.Groups[0] != "staff" || still.Checked != h.clock.Now().Unix() {
		t.Errorf("the user who is there: %+v, %v", still, err)
	}
	found := false
	for _, line := range h.journalOf(t) {
		found = found || line["action"] == "user.gone" && line["object"] == "u001"
	}
	if !found {
		t.Error("the audit log does not say that the user is gone")
	}

	h.clock.pass(5 * time.Minute)
	if _, _, err := h.Recheck(t.Context()); err != nil || d.given["u000"] != "next-u000" {
		t.Errorf("the next time: shown %q, %v", d.given["u000"], err)
	}
}

func TestANameThatIsAnotherPersonsNowIsTakenDown(t *testing.T) {
	h, _ := rechecked(t, 1)
	for _, subject := range []string{"first", "", "first", "second"} {
		if _, err := h.see(t.Context(), Identity{User: "u000", Subject: subject}); err != nil {
			t.Fatal(err)
		}
	}
	var replaced int
	for _, line := range h.journalOf(t) {
		if line["action"] == "user.replaced" && line["object"] == "u000" {
			replaced++
		}
	}
	if replaced != 1 {
		t.Errorf("user.replaced stands in the audit log %d times, want once", replaced)
	}
	if tokens, err := h.store.ListAccessTokens(t.Context(), store.TokenFilter{User: "u000"}); err != nil || len(tokens) != 0 {
		t.Errorf("the first one's tokens: got %d, %v; want none", len(tokens), err)
	}
}

func TestUsersWithoutTokensAreNotAskedAbout(t *testing.T) {
	h, d := rechecked(t, 2)
	if _, err := h.store.RevokeAll(t.Context(), store.TokenFilter{User: "u000"}); err != nil {
		t.Fatal(err)
	}
	h.clock.pass(time.Hour)
	if asked, _, err := h.Recheck(t.Context()); asked != 1 || err != nil || d.asked[0] != "u001" {
		t.Errorf("asked about %v, %v", d.asked, err)
	}
}

func TestADirectoryThatIsDownChangesNothing(t *testing.T) {
	h, d := rechecked(t, 20)
	h.clock.pass(time.Hour)
	d.down = errors.New("connection refused")
	asked, gone, err := h.Recheck(t.Context())
	if asked != maxFailures || gone != 0 || err == nil {
		t.Errorf("asked about %d, %d gone, %v; want %d, none and an error", asked, gone, err, maxFailures)
	}
	d.down = nil
	if asked, gone, err := h.Recheck(t.Context()); asked != 20 || gone != 0 || err != nil {
		t.Errorf("when it is back: asked about %d, %d gone, %v", asked, gone, err)
	}
}

func TestOneUserDoesNotKeepTheOthersFromBeingAskedAbout(t *testing.T) {
	h, d := rechecked(t, 4)
	h.clock.pass(time.Hour)
	d.err["u001"] = errors.New("two entries")
	d.err["u002"] = ErrUnanswerable
	delete(d.groups, "u003")
	asked, gone, err := h.Recheck(t.Context())
	if asked != 4 || gone != 1 || err == nil {
		t.Errorf("asked about %d, %d gone, %v; want 4, 1 and an error", asked, gone, err)
	}
	for name, want := range map[string]bool{"u001": false, "u002": false, "u003": true} {
		if u, err := h.store.User(t.Context(), name); err != nil || u.Gone != want {
			t.Errorf("%s: gone %v, %v; want %v", name, u.Gone, err, want)
		}
	}
}

func TestADirectoryThatHasLostItsUsersIsNotBelieved(t *testing.T) {
	h, d := rechecked(t, 40)
	h.clock.pass(time.Hour)
	there := d.groups
	d.groups = map[string][]string{} // an empty base, or a 404 for every path
	asked, gone, err := h.Recheck(t.Context())
	if asked != 40 || gone != 0 || err == nil {
		t.Errorf("asked about %d, %d gone, %v; want 40, none and an error", asked, gone, err)
	}
	if u, err := h.store.User(t.Context(), "u000"); err != nil || u.Gone || u.Checked == h.clock.Now().Unix() {
		t.Errorf("one of them: got %+v, %v, want not gone, and not confirmed", u, err)
	}
	d.groups = there
	for i := range 15 {
		delete(d.groups, fmt.Sprintf("u%03d", i))
	}
	if asked, gone, err := h.Recheck(t.Context()); asked != 40 || gone != 15 || err != nil {
		t.Errorf("a department leaves: asked about %d, %d gone, %v; want 40, 15 and no error", asked, gone, err)
	}
}

func TestThoseWhoComeAfterAFewBadOnesAreAskedAbout(t *testing.T) {
	h, d := rechecked(t, 40)
	h.clock.pass(time.Hour)
	for i := range maxFailures {
		d.err[fmt.Sprintf("u%03d", i)] = errors.New("two entries")
	}
	for range 20 { // that all the bad ones come first by chance, every time, is ruled out
		if asked, _, _ := h.Recheck(t.Context()); asked > maxFailures {
			return
		}
	}
	t.Error("the others are never asked about")
}
