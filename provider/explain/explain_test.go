package explain_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"oauth1d/provider/explain"
	"oauth1d/provider/oauth1"
)

const (
	consumerSecret = "kd94hf93k423kf44"
	tokenSecret    = "pfkkdhi9sl3r4s00"
)

// mismatch is a request signed for one URL and sent to another.
func mismatch(t testing.TB, signed, sent string, form string) explain.Case {
	t.Helper()
	m := messageFor(t, signed, form)
	s := oauth1.Signer{ConsumerKey: "key", ConsumerSecret: []byte(consumerSecret), Token: "token", TokenSecret: []byte(tokenSecret), Method: oauth1.HMACSHA1}
	header, err := s.Authorization(&m)
	if err != nil {
		t.Fatal(err)
	}
	m = messageFor(t, sent, form)
	m.Authorization = []string{header}
	return explain.Case{Message: m, Keys: []explain.Key{{Name: explain.KeyLive, Keys: oauth1.Keys{ConsumerSecret: []byte(consumerSecret), TokenSecret: []byte(tokenSecret)}}}}
}

func messageFor(t testing.TB, url, form string) oauth1.Message {
	t.Helper()
	scheme, host, target, err := oauth1.SplitURL(url)
	if err != nil {
		t.Fatal(err)
	}
	m := oauth1.Message{Method: "POST", Scheme: scheme, Host: host, Target: target}
	if form != "" {
		m.ContentType, m.Body = []string{"application/x-www-form-urlencoded"}, []byte(form)
	}
	return m
}

const photo = "https://photos.example.net/photos?file=vacation.jpg&size=original"

func TestTheDifferenceIsNamed(t *testing.T) {
	c := mismatch(t, strings.Replace(photo, "vacation", "holiday", 1), photo, "")
	x := explain.Explain(t.Context(), c)
	if x.Cause != "unknown" || x.Certain {
		t.Errorf("another value was signed: got %q, certain %t", x.Causes, x.Certain)
	}
	c.Theirs = strings.Replace(x.BaseString, "vacation", "holiday", 1)
	x = explain.Explain(t.Context(), c)
	if x.Difference == nil || x.Difference.Part != "file" || !strings.HasPrefix(x.Difference.Ours, "vacation.jpg") || !strings.HasPrefix(x.Difference.Theirs, "holiday.jpg") {
		t.Errorf("got %+v, want the parameter file", x.Difference)
	}
	if !strings.Contains(x.Sentence, "secrets are right") || x.Certain {
		t.Errorf("got %q, certain %t, want that the secrets are right and no certain cause", x.Sentence, x.Certain)
	}
}

func TestARightSignatureIsSaidToBeRight(t *testing.T) {
	x := explain.Explain(t.Context(), mismatch(t, photo, photo, ""))
	if x.Cause != "unknown" || !strings.Contains(x.Sentence, "right") {
		t.Errorf("got %q: %s", x.Cause, x.Sentence)
	}
}

func TestTheSameBaseStringMeansOtherSecrets(t *testing.T) {
	c := mismatch(t, photo, photo, "")
	c.Keys[0].Keys.TokenSecret = []byte("another")
	x := explain.Explain(t.Context(), c)
	c.Theirs = x.BaseString
	if x = explain.Explain(t.Context(), c); x.Difference != nil || !strings.Contains(x.Sentence, "other secrets") {
		t.Errorf("got %+v: %s", x.Difference, x.Sentence)
	}
}

