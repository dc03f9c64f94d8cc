package policy

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAsk(t *testing.T) {
	p := mustNew(t, photos())
	allowed := []string{"photos.write", "photos.read"}
	for _, row := range []struct {
		name, text string
		allowed    []string
		want       []string
		err        string
	}{
		{"nothing asks for all that is allowed", "", allowed, []string{"photos.read", "photos.write"}, ""},
		{"one of them", "photos.write", allowed, []string{"photos.write"}, ""},
		{"separated by a space, as OAuth 2 has it", "photos.write photos.read", allowed, []string{"photos.read", "photos.write"}, ""},
		{"separated by a comma, as Trello has it", "photos.write,photos.read", allowed, []string{"photos.read", "photos.write"}, ""},
		{"separated by both, and asked for twice", " photos.read, photos.read,, ", allowed, []string{"photos.read"}, ""},
		{"one that the consumer may not have", "photos.read everything", allowed, nil, `scope "everything" may not be asked for by this consumer`},
		{"one that is not there sounds the same", "photos.read gone", allowed, nil, `scope "gone" may not be asked for by this consumer`},
		{"one that was allowed and is gone", "gone", []string{"gone"}, nil, `scope "gone" may not be asked for by this consumer`},
		{"case makes a difference", "Photos.Read", allowed, nil, `scope "Photos.Read" may not be asked for by this consumer`},
		{"separators only", " ,", allowed, nil, `" ," names no scope`},
		{"a stranger's text is quoted and cut", "\u202e\x1b[2J" + strings.Repeat("x", 1000), allowed, nil,
			`scope "\u202e\x1b[2J` + strings.Repeat("x", 33) + `"... may not be asked for by this consumer`},
		{"a consumer that may ask for nothing", "", nil, nil, "this consumer may ask for no scope"},
		{"a consumer of whose scopes none is left", "", []string{"gone"}, nil, "this consumer may ask for no scope"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := p.Ask(row.text, row.allowed)
			if d := cmp.Diff(got, row.want); d != "" {
				t.Errorf("got -, want +:\n%s", d)
			}
			if text := message(err); text != row.err {
				t.Errorf("got the error %q, want %q", text, row.err)
			}
		})
	}
	if _, err := p.Ask("", nil); !errors.Is(err, ErrNothingToAsk) {
		t.Errorf("got %v, want ErrNothingToAsk", err)
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
