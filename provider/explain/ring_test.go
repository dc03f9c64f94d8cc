package explain

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"oauth1d/provider/oauth1"
	"oauth1d/store"
)

// A clock is what a test turns.
type clock struct{ time.Time }

func (c *clock) now() time.Time       { return c.Time }
func (c *clock) turn(d time.Duration) { c.Time = c.Add(d) }

func newClock() *clock { return &clock{time.Unix(1_800_000_000, 0)} }

func refusal(id, consumer string, at time.Time) *Refusal {
	return &Refusal{ID: id, Consumer: consumer, Registered: true, Time: at, Problem: oauth1.ProblemNonceUsed}
}

func (r *Ring) ids(consumer string) (ids []string) {
	for _, f := range r.list(consumer, 1000) {
		ids = append(ids, f.ID)
	}
	slices.Sort(ids)
	return ids
}

func TestRingKeepsForAnHour(t *testing.T) {
	c := newClock()
	r := NewRing(RingConfig{Now: c.now})
	r.add(refusal("a", "printer", c.now()))
	c.turn(time.Hour)
	if f, err := r.get("a", ""); err != nil || f.ID != "a" {
		t.Errorf("after an hour: got %v, %v, want the request", f, err)
	}
	c.turn(time.Second)
	for _, tt := range []struct {
		name, consumer string
		want           error
	}{
		{"nobody in particular asks", "", ErrExpired},
		{"its consumer asks", "printer", ErrExpired},
		{"another consumer is not told that it was there", "other", ErrUnknown},
	} {
		if _, err := r.get("a", tt.consumer); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, err, tt.want)
		}
	}
	if len(r.byID) != 0 || r.known.bytes != 0 || len(r.known.holds) != 0 {
		t.Errorf("what has expired is still there: %d requests, %d bytes, %v", len(r.byID), r.known.bytes, r.known.holds)
	}
}

func TestRingTellsNobodyOfOthersRequests(t *testing.T) {
	c := newClock()
	r := NewRing(RingConfig{Now: c.now})
	r.add(refusal("a", "printer", c.now()))
	if _, err := r.get("a", "other"); !errors.Is(err, ErrUnknown) {
		t.Errorf("another consumer's: got %v, want ErrUnknown", err)
	}
	if _, err := r.get("b", ""); !errors.Is(err, ErrUnknown) {
		t.Errorf("an id that never was: got %v, want ErrUnknown", err)
	}
	if got := r.ids("other"); len(got) != 0 {
		t.Errorf("another consumer's list: got %v, want none", got)
	}
}

func TestRingMakesRoomAtTheCostOfWhoHasMost(t *testing.T) {
	c := newClock()
	r := NewRing(RingConfig{Now: c.now, Entries: 10})
	r.add(refusal("quiet", "quiet", c.now()))
	for i := range 50 {
		c.turn(time.Second)
		r.add(refusal(fmt.Sprintf("loop%02d", i), "loop", c.now()))
	}
	want := []string{"loop41", "loop42", "loop43", "loop44", "loop45", "loop46", "loop47", "loop48", "loop49", "quiet"}
	if got := r.ids(""); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if _, err := r.get("loop00", "loop"); !errors.Is(err, ErrCrowded) {
		t.Errorf("the first of the loop: got %v, want ErrCrowded", err)
	}
}

func TestStrangersHaveAPartOfTheirOwn(t *testing.T) {
	c := newClock()
	r := NewRing(RingConfig{Now: c.now, Entries: 10})
	for i := range 10 {
		r.add(refusal(fmt.Sprintf("known%d", i), "printer", c.now()))
	}
	for i := range 5000 {
		f := refusal(fmt.Sprintf("stranger%d", i), fmt.Sprintf("stranger%d", i), c.now())
		f.Registered = false
		r.add(f)
	}
	if got := len(r.ids("printer")); got != 10 {
		t.Errorf("got %d requests of the registered consumer, want all 10", got)
	}
	if got := len(r.byID); got != 12 {
		t.Errorf("got %d requests in all, want 12", got)
	}
	if len(r.gone) != 0 {
		t.Errorf("%d strangers' ids are remembered", len(r.gone))
	}
	// A crowd without a name pushes out itself.
	r.add(&Refusal{ID: "named", Consumer: "misspelt", Time: c.now()})
	for i := range 100 {
		r.add(&Refusal{ID: fmt.Sprintf("nameless%d", i), Time: c.now()})
	}
	if _, err := r.get("named", ""); err != nil {
		t.Errorf("among nameless ones: got %v, want the request", err)
	}
}

