package oauth1

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func containsFold(s, part string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(part))
}

func TestSecretsDoNotPrint(t *testing.T) {
	const secret = "hunter2"
	s := Signer{ConsumerKey: secret, ConsumerSecret: []byte(secret), TokenSecret: []byte(secret), Method: Plaintext}
	m := testMessage()
	header, err := s.Authorization(m)
	if err != nil {
		t.Fatal(err)
	}
	m.Authorization = []string{header}
	var r Request
	if err := r.Parse(m, Limits{}); err != nil {
		t.Fatal(err)
	}
	k := Keys{ConsumerSecret: []byte(secret), TokenSecret: []byte(secret)}
	if !r.Check(k) {
		t.Fatal("not accepted, so that the test shows nothing")
	}
	hex, list := fmt.Sprintf("%x", secret), strings.Trim(fmt.Sprint([]byte(secret)), "[]")
	for _, v := range []any{k, &k, s, &s, *m, m, r, &r, []Keys{k}, struct{ K Keys }{k}, map[string]any{"k": &r}} {
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "v", v)
		slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "v", v)
		j, err := json.Marshal(v)
		if err != nil {
			t.Errorf("%T: %v", v, err)
		}
		texts := []string{log.String(), string(j)}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			texts = append(texts, fmt.Sprintf(verb, v))
		}
		for _, text := range texts {
			if containsFold(text, secret) || strings.Contains(text, hex) || strings.Contains(text, list) || containsFold(text, "aHVudGVyMg") {
				t.Errorf("%T prints a secret: %s", v, text)
			}
		}
	}
}
