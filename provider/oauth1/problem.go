package oauth1

import (
	"slices"
	"strconv"
	"strings"
)

// A Problem is a refusal that may be told to the caller. Its Name is one of a
// fixed set, so that it can serve as a metric label and be searched for in the
// audit log; its Advice is the one sentence a consumer's developer needs.
type Problem struct {
	Name    string // an oauth_problem value, such as "nonce_used"
	Status  int    // the HTTP status, §3.2
	Advice  string // safe to show
	Details []Pair // what the extension adds, such as oauth_parameters_absent
	Err     error  // for our log only, may be nil

	outcome string // where it is not Name
}

// Refuse returns the problem of that name with its status. A name that is not
// in the table is a mistake of ours and becomes internal_error, so that neither
// a metric nor a client ever sees a word from outside the table.
func Refuse(name, advice string) *Problem {
	for _, k := range problemKinds {
		if k.name == name {
			return &Problem{Name: name, Status: k.status, Advice: advice}
		}
	}
	return &Problem{Name: ProblemInternal, Status: 500}
}

// Absent returns parameter_absent with the names of all that is missing.
func Absent(names ...string) *Problem {
	p := Refuse(ProblemParameterAbsent, "these parameters are missing or empty: "+strings.Join(names, ", "))
	p.Details = []Pair{{"oauth_parameters_absent", joinNames(names)}}
	return p
}

// Rejected returns parameter_rejected with the names of what was rejected. The
// caller may put a better sentence into Advice. Values are not repeated: they
// may be secrets, and nobody needs an echo (C-10).
func Rejected(names ...string) *Problem {
	return rejected("these parameters are not acceptable: "+strings.Join(known(names), ", "), names...)
}

func rejected(advice string, names ...string) *Problem {
	p := malformed(advice)
	if names = known(names); len(names) > 0 {
		p.Details = []Pair{{"oauth_parameters_rejected", joinNames(names)}}
	}
	return p
}

// known leaves out what is not a name of the protocol: it is a stranger's text.
func known(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool {
		return !slices.Contains(protocolNames, n)
	})
}

// TimestampRefused returns timestamp_refused with the Unix seconds that would
// have been accepted.
func TimestampRefused(oldest, newest int64) *Problem {
	p := Refuse(ProblemTimestampRefused,
		"oauth_timestamp is too far from the clock of this server; check the clock of the consumer")
	p.Details = []Pair{{"oauth_acceptable_timestamps",
		strconv.FormatInt(oldest, 10) + "-" + strconv.FormatInt(newest, 10)}}
	return p
}

// noCredentials is the answer to a request that carries no oauth_ parameter at
// all. It is 401, since it is no mistake but the first half of a challenge, and
// is counted apart from requests that leave something out (C-9).
func noCredentials() *Problem {
	p := Absent("oauth_consumer_key", "oauth_signature_method", "oauth_signature", "oauth_timestamp", "oauth_nonce")
	p.Status = 401
	p.Advice = "no OAuth parameters arrived; if they were sent, something on the way has removed the Authorization header"
	p.outcome = OutcomeNoCredentials
	return p
}

func versionRejected() *Problem {
	p := Refuse(ProblemVersionRejected, "oauth_version must be 1.0 or be left out")
	p.Details = []Pair{{"oauth_acceptable_versions", "1.0-1.0"}}
	return p
}

// malformed is parameter_rejected where no single parameter is to blame.
func malformed(why string) *Problem { return Refuse(ProblemParameterRejected, why) }

func overLimit(what string, limit int, unit string) *Problem {
	return malformed(what + " has more than " + strconv.Itoa(limit) + " " + unit)
}

// joinNames joins encoded names by "&", as the extension wants them before the
// whole is encoded once more.
func joinNames(names []string) string {
	var b []byte
	for i, n := range names {
		if i > 0 {
			b = append(b, '&')
		}
		b = appendEscaped(b, n)
	}
	return string(b)
}

// Error returns name, advice and cause, for our log.
func (p *Problem) Error() string {
	s := p.Name
	if p.Advice != "" {
		s += ": " + p.Advice
	}
	if p.Err != nil {
		s += ": " + p.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (p *Problem) Unwrap() error { return p.Err }

// Outcome returns the word for a metric: the name, or no_credentials when no
// oauth_ parameter arrived at all. It is one of Outcomes.
func (p *Problem) Outcome() string {
	if p.outcome != "" {
		return p.outcome
	}
	return p.Name
}

// Body returns the problem as a form-encoded body.
func (p *Problem) Body() string { return Encode(p.pairs()) }

// Challenge returns the problem as the value of a WWW-Authenticate field. It is
// one line of printable ASCII, whatever the realm and the details are.
func (p *Problem) Challenge(realm string) string {
	b := appendRealm([]byte("OAuth "), realm)
	for _, d := range p.pairs() {
		b = append(b, ", "...)
		b = appendQuoted(b, d)
	}
	return string(b)
}

// pairs puts the name first and the sentence last, as other providers do.
func (p *Problem) pairs() []Pair {
	pairs := append([]Pair{{"oauth_problem", p.Name}}, p.Details...)
	if p.Advice != "" {
		pairs = append(pairs, Pair{"oauth_problem_advice", p.Advice})
	}
	return pairs
}
