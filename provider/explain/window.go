package explain

import (
	"context"
	"strconv"

	"oauth1d/provider/oauth1"
)

// This file tells a consumer's developer what is different, while an
// administrator has opened the consumer's debug window. What is told is computed
// from what the caller has sent and from where it arrived, so that it holds
// nothing that the caller must not know; only that a variation matches is new to
// it, and for that it must have signed with the consumer's secrets.

// maxShown bounds a base string, as the challenge has it. All headers of an
// answer must fit into 4 KiB, nginx's default.
const maxShown = 2 << 10

// show explains f at once, counts it, and returns what is told.
func (s *Service) show(ctx context.Context, f *Refusal) []oauth1.Pair {
	ctx, cancel := context.WithTimeout(ctx, shownTime)
	defer cancel()
	e, err := s.mismatch(ctx, f, "")
	s.countCause(e, err)
	if err != nil {
		return nil // the refusal stands without it
	}
	var out []oauth1.Pair
	base := sentBase(f)
	switch spelt := len(oauth1.Escape(base)); {
	case base == "":
	case spelt > maxShown:
		out = append(out, oauth1.Pair{Name: "oauth_signature_base_string_omitted",
			Value: "longer than " + strconv.Itoa(maxShown) + " bytes; ask the operator for: oauth1d request explain " + f.ID})
	default:
		out = append(out, oauth1.Pair{Name: "oauth_signature_base_string", Value: base})
	}
	return append(out, oauth1.Pair{Name: "oauth_problem_cause", Value: e.Cause},
		oauth1.Pair{Name: "oauth_problem_fix", Value: clip(e.Sentence+". "+e.Advice, 500)})
}

// sentBase is the base string of what was sent, as it was sent. In explanations
// secrets are concealed, and here that would tell a stranger which guess is one.
func sentBase(f *Refusal) string {
	if f.message == nil {
		return ""
	}
	var r oauth1.Request
	if parseAny(&r, f.message) != nil {
		return ""
	}
	return string(r.BaseString())
}
