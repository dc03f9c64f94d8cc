package journey

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var updateInterop = flag.Bool("update", false, "write INTEROP.md anew")

const tableFile = "INTEROP.md"

const tableHead = `# Consumer libraries

Libraries that nobody here wrote. Each walks the dance (callback and PIN, a user's
no, a second exchange, a revoked token) and signs awkward requests: escapes, names
that repeat, forms, bodies that are none. Where a library departs from RFC 5849, the
daemon refuses it by default, and the last column says why. Each line is asserted:
a deviation that is gone, or a new one, fails ` + "`make interop`" + `.

Written by ` + "`go test ./cmd/journey -run TestInteropTable -update`" + ` from the cases of
TestConsumerLibraries. A request counts once for each transmission, with the first
signature method. Those of npm that only sign (oauth-1.0a, oauth-sign, oauth-signature,
node-oauth1) have their requests sent by testdata/node/signer.mjs; oauth-sign and
oauth-signature get the query taken apart, so what they cannot get wrong there is no
merit of theirs.

One of these deviations leaves the meaning of a request what it was, and can be
accepted from a single consumer: what authlib sends twice in query and form
(oauth1d consumer set KEY --accept repeated-parameters, TestALibraryIsLetInByALenience).
In the others the signature does not cover what is sent, or covers something else.

| Library | Language | Version | Signature methods | Transmissions | Dance | Awkward requests that pass | Deviations, and what becomes of them |
|---|---|---|---|---|---|---|---|
`

// TestInteropTable compares INTEROP.md with the libraries as TestConsumerLibraries
// takes them. That another version is installed here, or none, is said, and no
// failure: what that version does is what TestConsumerLibraries finds out.
func TestInteropTable(t *testing.T) {
	want := interopTable(t)
	if *updateInterop {
		if strings.Contains(want, "| ? |") {
			t.Fatalf("a library is not installed, or of an origin that nobody named here:\n%s", want)
		}
		if err := os.WriteFile(tableFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(tableFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(withoutVersions(string(got)), withoutVersions(want)); diff != "" {
		t.Errorf("%s differs from the cases (-file +cases); run go test ./cmd/journey -run TestInteropTable -update:\n%s", tableFile, diff)
	} else if string(got) != want {
		t.Logf("installed here are other versions than %s has:\n%s", tableFile, cmp.Diff(string(got), want))
	}
}

var versionCells = regexp.MustCompile(`(?m)^(\| [^|]* )\| [^|]* \| [^|]* `)

func withoutVersions(table string) string { return versionCells.ReplaceAllString(table, "${1}") }

func interopTable(t *testing.T) string {
	var b strings.Builder
	b.WriteString(tableHead)
	for _, l := range libraries() {
		passed, all := l.count()
		language, version := l.origin(t)
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %d of %d | %s |\n", l.plainName(), language, version,
			strings.Join(l.methods, ", "), strings.Join(l.vias, ", "), strings.Join(l.dances, ", "), passed, all, l.deviations())
	}
	return b.String()
}

// count returns how many requests pass and how many there are, as rows sends them.
func (l library) count() (passed, all int) {
	for _, via := range l.vias {
		for _, w := range rows {
			if !w.suits(l, via) {
				continue
			}
			all++
			if l.stray(w.name, via) == nil {
				passed++
			}
		}
	}
	return passed, all
}

// deviations are the strays of a library, those of one reason together.
func (l library) deviations() string {
	var all []string
	for _, via := range l.unescapes {
		all = append(all, "it unescapes a callback twice in the "+via+" before it signs (§3.4.1.3.1): signature_invalid")
	}
	for _, s := range l.strays {
		where := ""
		if s.via != "" && len(l.vias) > 1 {
			where = ", in the " + s.via
		}
		all = append(all, s.why+where+": "+s.problem)
	}
	if len(all) == 0 {
		return "none"
	}
	var once []string
	for _, s := range all {
		if !slices.Contains(once, s) {
			once = append(once, s)
		}
	}
	return strings.Join(once, "; ")
}

var wherefrom = regexp.MustCompile(`( [0-9][0-9.]*)? \([^)]*\)$`)

// plainName is the name without a version and where it is from.
func (l library) plainName() string { return wherefrom.ReplaceAllString(l.name, "") }

// origin returns the language of a library and the version that is installed, or
// question marks where none is.
func (l library) origin(t *testing.T) (language, version string) {
	name := strings.Fields(l.name)[0]
	switch {
	case strings.HasSuffix(l.name, "(npm)"):
		return "JavaScript", npmVersion(t, name)
	case strings.HasSuffix(l.name, "(Go)"):
		return "Go", moduleVersion(t, "github.com/"+name)
	}
	perl := "lib" + strings.ToLower(strings.ReplaceAll(name, "::", "-")) + "-perl"
	for _, p := range []string{"python3-" + name, perl, "liboauth-" + name + "-java", name, name + "-dev"} {
		if v := debianVersion(p); v != "" {
			return languageOf(p), v
		}
	}
	return "?", "?"
}

func npmVersion(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata/node/node_modules", name, "package.json"))
	if err != nil {
		return "?"
	}
	var p struct{ Version string }
	if err := json.Unmarshal(b, &p); err != nil {
		t.Fatalf("package.json of %s: %v", name, err)
	}
	return p.Version
}

// moduleVersion reads go.mod, because a test binary has no build information about
// its modules.
func moduleVersion(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^\s*(?:require )?` + regexp.QuoteMeta(path) + ` (v\S+)`).FindSubmatch(b)
	if m == nil {
		t.Fatalf("go.mod does not require %s", path)
	}
	return string(m[1])
}

func debianVersion(name string) string {
	out, err := exec.Command("dpkg-query", "-W", "-f", "${db:Status-Abbrev}${Version}", name).Output()
	version, installed := strings.CutPrefix(string(out), "ii ")
	if err != nil || !installed {
		return ""
	}
	return version
}

// languageOf goes by how Debian names its packages.
func languageOf(name string) string {
	switch {
	case strings.HasPrefix(name, "python3-"):
		return "Python"
	case strings.HasPrefix(name, "ruby-"):
		return "Ruby"
	case strings.HasPrefix(name, "php-"):
		return "PHP"
	case strings.HasSuffix(name, "-perl"):
		return "Perl"
	case strings.HasSuffix(name, "-java"):
		return "Java"
	}
	return "C"
}
