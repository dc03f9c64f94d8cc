package adminapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"oauth1d/provider/adminapi"
	"oauth1d/store"
)

func TestASecretIsShownOnceAndWorks(t *testing.T) {
	b := newBench(t)
	c := b.consumer(t, "printer")
	if len(c.Secret) < 32 {
		t.Fatalf("the secret has %d characters, want at least 32", len(c.Secret))
	}
	record, err := b.store.Consumer(t.Context(), "printer")
	must(t, err)
	opened, err := b.keys.Open(record.Secret, store.ConsumerSecretPlace("printer"))
	must(t, err)
	if opened.Reveal() != c.Secret {
		t.Error("the stored secret is not the one that was answered")
	}
	shown, err := b.client.Consumer(t.Context(), "printer")
	must(t, err)
	if shown.Secret != "" {
		t.Error("showing the consumer shows its secret")
	}
	rotated, err := b.client.RotateConsumer(t.Context(), "printer", adminapi.Rotation{})
	must(t, err)
	if rotated.Secret == "" || rotated.Secret == c.Secret {
		t.Error("rotating made no new secret")
	}
	rotated.Secret = ""
	if d := cmp.Diff(rotated, shown); d != "" {
		t.Errorf("rotating changed more than the secret (-got +want):\n%s", d)
	}
}

// TestAnyKeyHasAPath walks the keys that a path could take for something else.
func TestAnyKeyHasAPath(t *testing.T) {
	b := newBench(t)
	for _, key := range []string{"a/b", "a%2Fb", "a?b", "a#b", "a;b&c=d", "...", "~", `"\`, "list", "a+b", strings.Repeat("k", 255)} {
		b.consumer(t, key)
		for name, act := range map[string]func() (adminapi.Consumer, error){
			"show":    func() (adminapi.Consumer, error) { return b.client.Consumer(t.Context(), key) },
			"disable": func() (adminapi.Consumer, error) { return b.client.DisableConsumer(t.Context(), key) },
			"enable":  func() (adminapi.Consumer, error) { return b.client.EnableConsumer(t.Context(), key) },
			"rotate": func() (adminapi.Consumer, error) {
				return b.client.RotateConsumer(t.Context(), key, adminapi.Rotation{})
			},
		} {
			if got, err := act(); err != nil || got.Key != key {
				t.Errorf("%s %q: got %q, %v", name, key, got.Key, err)
			}
		}
		if _, err := b.client.RemoveConsumer(t.Context(), key); err != nil {
			t.Errorf("remove %q: %v", key, err)
		}
	}
}

func TestConsumersAreRefusedInWords(t *testing.T) {
	b := newBench(t)
	b.consumer(t, "printer")
	add := func(n adminapi.NewConsumer) func() error {
		return func() error { _, err := b.client.AddConsumer(t.Context(), n); return err }
	}
	tests := []struct {
		name   string
		act    func() error
		status int
		says   string
	}{
		{"a key that is taken", add(adminapi.NewConsumer{Key: "printer", Name: "x"}), http.StatusConflict, `there is a consumer "printer" already`},
		{"two mistakes are told together", add(adminapi.NewConsumer{Key: "a b", Callbacks: []string{"javascript:alert(1)"}}), http.StatusBadRequest, "\n"},
		{"a script as callback", add(adminapi.NewConsumer{Name: "x", Callbacks: []string{"javascript:alert(1)"}}), http.StatusBadRequest, "callback"},
		{"an unknown one shown", func() error { _, err := b.client.Consumer(t.Context(), "scanner"); return err }, http.StatusNotFound, `there is no consumer "scanner"`},
		{"an unknown one changed", func() error {
			_, err := b.client.ChangeConsumer(t.Context(), "scanner", adminapi.ConsumerChange{})
			return err
		}, http.StatusNotFound, "scanner"},
		{"an unknown one removed", func() error { _, err := b.client.RemoveConsumer(t.Context(), "scanner"); return err }, http.StatusNotFound, "scanner"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { wantRefusal(t, test.act(), test.status, test.says) })
	}
}

func TestAChangeLeavesTheRest(t *testing.T) {
	b := newBench(t)
	want := b.consumer(t, "printer")
	publisher, callbacks := "Prints Ltd", []string{"https://printer.example.test/ready", "oob"}
	got, err := b.client.ChangeConsumer(t.Context(), "printer", adminapi.ConsumerChange{Publisher: &publisher, Callbacks: &callbacks})
	must(t, err)
	want.Secret, want.Publisher, want.Callbacks = "", publisher, callbacks
	if d := cmp.Diff(got, want); d != "" {
		t.Errorf("after a change (-got +want):\n%s", d)
	}
	none := []string{}
	got, err = b.client.ChangeConsumer(t.Context(), "printer", adminapi.ConsumerChange{Callbacks: &none})
	must(t, err)
	if len(got.Callbacks) != 0 {
		t.Errorf("an empty list left the callbacks %q", got.Callbacks)
	}
}

func TestRemovingAConsumerSaysHowManyTokensEnded(t *testing.T) {
	b := newBench(t)
	b.consumer(t, "printer")
	b.user(t, "ada")
	issued := b.token(t, "printer", "ada")
	b.token(t, "printer", "ada")
	ended, err := b.client.RemoveConsumer(t.Context(), "printer")
	must(t, err)
	if ended.Tokens != 2 {
		t.Errorf("got %d ended tokens, want 2", ended.Tokens)
	}
	_, err = b.client.Token(t.Context(), issued.Token)
	wantRefusal(t, err, http.StatusNotFound, "there is no access token")
}