func TestRingIsBoundedInBytes(t *testing.T) {
	c := newClock()
	r := NewRing(RingConfig{Now: c.now, Bytes: 200 << 10})
	for i := range 100 {
		f := refusal(fmt.Sprint(i), "printer", c.now())
		f.message = &oauth1.Message{Body: make([]byte, 20<<10)}
		r.add(f)
		if r.known.bytes > 200<<10 {
			t.Fatalf("after %d requests: %d bytes", i+1, r.known.bytes)
		}
	}
	if got := len(r.byID); got < 5 || got > 10 {
		t.Errorf("got %d requests, want between 5 and 10", got)
	}
	for i := range 3 * maxGone {
		c.turn(time.Millisecond)
		r.add(refusal(fmt.Sprintf("x%d", i), "printer", c.now()))
	}
	if len(r.gone) > maxGone {
		t.Errorf("%d ids are remembered, want %d at most", len(r.gone), maxGone)
	}
}

// What may be a secret by itself is not kept, in whatever guise it comes.
func TestWhatIsNotKept(t *testing.T) {
	const secret = "kd94hf93k423kf44"
	plain := secret + "%26" + "pfkkdhi9sl3r4s00"
	header := func(method, signature string) *oauth1.Message {
		return &oauth1.Message{Method: "GET", Scheme: "https", Host: "photos.example.net", Target: "/photos?size=original",
			Authorization: []string{`OAuth oauth_consumer_key="printer", oauth_token="t", oauth_nonce="n", oauth_timestamp="1800000000", oauth_signature_method="` + method + `", oauth_signature="` + signature + `"`}}
	}
	large := header("HMAC-SHA1", "c2ln")
	large.ContentType, large.Body = []string{"application/x-www-form-urlencoded"}, []byte("a="+strings.Repeat("b", maxMessage))
	tests := []struct {
		name     string
		message  *oauth1.Message
		problem  string
		withheld string
		whole    bool
	}{
		{"a wrong HMAC is kept whole", header("HMAC-SHA1", "c2ln"), oauth1.ProblemSignatureInvalid, "", true},
		{"PLAINTEXT is its secrets", header("PLAINTEXT", plain), oauth1.ProblemSignatureInvalid, asPlaintext, false},
		{"secrets where an HMAC belongs", header("HMAC-SHA1", plain), oauth1.ProblemSignatureInvalid, looksPlain, false},
		{"the same, encoded once more", header("HMAC-SHA1", oauth1.Escape(plain)), oauth1.ProblemSignatureInvalid, looksPlain, false},
		{"a replay is told in words", header("HMAC-SHA1", "c2ln"), oauth1.ProblemNonceUsed, "", false},
		{"so is a method that is refused", header("PLAINTEXT", plain), oauth1.ProblemSignatureMethodRejected, "", false},
		{"so is a method that is unknown", header("plaintext", plain), oauth1.ProblemSignatureMethodRejected, "", false},
		{"a large form", large, oauth1.ProblemSignatureInvalid, asTooLarge, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var r oauth1.Request
			_ = r.Parse(tt.message, oauth1.Limits{}) // some are to be refused
			f := refusalOf(Refused{Problem: oauth1.Refuse(tt.problem, "told"), Message: tt.message, Request: &r,
				Consumer: store.Consumer{Key: "printer"}, Own: true, Leg: AskingForData}, "id", time.Unix(0, 0))
			if f.withheld != tt.withheld || (f.message != nil) != tt.whole {
				t.Errorf("got withheld %q and a message %v, want %q and %v", f.withheld, f.message != nil, tt.withheld, tt.whole)
			}
			if f.message == nil && strings.Contains(fmt.Sprintf("%#v", f), secret) {
				t.Errorf("the secret is kept")
			}
			if f.size() > maxMessage+4<<10 {
				t.Errorf("it takes %d bytes", f.size())
			}
			if f.URL != "https://photos.example.net/photos" {
				t.Errorf("got URL %q", f.URL)
			}
		})
	}
}

func TestKeptMessagesAreCopies(t *testing.T) {
	m := &oauth1.Message{Method: "POST", Scheme: "https", Host: "h", Target: "/", Authorization: []string{"a"}, ContentType: []string{"c"}, Body: []byte("body")}
	kept := cloneMessage(m)
	m.Body[0], m.Authorization[0], m.ContentType[0] = 'X', "X", "X"
	if string(kept.Body) != "body" || kept.Authorization[0] != "a" || kept.ContentType[0] != "c" {
		t.Errorf("what is kept changes with the entrance's memory")
	}
}
