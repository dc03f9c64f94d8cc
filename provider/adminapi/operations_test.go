package adminapi_test

import (
	"bytes"
	"errors"
	"net/http"
	"testing"

	"oauth1d/store/boltstore"
)

func TestStatusCountsAndSaysWhyItIsNotReady(t *testing.T) {
	b := newBench(t)
	b.consumer(t, "printer")
	s, err := b.client.Status(t.Context())
	must(t, err)
	if s.Consumers != 1 || !s.Ready || s.Version != "test" || s.StoreID != b.store.Identity().ID || s.AuditHead == "" {
		t.Errorf("got %+v", s)
	}
	b.ready = errors.New("shutting down")
	s, err = b.client.Status(t.Context())
	must(t, err)
	if s.Ready || s.NotReadyText != "shutting down" {
		t.Errorf("got ready %v %q, want not, because of shutting down", s.Ready, s.NotReadyText)
	}
}

func TestABackupHoldsWhatWasAcknowledged(t *testing.T) {
	b := newBench(t)
	b.consumer(t, "printer")
	var copied bytes.Buffer
	must(t, b.client.Backup(t.Context(), &copied))
	c := storeIn(t, t.TempDir())
	_, err := boltstore.Restore(&copied, c, nil)
	must(t, err)
	restored, err := boltstore.Open(c)
	must(t, err)
	defer restored.Close()
	if _, err := restored.Consumer(t.Context(), "printer"); err != nil {
		t.Errorf("in the restored store: %v", err)
	}
}

func TestCheckSaysThatASoundStoreIsSound(t *testing.T) {
	problems, err := newBench(t).client.Check(t.Context())
	if err != nil || len(problems) != 0 {
		t.Errorf("got %q, %v", problems, err)
	}
}

func TestAConfigurationThatIsRefusedStaysOut(t *testing.T) {
	b := newBench(t)
	must(t, b.client.Reload(t.Context()))
	b.reload = errors.New("public_url is empty")
	wantRefusal(t, b.client.Reload(t.Context()), http.StatusUnprocessableEntity, "public_url is empty")
}
