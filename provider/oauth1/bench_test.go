package oauth1

import (
	"strconv"
	"strings"
	"testing"
)

// request returns a message of a common kind, signed.
func request(t testing.TB, method, kind string) (*Message, Keys) {
	t.Helper()
	s, keys := signing(method)
	m := testMessage()
	switch kind {
	case "plain":
	case "awkward":
		m = post("/caf%C3%A9/a%2Fb?b5=%3D%253D&a3=a&c%40=&a2=r%20b", "c2&a3=2+q&name=J%C3%BCrgen+M%C3%BCller")
	case "hundred":
		var b strings.Builder
		for i := range 100 {
			b.WriteString("&field" + strconv.Itoa(i*7919%100) + "=value+" + strconv.Itoa(i))
		}
		m.Target += b.String()
	}
	header, err := s.Authorization(m)
	if err != nil {
		t.Fatal(err)
	}
	m.Authorization = []string{header}
	return m, keys
}

func benchmarkVerify(b *testing.B, method, kind string) {
	m, keys := request(b, method, kind)
	var r Request
	b.ReportAllocs()
	for b.Loop() {
		if err := r.Parse(m, Limits{}); err != nil {
			b.Fatal(err)
		}
		if !r.Check(keys) {
			b.Fatal("refused")
		}
	}
}

func BenchmarkVerifyHMACSHA1(b *testing.B)        { benchmarkVerify(b, HMACSHA1, "plain") }
func BenchmarkVerifyHMACSHA1Awkward(b *testing.B) { benchmarkVerify(b, HMACSHA1, "awkward") }
func BenchmarkVerifyHMACSHA1Hundred(b *testing.B) { benchmarkVerify(b, HMACSHA1, "hundred") }
func BenchmarkVerifyHMACSHA256(b *testing.B)      { benchmarkVerify(b, HMACSHA256, "plain") }
func BenchmarkVerifyHMACSHA512(b *testing.B)      { benchmarkVerify(b, HMACSHA512, "plain") }
func BenchmarkVerifyRSASHA256(b *testing.B)       { benchmarkVerify(b, RSASHA256, "plain") }
func BenchmarkVerifyPlaintext(b *testing.B)       { benchmarkVerify(b, Plaintext, "plain") }

// BenchmarkVerifyOtherKeys never finds the HMAC of the request before.
func BenchmarkVerifyOtherKeys(b *testing.B) {
	m, keys := request(b, HMACSHA1, "plain")
	other := Keys{ConsumerSecret: []byte("another"), TokenSecret: keys.TokenSecret}
	var r Request
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := r.Parse(m, Limits{}); err != nil {
			b.Fatal(err)
		}
		k := keys
		if i%2 == 1 {
			k = other
		}
		if r.Check(k) != (i%2 == 0) {
			b.Fatal("wrong")
		}
	}
}

func BenchmarkSignHMACSHA1(b *testing.B) {
	m := testMessage()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := testSigner.Sign(m); err != nil {
			b.Fatal(err)
		}
	}
}
