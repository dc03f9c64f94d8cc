package oauth1

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// oauthlib is a process of Debian's Python that answers with what oauthlib
// makes of a request. Other Pythons of the machine have other versions of it.
type oauthlib struct {
	in  io.Writer
	out *bufio.Reader
}

const debianPython = "/usr/bin/python3"

// startOauthlib skips the test where the library is not installed, but not in CI.
func startOauthlib(t *testing.T) *oauthlib {
	t.Helper()
	if out, err := exec.Command(debianPython, "-c", "import oauthlib").CombinedOutput(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("python3-oauthlib: %v\n%s", err, out)
		}
		t.Skip("python3-oauthlib is not installed; make deps brings it")
	}
	c := exec.CommandContext(t.Context(), debianPython, "testdata/differential/oauthlib_answers.py")
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		c.Wait()
	})
	return &oauthlib{in, bufio.NewReaderSize(out, 1<<20)}
}

// An answer is what an implementation makes of a request: nothing, if it
// refuses it.
type answer struct{ normalized, base, signature string }

func (a answer) String() string {
	if a == (answer{}) {
		return "a refusal"
	}
	return fmt.Sprintf("\n  parameters %s\n  base       %s\n  signature  %s", a.normalized, a.base, a.signature)
}

// answers asks about all requests at once: writing and reading overlap, so
// that neither pipe fills up.
func (o *oauthlib) answers(asked []*specimen) ([]answer, error) {
	var lines strings.Builder
	for _, s := range asked {
		s.writeLine(&lines)
	}
	lines.WriteByte('\n')
	written := make(chan error, 1)
	go func() {
		_, err := io.WriteString(o.in, lines.String())
		written <- err
	}()
	answers := make([]answer, len(asked))
	for i := range answers {
		line, err := o.out.ReadString('\n')
		if err != nil {
			return nil, fmt.Errorf("oauthlib has stopped: %w", err)
		}
		part := strings.Split(strings.TrimSuffix(line, "\n"), " ")
		switch {
		case part[0] == "=" && len(part) == 4:
			answers[i] = answer{part[1], part[2], part[3]}
		case part[0] != "!":
			return nil, fmt.Errorf("oauthlib answers %q", line)
		}
	}
	return answers, <-written
}

// writeLine writes what oauthlib_answers.py reads.
func (s *specimen) writeLine(b *strings.Builder) {
	authorization, form := "-", "-"
	if len(s.Authorization) > 0 {
		authorization = hex.EncodeToString([]byte(s.Authorization[0]))
	}
	if len(s.ContentType) > 0 {
		form = hex.EncodeToString(s.Body)
	}
	digest := "SHA-" + strings.TrimPrefix(s.method, "HMAC-SHA")
	fmt.Fprintf(b, "%x,%x,%x,%x,%s,%s,%x,%x,%x\n", s.Method, s.Scheme, s.Host, s.Target,
		authorization, form, digest, s.keys.ConsumerSecret, s.keys.TokenSecret)
}
