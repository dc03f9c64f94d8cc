package main

import (
	"strings"
	"sync"
	"testing"
	"time"
)

// watched keeps what a process writes, and tells when there is more.
type watched struct {
	mu      sync.Mutex
	text    strings.Builder
	arrived chan struct{} // of one place
}

func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case w.arrived <- struct{}{}:
	default: // whoever waits will see this too
	}
	return w.text.Write(p)
}

func (w *watched) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

// await waits until the text is there.
func (w *watched) await(t *testing.T, text string) {
	t.Helper()
	deadline := time.After(30 * time.Second)
	for !strings.Contains(w.String(), text) {
		select {
		case <-w.arrived:
		case <-deadline:
			t.Fatalf("waited for %q, got\n%s", text, w.String())
		}
	}
}

// unusedAddress is one at which nobody listens.
func unusedAddress(t *testing.T) string {
	t.Helper()
	address, err := freeOr("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return address
}
