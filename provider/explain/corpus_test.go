package explain_test

import (
	"bufio"
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"oauth1d/provider/explain"
	"oauth1d/provider/oauth1"
)

// The corpus is made by testdata/corpus/generate.py, which shares nothing with
// the code under test, and by testdata/corpus/libraries.py, which lets libraries
// that nobody here wrote sign something else than is sent.

const corpusDir = "testdata/corpus"

// An entry is one request of the corpus.
type entry struct {
	Name, Deviation string
	Expect, Accept  []string

	Method, URL, Authorization string
	ContentType                string `json:"content_type"`
	Body                       string
	Theirs                     string
	Keys                       []struct {
		Name           string
		ConsumerSecret string `json:"consumer_secret"`
		TokenSecret    string `json:"token_secret"`
		PublicKey      string `json:"public_key"`
	}
	Origins []struct{ Scheme, Host, Prefix string }
}

func readCorpus(t *testing.T, name string) []entry {
	t.Helper()
	f, err := os.Open(filepath.Join(corpusDir, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []entry
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e entry
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func publicKey(t *testing.T, name string) *rsa.PublicKey {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(corpusDir, name+".pub"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return key.(*rsa.PublicKey)
}

func (e *entry) toCase(t *testing.T) explain.Case {
	t.Helper()
	scheme, host, target, err := oauth1.SplitURL(e.URL)
	if err != nil {
		t.Fatalf("%s: %v", e.URL, err)
	}
	c := explain.Case{Theirs: e.Theirs, Message: oauth1.Message{Method: e.Method, Scheme: scheme, Host: host, Target: target, Body: []byte(e.Body)}}
	if e.Authorization != "" {
		c.Message.Authorization = []string{e.Authorization}
	}
	if e.ContentType != "" {
		c.Message.ContentType = []string{e.ContentType}
	}
	for _, k := range e.Keys {
		key := explain.Key{Name: k.Name, Keys: oauth1.Keys{ConsumerSecret: []byte(k.ConsumerSecret), TokenSecret: []byte(k.TokenSecret)}}
		if k.PublicKey != "" {
			key.Keys.PublicKey = publicKey(t, k.PublicKey)
		}
		c.Keys = append(c.Keys, key)
	}
	for _, o := range e.Origins {
		c.Origins = append(c.Origins, explain.Origin(o))
	}
	return c
}

// verdict is what an explanation is worth.
func (e *entry) verdict(x explain.Explanation) string {
	unknown := slices.Equal(x.Causes, []string{"unknown"})
	switch {
	case len(e.Expect) == 1 && e.Expect[0] == "unknown":
		if unknown || !x.Certain {
			return "right"
		}
	case len(e.Expect) == 1 && len(x.Causes) == 1 && slices.Contains(e.Accept, x.Causes[0]), slices.Equal(sorted(x.Causes), sorted(e.Expect)):
		return "right"
	case unknown:
		return "unknown"
	}
	if x.Certain {
		return "wrong and certain"
	}
	return "wrong"
}

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }

func TestCorpus(t *testing.T) {
	all := append(readCorpus(t, "corpus.jsonl"), readCorpus(t, "libraries.jsonl")...)
	verdicts := map[string]map[string]int{}
	total, right, tried := 0, 0, 0
	for _, e := range all {
		c := e.toCase(t)
		signed := check(t, &e, c)
		if e.Deviation == "right" {
			if !signed {
				t.Errorf("%s: what the generator signs right is not right", e.Name)
			}
			continue
		}
		if signed {
			t.Errorf("%s, %s: the signature is right", e.Name, e.Deviation)
		}
		x := explain.Explain(t.Context(), c)
		v := e.verdict(x)
		if verdicts[e.Deviation] == nil {
			verdicts[e.Deviation] = map[string]int{}
		}
		verdicts[e.Deviation][v]++
		total, tried = total+1, max(tried, x.Tried)
		if v == "right" {
			right++
			continue
		}
		t.Logf("%s: %s: %s: got %q, want %q or one of %q\n  %s", v, e.Name, e.Deviation, x.Causes, e.Expect, e.Accept, x.BaseString)
		if v == "wrong and certain" {
			t.Errorf("%s, %s: %q is named with certainty, and it was %q", e.Name, e.Deviation, x.Causes, e.Expect)
		}
	}
	for _, deviation := range slices.Sorted(maps.Keys(verdicts)) {
		t.Logf("%-32s %v", deviation, verdicts[deviation])
	}
	share := float64(right) / float64(total)
	t.Logf("%d of %d mis-signed requests are explained right, %.1f %%; at most %d signatures were computed for one", right, total, 100*share, tried)
	if total < 400 || share < .98 {
		t.Errorf("got %d of %d right, want 98 %% of at least 400", right, total)
	}
}

// check says whether the provider would let the request pass, and panics like
// nothing.
func check(t *testing.T, e *entry, c explain.Case) bool {
	t.Helper()
	var r oauth1.Request
	if err := r.Parse(&c.Message, oauth1.Limits{}); err != nil {
		t.Fatalf("%s, %s: %v", e.Name, e.Deviation, err)
	}
	return r.Check(c.Keys[0].Keys)
}

// TestTheCorpusIsWhatItsGeneratorMakes keeps anybody from mending an entry by hand.
func TestTheCorpusIsWhatItsGeneratorMakes(t *testing.T) {
	const python = "/usr/bin/python3" // Debian's, which sees Debian's python3-cryptography
	cmd := exec.Command(python, filepath.Join(corpusDir, "generate.py"))
	var words bytes.Buffer
	cmd.Stderr = &words
	got, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s with python3-cryptography is needed: %v\n%s", python, err, &words)
	}
	want, err := os.ReadFile(filepath.Join(corpusDir, "corpus.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error(firstDifference(string(got), string(want)))
	}
}

func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("the corpus differs in line %d: got\n%s\nwant\n%s", i+1, a[i], b[i])
		}
	}
	return fmt.Sprintf("got %d lines, want %d", len(a), len(b))
}

// TestTheLibrariesSignAsRecorded runs the libraries again.
func TestTheLibrariesSignAsRecorded(t *testing.T) {
	const python = "/usr/bin/python3"
	cmd := exec.Command(python, filepath.Join(corpusDir, "libraries.py"))
	var words bytes.Buffer
	cmd.Stderr = &words
	got, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s with python3-oauthlib and python3-authlib is needed: %v\n%s", python, err, &words)
	}
	want, err := os.ReadFile(filepath.Join(corpusDir, "libraries.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	deviations := map[string]bool{}
	for _, e := range readCorpus(t, "libraries.jsonl") {
		deviations[e.Expect[0]] = true
	}
	if len(deviations) < 10 {
		t.Errorf("got %d deviations by real libraries, want at least 10", len(deviations))
	}
	if !bytes.Equal(got, want) {
		t.Error(firstDifference(string(got), string(want)) + "\nif a library is of another version now, write it anew: libraries.py >libraries.jsonl")
	}
}
