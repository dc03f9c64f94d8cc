package admin_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"oauth1d/provider/adminapi"
)

// client speaks to the house over a real socket.
func (h *house) client() *adminapi.Client {
	h.t.Helper()
	socket := filepath.Join(h.t.TempDir(), "admin.sock")
	l, err := net.Listen("unix", socket)
	must(h.t, err)
	s := &httptest.Server{Listener: l, Config: &http.Server{Handler: h.socket}}
	s.Start()
	h.t.Cleanup(s.Close)
	return adminapi.NewClient(socket)
}

// A path that were cleaned or decoded on its way would change another consumer
// than the one that was named.
func TestAnyKeyHasItsPath(t *testing.T) {
	h := build(t, nil)
	c := h.client()
	keys := []string{"a", "a/b", "a%2Fb", "a%252Fb", "..", ".", "../a", "a/", "/a", "//", "%", "%zz", "a?b", "a#b", "a;b", "a+b", "a&b=c", "~", ":", "a/rotate", "*"}
	for _, key := range keys {
		if _, err := c.AddConsumer(t.Context(), adminapi.NewConsumer{Key: key, Name: "called " + key}); err != nil {
			t.Fatalf("adding %q: %v", key, err)
		}
	}
	for _, key := range keys {
		got, err := c.DisableConsumer(t.Context(), key)
		if err != nil || got.Key != key || got.Name != "called "+key {
			t.Errorf("disabling %q: got %q, %v", key, got.Key, err)
		}
		if got, err = c.Consumer(t.Context(), key); err != nil || got.Key != key || got.Enabled {
			t.Errorf("showing %q: got %q, enabled %v, %v", key, got.Key, got.Enabled, err)
		}
		if got, err = c.RotateConsumer(t.Context(), key, adminapi.Rotation{}); err != nil || got.Key != key {
			t.Errorf("rotating %q: got %q, %v", key, got.Key, err)
		}
	}
	for _, key := range keys {
		if _, err := c.RemoveConsumer(t.Context(), key); err != nil {
			t.Errorf("removing %q: %v", key, err)
		}
	}
	if all, err := c.Consumers(t.Context(), adminapi.ConsumerFilter{}); err != nil || len(all) != 0 {
		t.Errorf("got %v, %v left, want none", all, err)
	}
}

func TestAnyUserHasItsPath(t *testing.T) {
	h := build(t, nil)
	c := h.client()
	for _, name := range []string{"ada lovelace", "ada/admin", "üñï", ".."} {
		if _, err := c.AddUser(t.Context(), adminapi.NewUser{Name: name, Password: "correct horse battery"}); err != nil {
			t.Fatalf("adding %q: %v", name, err)
		}
		if got, err := c.DisableUser(t.Context(), name); err != nil || got.Name != name || got.Enabled {
			t.Errorf("disabling %q: got %+v, %v", name, got, err)
		}
		if _, err := c.RemoveUser(t.Context(), name); err != nil {
			t.Errorf("removing %q: %v", name, err)
		}
	}
}

// A change names some fields; the others stay, and an empty list is not "stays".
func TestAChangeLeavesTheRest(t *testing.T) {
	h := build(t, nil)
	c := h.client()
	added, err := c.AddConsumer(t.Context(), adminapi.NewConsumer{Key: "printer", Name: "Printer", Publisher: "Prints", Callbacks: []string{"oob"}})
	must(t, err)
	name := "R&D <printer>"
	got, err := c.ChangeConsumer(t.Context(), "printer", adminapi.ConsumerChange{Name: &name})
	must(t, err)
	if got.Name != name || got.Publisher != "Prints" || len(got.Callbacks) != 1 || len(got.Methods) != len(added.Methods) {
		t.Errorf("got %+v, want another name only", got)
	}
	got, err = c.ChangeConsumer(t.Context(), "printer", adminapi.ConsumerChange{Callbacks: &[]string{}})
	must(t, err)
	if got.Name != name || len(got.Callbacks) != 0 {
		t.Errorf("got %+v, want no callbacks and the rest as before", got)
	}
}
