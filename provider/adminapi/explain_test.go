package adminapi_test

import (
	"testing"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/oauth1"
)

func TestRefusalsOverTheSocket(t *testing.T) {
	b := newBench(t)
	_, err := b.client.Explanation(t.Context(), "NONE", "", "")
	wantRefusal(t, err, 404, `there is no refused request "NONE"`)
	_, err = b.client.Explanation(t.Context(), "a/b?c", "it's & mine", "GET&x&y")
	wantRefusal(t, err, 404, `there is no refused request of consumer "it's & mine" "a/b?c"`)
	all, err := b.client.Refusals(t.Context(), "printer", 5)
	must(t, err)
	if len(all) != 0 {
		t.Errorf("got %d refusals of a daemon that was never asked", len(all))
	}
	_, err = b.client.Refusals(t.Context(), "", 1_000_000)
	wantRefusal(t, err, 400, "limit must be a number from 1 to 1000")
}

func TestGivenRequestsOverTheSocket(t *testing.T) {
	b := newBench(t)
	c := b.consumer(t, "printer")
	s := oauth1.Signer{ConsumerKey: c.Key, ConsumerSecret: []byte(c.Secret), Method: oauth1.HMACSHA1}
	header, err := s.Authorization(&oauth1.Message{Method: "GET", Scheme: "http", Host: "photos.example.net", Target: "/?a=b"})
	must(t, err)
	for _, tt := range []struct {
		name, url string
		valid     bool
		cause     string
	}{
		{"as it was signed", "http://photos.example.net/?a=b", true, ""},
		{"as it was not", "https://photos.example.net/?a=b", false, "scheme"},
	} {
		got, err := b.client.Explain(t.Context(), adminapi.Given{Method: "GET", URL: tt.url, Authorization: []string{header}})
		must(t, err)
		if got.Valid != tt.valid || got.Cause != tt.cause || got.Consumer != "printer" || got.Sentence == "" || got.Advice == "" {
			t.Errorf("%s: got %+v", tt.name, got)
		}
	}
	_, err = b.client.Explain(t.Context(), adminapi.Given{Method: "GET", URL: "photos.example.net"})
	wantRefusal(t, err, 400, "url is not what was sent")
}
