package oauth1

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// vector is one known answer from testdata/vectors. A value that begins with a
// quote is a Go string; keys that repeat are headers.
type vector struct {
	name    string
	fields  map[string]string
	headers [][2]string
}

// TestVectors asks for every known answer. A corpus that is not found must not
// pass for one that is right.
func TestVectors(t *testing.T) {
	vectors := readVectors(t)
	if len(vectors) < 144 {
		t.Fatalf("the corpus has %d vectors, want at least 144", len(vectors))
	}
	kinds := map[string]func(*testing.T, vector){
		"request":         checkRequestVector,
		"base-string-uri": checkURIVector,
		"percent-encode":  checkEncodeVector,
		"normalize":       checkNormalizeVector,
		"base-string":     checkBaseStringVector,
		"sign":            checkSignVector,
	}
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			check := kinds[v.fields["kind"]]
			if check == nil || v.fields["source"] == "" {
				t.Fatalf("kind %q, source %q", v.fields["kind"], v.fields["source"])
			}
			check(t, v)
		})
	}
}

// checkRequestVector reads a request, compares every stage, then checks and
// makes the signature.
func checkRequestVector(t *testing.T, v vector) {
	m := v.message()
	v.putSignature(t, m)
	var r Request
	err := r.Parse(m, Limits{})
	if want := v.fields["decision"]; want != "" && want != "accept" {
		if err == nil || err.(*Problem).Name != want {
			t.Fatalf("got %v, want %s", err, want)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if want, ok := v.fields["normalized-parameters"]; ok {
		if diff := cmp.Diff(r.NormalizedParameters(), want); diff != "" {
			t.Errorf("normalized parameters (-got +want):\n%s", diff)
		}
	}
	if diff := cmp.Diff(string(r.BaseString()), v.fields["base-string"]); diff != "" {
		t.Errorf("base string (-got +want):\n%s", diff)
	}
	checkSignVector(t, v)
	checkAccepted(t, v, &r)
}

func checkAccepted(t *testing.T, v vector, r *Request) {
	k := Keys{
		ConsumerSecret: []byte(v.fields["consumer-secret"]),
		TokenSecret:    []byte(v.fields["token-secret"]),
	}
	if IsRSA(r.SignatureMethod) {
		k = Keys{PublicKey: &readKey(t, v.fields["rsa-key"]).PublicKey}
	} else if len(k.ConsumerSecret) == 0 {
		// The answer is known, and still nobody gets in with it.
		if r.Check(k) {
			t.Error("a consumer without a secret was let in")
		}
		return
	}
	if wrong := v.fields["published-signature-wrong"]; wrong != "" {
		if r.Check(k) {
			t.Errorf("the wrong signature of the document was accepted: %s", wrong)
		}
		r.Signature = v.fields["signature"]
	}
	if !r.Check(k) {
		t.Error("the signature was not accepted")
	}
	r.Signature += "A"
	if r.Check(k) {
		t.Error("a longer signature was accepted")
	}
}

func checkURIVector(t *testing.T, v vector) {
	path, _, _ := strings.Cut(v.fields["target"], "?")
	b := appendBaseURI(nil, v.fields["scheme"], v.fields["host"], []byte(path))
	if got, _ := Unescape(string(b)); got != v.fields["base-string-uri"] {
		t.Errorf("got %s, want %s", got, v.fields["base-string-uri"])
	}
}

func checkEncodeVector(t *testing.T, v vector) {
	if got := Escape(v.fields["input"]); got != v.fields["expected"] {
		t.Errorf("got %s, want %s", got, v.fields["expected"])
	}
}

func checkNormalizeVector(t *testing.T, v vector) {
	var r Request
	readList(t, &r, v.fields["form"])
	if got := r.NormalizedParameters(); got != v.fields["normalized-parameters"] {
		t.Errorf("got %s, want %s", got, v.fields["normalized-parameters"])
	}
}

func checkBaseStringVector(t *testing.T, v vector) {
	var r Request
	readList(t, &r, v.fields["form"])
	if p := r.readTarget(v.message(), Limits{}.withDefaults()); p != nil {
		t.Fatal(p)
	}
	if got := string(r.BaseString()); got != v.fields["base-string"] {
		t.Errorf("got %s, want %s", got, v.fields["base-string"])
	}
}

// checkSignVector makes the signature from the base string alone.
func checkSignVector(t *testing.T, v vector) {
	s := Signer{ConsumerSecret: []byte(v.fields["consumer-secret"]), TokenSecret: []byte(v.fields["token-secret"])}
	if name := v.fields["rsa-key"]; name != "" {
		s.PrivateKey = readKey(t, name)
	}
	got, err := s.sign(v.fields["signature-method"], []byte(v.fields["base-string"]))
	if err != nil || got != v.fields["signature"] {
		t.Errorf("got signature %s, %v, want %s", got, err, v.fields["signature"])
	}
}

// readList reads a list of parameters that need not be a whole request.
func readList(t *testing.T, r *Request, form string) {
	r.texts[formText] = form
	if p := r.readPieces(InForm, formText, Limits{}.withDefaults()); p != nil {
		t.Fatal(p)
	}
	r.texts[arenaText] = string(r.arena)
	_ = r.locate(Limits{}) // marks the protocol parameters, of which there may be none
	if p := r.sortParams(Limits{}); p != nil {
		t.Fatal(p)
	}
}

func (v vector) message() *Message {
	m := &Message{
		Method: v.fields["method"],
		Scheme: v.fields["scheme"],
		Host:   v.fields["host"],
		Target: v.fields["target"],
		Body:   []byte(v.fields["body"]),
	}
	for _, h := range v.headers {
		switch h[0] {
		case "Authorization":
			m.Authorization = append(m.Authorization, h[1])
		case "Content-Type":
			m.ContentType = append(m.ContentType, h[1])
		}
	}
	return m
}

// putSignature adds the signature where the other protocol parameters are,
// unless the vector is a document's example and has one.
func (v vector) putSignature(t *testing.T, m *Message) {
	signature := Escape(v.fields["signature"])
	switch {
	case strings.Contains(m.Target+string(m.Body)+strings.Join(m.Authorization, ""), "oauth_signature="):
	case len(m.Authorization) == 1:
		m.Authorization[0] += `, oauth_signature="` + signature + `"`
	case strings.Contains(m.Target, "oauth_consumer_key="):
		m.Target += "&oauth_signature=" + signature
	case strings.Contains(string(m.Body), "oauth_consumer_key="):
		m.Body = append(m.Body, "&oauth_signature="+signature...)
	default:
		t.Fatal("the vector has no protocol parameters")
	}
}

func readVectors(t *testing.T) []vector {
	t.Helper()
	files, err := filepath.Glob("testdata/vectors/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []vector
	for _, file := range files {
		if filepath.Base(file) == "keys.txtar" {
			continue
		}
		for _, section := range readSections(t, file) {
			vectors = append(vectors, readVector(t, section[0], section[1]))
		}
	}
	return vectors
}

// readSections returns name and text of each section of a file.
func readSections(t *testing.T, file string) [][2]string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var sections [][2]string
	for _, s := range strings.Split("\n"+string(b), "\n-- ")[1:] {
		name, text, ok := strings.Cut(s, " --\n")
		if !ok {
			t.Fatalf("%s: section %q has no end of line", file, name)
		}
		sections = append(sections, [2]string{name, text})
	}
	if len(sections) == 0 {
		t.Fatalf("%s is empty", file)
	}
	return sections
}

func readVector(t *testing.T, name, text string) vector {
	t.Helper()
	v := vector{name: name, fields: map[string]string{}}
	for line := range strings.Lines(text) {
		if line = strings.TrimSuffix(line, "\n"); line == "" {
			continue
		}
		key, value, ok := strings.Cut(line, ": ")
		if !ok {
			t.Fatalf("%s: line %q has no key", name, line)
		}
		if key == "header" {
			field, value, _ := strings.Cut(value, ": ")
			v.headers = append(v.headers, [2]string{field, value})
			continue
		}
		if strings.HasPrefix(value, `"`) {
			s, err := strconv.Unquote(value)
			if err != nil {
				t.Fatalf("%s: %s: %v", name, key, err)
			}
			value = s
		}
		v.fields[key] = value
	}
	return v
}

// readKey returns a key of keys.txtar. The public half must belong to it.
func readKey(t *testing.T, name string) *rsa.PrivateKey {
	t.Helper()
	var key *rsa.PrivateKey
	for _, s := range readSections(t, "testdata/vectors/keys.txtar") {
		block, _ := pem.Decode([]byte(s[1]))
		switch s[0] {
		case name + ".key":
			k, err := x509.ParsePKCS8PrivateKey(block.Bytes)
			if err != nil {
				t.Fatal(err)
			}
			key = k.(*rsa.PrivateKey)
		case name + ".pub":
			k, err := x509.ParsePKIXPublicKey(block.Bytes)
			if err != nil || key == nil || !key.PublicKey.Equal(k) {
				t.Fatalf("public key of %s: %v", name, err)
			}
		}
	}
	if key == nil {
		t.Fatalf("no key %s", name)
	}
	return key
}
