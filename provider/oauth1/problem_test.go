package oauth1

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestProblemTexts(t *testing.T) {
	for _, tt := range []struct {
		name            string
		p               *Problem
		status          int
		body, challenge string
	}{
		{
			"a name alone", Refuse("nonce_used", ""), 401,
			"oauth_problem=nonce_used",
			`OAuth realm="R", oauth_problem="nonce_used"`,
		},
		{
			"advice is encoded", Refuse("token_expired", `use "renew", or so`), 401,
			"oauth_problem=token_expired&oauth_problem_advice=use%20%22renew%22%2C%20or%20so",
			`OAuth realm="R", oauth_problem="token_expired", oauth_problem_advice="use%20%22renew%22%2C%20or%20so"`,
		},
		{
			"times that would do", &Problem{Name: "timestamp_refused", Details: TimestampRefused(1795422600, 1795423200).Details}, 0,
			"oauth_problem=timestamp_refused&oauth_acceptable_timestamps=1795422600-1795423200",
			`OAuth realm="R", oauth_problem="timestamp_refused", oauth_acceptable_timestamps="1795422600-1795423200"`,
		},
		{
			"absent names are joined, then encoded", &Problem{Name: "parameter_absent", Details: Absent("oauth_nonce", "oauth_token").Details}, 0,
			"oauth_problem=parameter_absent&oauth_parameters_absent=oauth_nonce%26oauth_token",
			`OAuth realm="R", oauth_problem="parameter_absent", oauth_parameters_absent="oauth_nonce%26oauth_token"`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.p.Status != tt.status {
				t.Errorf("got status %d, want %d", tt.p.Status, tt.status)
			}
			if diff := cmp.Diff(tt.p.Body(), tt.body); diff != "" {
				t.Errorf("body (-got +want):\n%s", diff)
			}
			if diff := cmp.Diff(tt.p.Challenge("R"), tt.challenge); diff != "" {
				t.Errorf("challenge (-got +want):\n%s", diff)
			}
		})
	}
}

func TestRejectedNamesWhatWeKnow(t *testing.T) {
	p := Rejected("oauth_callback", "<script>", "oauth_verifier")
	want := "oauth_problem=parameter_rejected&oauth_parameters_rejected=oauth_callback%26oauth_verifier" +
		"&oauth_problem_advice=these%20parameters%20are%20not%20acceptable%3A%20oauth_callback%2C%20oauth_verifier"
	if diff := cmp.Diff(p.Body(), want); diff != "" || p.Status != 400 {
		t.Errorf("status %d, body (-got +want):\n%s", p.Status, diff)
	}
}

// A metric label is one of Outcomes, whatever happens.
func TestOutcomes(t *testing.T) {
	outcomes := Outcomes()
	for _, name := range outcomes {
		if name == OutcomeNoCredentials {
			continue
		}
		if p := Refuse(name, "x"); p.Name != name || p.Outcome() != name || p.Status < 400 || p.Status > 503 {
			t.Errorf("%s: got %s, %s, %d", name, p.Name, p.Outcome(), p.Status)
		}
	}
	if got := slices.Compact(slices.Sorted(slices.Values(outcomes))); len(got) != len(outcomes) {
		t.Errorf("an outcome stands there twice: %v", outcomes)
	}
	if p := Refuse("made_up", "secret advice"); p.Outcome() != "internal_error" || p.Status != 500 || p.Advice != "" {
		t.Errorf("an unknown name: got %v, %d", p, p.Status)
	}
	if p := noCredentials(); p.Name != "parameter_absent" || p.Status != 401 || !slices.Contains(outcomes, p.Outcome()) {
		t.Errorf("got %v, %d, %s", p, p.Status, p.Outcome())
	}
}

func TestProblemWraps(t *testing.T) {
	cause := errors.New("disk is gone")
	p := Refuse("store_error", "try again later")
	p.Err = cause
	if got := p.Error(); got != "store_error: try again later: disk is gone" || !errors.Is(p, cause) {
		t.Errorf("got %s", got)
	}
	if got := p.Body(); got != "oauth_problem=store_error&oauth_problem_advice=try%20again%20later" {
		t.Errorf("the cause is ours alone, got %s", got)
	}
}

// Strangers' text is not repeated.
func TestRefusalsRepeatNothing(t *testing.T) {
	for _, target := range []string{
		"/?" + goodList + "&oauth_%3Cscript%3E=1&oauth_%3Cscript%3E=2",
		"/?" + goodList + "&oauth_version=%3Cscript%3E",
		"/?oauth_consumer_key=%3Cscript%3E",
	} {
		var r Request
		err := r.Parse(get(target), Limits{})
		p, _ := err.(*Problem)
		if p == nil {
			t.Fatalf("%s was accepted", target)
		}
		for _, text := range []string{p.Error(), p.Body(), p.Challenge("R")} {
			if unescaped, _ := Unescape(text); containsFold(unescaped, "script") {
				t.Errorf("%s: got %s", target, unescaped)
			}
		}
	}
}