// TestASearchIsBounded explains what cannot be explained, of requests as large as
// they may be.
func TestASearchIsBounded(t *testing.T) {
	var many strings.Builder
	for i := range 900 {
		fmt.Fprintf(&many, "&name%d=a+value%%20%d~", i, i)
	}
	tests := map[string]explain.Case{
		"a usual request":       mismatch(t, photo+"&x=1", photo+"&x=2", ""),
		"900 parameters":        mismatch(t, photo+"&x=1", photo+"&x=2", many.String()[1:]),
		"a form of half a MiB":  mismatch(t, photo+"&x=1", photo+"&x=2", "text="+strings.Repeat("a%20", 128<<10)),
		"names that all repeat": mismatch(t, photo+"&x=1", photo+"&x=2", strings.Repeat("a=b&", 900)+"c=d"),
	}
	for name, c := range tests {
		x := explain.Explain(t.Context(), c)
		if x.Cause != "unknown" || x.Tried > 20_000 {
			t.Errorf("%s: got %q after %d signatures", name, x.Causes, x.Tried)
		}
		if octets := x.Tried * len(x.BaseString); octets > 32<<20 {
			t.Errorf("%s: about %d octets were hashed", name, octets)
		}
		theirs := c
		theirs.Theirs = x.BaseString + "%26more%3D"
		if x := explain.Explain(t.Context(), theirs); x.Cause != "unknown" || x.Difference == nil {
			t.Errorf("%s, with another base string: got %q", name, x.Causes)
		}
		c.Budget = 10
		if x := explain.Explain(t.Context(), c); x.Tried > 10 {
			t.Errorf("%s: got %d signatures, the budget was 10", name, x.Tried)
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if x := explain.Explain(gone, c); x.Tried > 0 {
			t.Errorf("%s: got %d signatures after the caller had gone", name, x.Tried)
		}
	}
}

// TestNoSecretIsTold looks for the secrets in every explanation of the corpus.
func TestNoSecretIsTold(t *testing.T) {
	for i, e := range append(readCorpus(t, "corpus.jsonl"), readCorpus(t, "libraries.jsonl")...) {
		if i%3 != 0 {
			continue // a third has every cause
		}
		c := e.toCase(t)
		c.Budget = 300
		text := fmt.Sprintf("%+v", explain.Explain(t.Context(), c))
		for _, k := range e.Keys {
			for _, secret := range []string{k.ConsumerSecret, k.TokenSecret, oauth1.Escape(k.ConsumerSecret), oauth1.Escape(k.TokenSecret)} {
				if secret != "" && strings.Contains(text, secret) {
					t.Fatalf("%s, %s: a secret is told: %s", e.Name, e.Deviation, text)
				}
			}
		}
	}
}

func TestASecretThatTheConsumerGivesIsNotRepeated(t *testing.T) {
	for _, theirs := range []string{"GET&" + consumerSecret + "&" + tokenSecret, consumerSecret, "POST&https%3A%2F%2F" + tokenSecret} {
		c := mismatch(t, photo+"&x=1", photo+"&x=2", "")
		c.Theirs = theirs
		if text := fmt.Sprintf("%+v", explain.Explain(t.Context(), c)) + fmt.Sprintf("%+v", explain.Explain(t.Context(), c).Difference); strings.Contains(text, consumerSecret) || strings.Contains(text, tokenSecret) {
			t.Errorf("got %s", text)
		}
	}
}

func TestVerifiersAndHandlesAreConcealed(t *testing.T) {
	c := mismatch(t, photo, strings.Replace(photo, "https", "http", 1), "")
	c.Message.Authorization[0] = strings.Replace(c.Message.Authorization[0], "oauth_version=", `oauth_verifier="hfdp7dh3%2B9dks9884", oauth_session_handle="AAAAbbbb", oauth_version=`, 1)
	x := explain.Explain(t.Context(), c)
	if text := fmt.Sprintf("%+v", x); strings.Contains(text, "hfdp7") || strings.Contains(text, "dks9884") || strings.Contains(text, "AAAAbbbb") || !strings.Contains(x.BaseString, "oauth_version%3D1.0") {
		t.Errorf("got %s", text)
	}
}

func TestAnInnerAddressIsFound(t *testing.T) {
	c := mismatch(t, photo, "http://10.0.0.1:8080/photos?file=vacation.jpg&size=original", "")
	c.Origins = []explain.Origin{{Scheme: "https", Host: "photos.example.net"}}
	if x := explain.Explain(t.Context(), c); x.Cause != "host" || !x.Certain || x.Side != explain.SideProxy {
		t.Errorf("got %q, certain %t: %s", x.Causes, x.Certain, x.Sentence)
	}
}

func FuzzExplain(f *testing.F) {
	f.Add("GET", "/photos?a=b&a=c", `OAuth oauth_consumer_key="k", oauth_signature_method="HMAC-SHA1", oauth_signature="r6%2FTJjbCOr97%2F%2BUU0NsvSne7s5g%3D", oauth_timestamp="1", oauth_nonce="n"`, "", "", "")
	f.Add("POST", "/%7e//x/?", `OAuth realm="a, b", oauth_consumer_key=k, oauth_signature_method="PLAINTEXT", oauth_signature="a%26b"`, "application/x-www-form-urlencoded", "c2&a3=2+q", "POST&http&x%3D1")
	f.Add("PUT", "/?x=%C3%A9", `OAuth oauth_consumer_key="k",,oauth_signature_method="RSA-SHA1",oauth_signature="////",oauth_timestamp="1",oauth_nonce="n"`, "application/json", "{}", "&&")
	f.Fuzz(func(t *testing.T, method, target, authorization, contentType, body, theirs string) {
		c := explain.Case{
			Message: oauth1.Message{Method: method, Scheme: "https", Host: "photos.example.net:8443", Target: target,
				Authorization: []string{authorization}, ContentType: []string{contentType}, Body: []byte(body)},
			Keys:   []explain.Key{{Name: explain.KeyLive, Keys: oauth1.Keys{ConsumerSecret: []byte("a secret + more"), TokenSecret: []byte("b")}}},
			Theirs: theirs, Budget: 300, Origins: []explain.Origin{{Scheme: "http", Host: "inner", Prefix: "/p"}},
		}
		x := explain.Explain(t.Context(), c)
		if x.Cause == "" || len(x.Causes) == 0 || len(x.Causes) > 2 || x.Causes[0] != x.Cause || x.Sentence == "" || x.Advice == "" || x.Tried > 300 {
			t.Errorf("got %+v", x)
		}
	})
}

func BenchmarkExplain(b *testing.B) {
	for name, c := range map[string]explain.Case{
		"found":              mismatch(b, strings.Replace(photo, "https", "http", 1), photo, ""),
		"unknown":            mismatch(b, photo+"&x=1", photo+"&x=2", ""),
		"form of half a MiB": mismatch(b, photo+"&x=1", photo+"&x=2", "text="+strings.Repeat("a%20", 128<<10)),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				explain.Explain(context.Background(), c)
			}
		})
		c.Theirs = "POST&https%3A%2F%2Fphotos.example.net%2F&a%3Db"
		b.Run(name+", beside the consumer's base string", func(b *testing.B) {
			for b.Loop() {
				explain.Explain(context.Background(), c)
			}
		})
	}
}
