package signin

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"oauth1d/store"
)

// A fickle backend answers with whatever its error is now.
type fickle struct{ err error }

func (f *fickle) Check(context.Context, string, store.Secret) (Identity, error) {
	return Identity{}, f.err
}

func (f *fickle) Recognise(context.Context, *http.Request) (Identity, error) {
	return Identity{}, f.err
}

func (f *fickle) Login(string) string { return "https://app.example.test/login" }

func (f *fickle) Begin(context.Context, string, string) (Start, error) { return Start{}, f.err }

func (f *fickle) Finish(context.Context, *http.Request, []byte) (Identity, error) {
	return Identity{}, f.err
}

func (f *fickle) LookUp(context.Context, string, store.Secret) (Identity, error) {
	return Identity{}, f.err
}

func TestAWatchSaysWhetherTheBackendAnswers(t *testing.T) {
	f := &fickle{}
	w := NewWatch(time.Now)
	b := w.Around(Backend{Passwords: f, Recogniser: f, Elsewhere: f, Directory: f})
	ctx := t.Context()
	for name, ask := range map[string]func() error{
		"a password":       func() error { _, err := b.Passwords.Check(ctx, "ada", nil); return err },
		"a request":        func() error { _, err := b.Recogniser.Recognise(ctx, nil); return err },
		"a way elsewhere":  func() error { _, err := b.Elsewhere.Begin(ctx, "", ""); return err },
		"a way back":       func() error { _, err := b.Elsewhere.Finish(ctx, nil, nil); return err },
		"a directory look": func() error { _, err := b.Directory.LookUp(ctx, "ada", nil); return err },
	} {
		down := errors.New("connection refused")
		for _, step := range []struct {
			answer error
			want   error
		}{{nil, nil}, {unavailable(down), down}, {ErrNobody, down}, {ErrWrong, nil}, {unavailable(down), down}, {ErrGone, nil}, {unavailable(down), down}, {nil, nil}} {
			f.err = step.answer
			if err := ask(); !errors.Is(err, step.answer) {
				t.Errorf("%s: got %v, want the backend's %v", name, err, step.answer)
			}
			if got := w.Reachable(ctx); !errors.Is(got, step.want) || (got == nil) != (step.want == nil) {
				t.Errorf("%s, after %v: got %v, want %v", name, step.answer, got, step.want)
			}
		}
	}
	if got := b.Recogniser.Login("x"); got != f.Login("x") {
		t.Errorf("got %q, want the backend's login page", got)
	}
}

func TestAWatchIsNotDeceivedByWhoGoesAway(t *testing.T) {
	w := NewWatch(time.Now)
	b := w.Around(Backend{Directory: &fickle{unavailable(context.Canceled)}})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _ = b.Directory.LookUp(ctx, "ada", nil)
	if err := w.Reachable(t.Context()); err != nil {
		t.Errorf("got %v, want nothing", err)
	}
}

func TestAWatchMakesNoBackendOutOfNone(t *testing.T) {
	w := NewWatch(time.Now)
	b := w.Around(Backend{})
	if b.Passwords != nil || b.Recogniser != nil || b.Elsewhere != nil || b.Directory != nil {
		t.Errorf("got %+v, want nothing", b)
	}
}

func TestAWatchForgetsWhatIsLongAgo(t *testing.T) {
	now := time.Now()
	w := NewWatch(func() time.Time { return now })
	b := w.Around(Backend{Directory: &fickle{unavailable(errors.New("refused"))}})
	_, _ = b.Directory.LookUp(t.Context(), "ada", nil)
	now = now.Add(15 * time.Minute)
	if err := w.Reachable(t.Context()); err == nil {
		t.Error("after 15 minutes: got nothing, want that it could not be asked")
	}
	now = now.Add(time.Second)
	if err := w.Reachable(t.Context()); err != nil {
		t.Errorf("later: got %v, want nothing", err)
	}
}
