package pages

import (
	"bytes"
	"errors"
	"html/template"
	"testing"
)

func TestRenderRefusesWhatIsNoPage(t *testing.T) {
	for _, page := range []any{nil, "consent", Site{}, &Home{}} {
		var b bytes.Buffer
		if err := Render(&b, page); err == nil || b.Len() != 0 {
			t.Errorf("rendering %T: error %v and %d bytes, want an error and none", page, err, b.Len())
		}
	}
}

func TestBrokenTemplateWritesNothing(t *testing.T) {
	broken := template.Must(template.New("broken").Parse("<p>begun</p>{{.Missing}}"))
	var b bytes.Buffer
	if err := write(&b, broken, Home{}); err == nil || b.Len() != 0 {
		t.Errorf("error %v and %d bytes, want an error and none", err, b.Len())
	}
}

type gone struct{}

var errGone = errors.New("connection lost")

func (gone) Write([]byte) (int, error) { return 0, errGone }

func TestLostConnectionIsTold(t *testing.T) {
	if err := Render(gone{}, Home{}); !errors.Is(err, errGone) {
		t.Errorf("error is %v, want %v", err, errGone)
	}
}

// The zero value of each page must still be one: an error page with nothing on
// it is better than none.
func TestEmptyPagesRender(t *testing.T) {
	for _, page := range []any{SignIn{}, Consent{}, PIN{}, Denied{}, Problem{}, SignedOut{}, Home{}} {
		if render(t, page) == "" {
			t.Errorf("%T is empty", page)
		}
	}
}

func TestContentSecurityPolicy(t *testing.T) {
	const want = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; form-action 'self' http: https:"
	if got := ContentSecurityPolicy(); got != want {
		t.Errorf("policy is\n%s, want\n%s", got, want)
	}
	for _, tt := range []struct {
		name, scheme, want string
	}{
		{"a reversed domain is added", "com.example.app", want + " com.example.app:"},
		{"case does not matter", "Com.Example.App", want + " com.example.app:"},
		{"web schemes are there already", "https", want},
		{"none adds nothing", "", want},
		{"a digit does not begin one", "1app", want},
		{"a directive cannot follow", "app; script-src *", want},
		{"a header cannot follow", "app\r\nx", want},
		{"a colon is not part of it", "app:", want},
		{"a wildcard is none", "*", want},
		{"letters beyond ASCII are none", "äpp", want},
	} {
		if got := ContentSecurityPolicyForScheme(tt.scheme); got != tt.want {
			t.Errorf("%s: got %s", tt.name, got)
		}
	}
}
