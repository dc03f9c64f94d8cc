//go:build !race

package oauth1

import "testing"

// A verification allocates three times at most once its Request is warm: the
// decoded text, and the body of a form. A key that is not the one before costs
// another five for its HMAC. The race detector allocates on its own account.
func TestAllocations(t *testing.T) {
	for _, method := range []string{HMACSHA1, HMACSHA256, HMACSHA512, Plaintext} {
		for _, kind := range []string{"plain", "awkward", "hundred"} {
			m, keys := request(t, method, kind)
			var r Request
			verify := func() {
				if err := r.Parse(m, Limits{}); err != nil {
					t.Fatal(err)
				}
				if !r.Check(keys) {
					t.Fatal("refused")
				}
			}
			verify()
			if got := testing.AllocsPerRun(100, verify); got > 3 {
				t.Errorf("%s, %s: got %v allocations, want at most 3", method, kind, got)
			}
			other := Keys{ConsumerSecret: []byte("another")}
			n := 0
			got := testing.AllocsPerRun(100, func() {
				if n++; n%2 == 0 {
					verify()
				} else if r.Parse(m, Limits{}) != nil || r.Check(other) {
					t.Fatal("accepted with another key")
				}
			})
			if got > 3+5 {
				t.Errorf("%s, %s, keys taking turns: got %v allocations, want at most 8", method, kind, got)
			}
		}
	}
}
