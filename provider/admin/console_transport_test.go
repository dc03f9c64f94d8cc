package admin

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"oauth1d/provider/adminapi"
)

func clientOf(h http.HandlerFunc) *adminapi.Client { return adminapi.NewClientOver(inProcess{h}) }

func TestTheAPISeesTheActorAndNothingElseOfThePage(t *testing.T) {
	type foreign struct{}
	ctx := context.WithValue(context.WithValue(t.Context(), actorKey{}, "user:ada"), foreign{}, "the page's")
	c := clientOf(func(w http.ResponseWriter, r *http.Request) {
		if got := actorOf(r); got != "user:ada" {
			t.Errorf("got actor %q, want user:ada", got)
		}
		if r.Context().Value(foreign{}) != nil || r.Header.Get("Cookie") != "" || r.RequestURI != "/api/v1/consumers/a%2Fb" {
			t.Errorf("got %v, %v and %s", r.Context().Value(foreign{}), r.Header, r.RequestURI)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"key":"a/b"}`)
	})
	if got, err := c.Consumer(ctx, "a/b"); err != nil || got.Key != "a/b" {
		t.Errorf("got %q and %v", got.Key, err)
	}
}

func TestAnAnswerOfTheAPIThatBreaksOffIsAnError(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"in the middle": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/x-ndjson")
			_, _ = io.WriteString(w, "{}\n")
			panic(http.ErrAbortHandler)
		},
		"before it began": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"by saying nothing": func(http.ResponseWriter, *http.Request) {
		},
	} {
		if err := clientOf(h).ExportAudit(t.Context(), adminapi.AuditFilter{}, io.Discard); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}

// Whoever stops reading stops the API, which must not hang.
func TestAnExportEndsWithItsReader(t *testing.T) {
	ended := make(chan struct{})
	c := clientOf(func(w http.ResponseWriter, _ *http.Request) {
		defer close(ended)
		w.Header().Set("Content-Type", "application/x-ndjson")
		for {
			if _, err := io.WriteString(w, strings.Repeat("x", 1000)); err != nil {
				return
			}
		}
	})
	full := errors.New("the disk is full")
	if err := c.ExportAudit(t.Context(), adminapi.AuditFilter{}, failing{full}); !errors.Is(err, full) {
		t.Errorf("got %v, want %v", err, full)
	}
	<-ended
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
