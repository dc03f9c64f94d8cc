package explain

import (
	"fmt"
	"time"

	"oauth1d/provider/oauth1"
)

// This file says in words what was wrong with requests that no variation
// explains: those that were refused for another reason than their signature, and
// those that are not kept whole.

// sides say who can mend a problem, where it is not the consumer.
var sides = map[string]string{
	oauth1.ProblemFormBodyUnavailable: SideProxy,
	oauth1.ProblemForwardedURLMissing: SideProxy,
	oauth1.OutcomeNoCredentials:       SideProxy,
	oauth1.ProblemConsumerKeyRefused:  SideOperator,
	oauth1.ProblemConsumerKeyRejected: SideOperator,
	oauth1.ProblemPermissionDenied:    SideOperator,
}

// remedies are what to do about a problem.
var remedies = map[string]string{
	oauth1.OutcomeNoCredentials:           "look whether the consumer sends OAuth parameters; if it does, find what on the way removes the Authorization header, and let the proxy pass it on",
	oauth1.ProblemVersionRejected:         "send oauth_version=1.0, or leave it out",
	oauth1.ProblemParameterAbsent:         "send what is missing; a parameter that is empty counts as missing",
	oauth1.ProblemParameterRejected:       "mend the parameter; send each oauth_ parameter once, and all of them in one place",
	oauth1.ProblemTimestampRefused:        "set the consumer's clock (NTP), and send oauth_timestamp in seconds since 1970-01-01 UTC",
	oauth1.ProblemSignatureMethodRejected: "sign with a method that is allowed to this consumer (oauth1d consumer show KEY), or allow it another",
	oauth1.ProblemNonceUsed:               "make a new nonce and timestamp for every request, for one that is sent again as well",
	oauth1.ProblemConsumerKeyUnknown:      "compare the key with those of: oauth1d consumer list",
	oauth1.ProblemConsumerKeyRefused:      "enable the consumer again: oauth1d consumer enable KEY",
	oauth1.ProblemTokenRejected:           "use a token that was issued to this consumer, or walk the dance again",
	oauth1.ProblemTokenExpired:            "walk the dance again",
	oauth1.ProblemTokenRevoked:            "walk the dance again",
	oauth1.ProblemPermissionDenied:        "ask the operator for what this token may do",
	oauth1.ProblemBodyHashMismatch:        "compute oauth_body_hash over the body exactly as it is sent, with the digest of the signature method",
}

// inWords explains a request that was refused for another reason than its
// signature. The reason takes the place of the cause.
func inWords(f *Refusal) Explanation {
	e := Explanation{Cause: f.Problem, Causes: []string{f.Problem}, Certain: true, Sentence: f.Told, Advice: remedies[f.Problem], Side: SideConsumer}
	if side := sides[f.Problem]; side != "" {
		e.Side = side
	}
	if e.Advice == "" {
		e.Advice = "see: oauth1d help errors"
	}
	if f.Problem == oauth1.ProblemTimestampRefused {
		e.Sentence += skewed(f.timestamp, f.Time)
	}
	return e
}

// skewed says how far a timestamp was from our clock.
func skewed(timestamp int64, at time.Time) string {
	const most = 1 << 33 // beyond it, the number is no time in seconds
	if timestamp > most {
		return fmt.Sprintf("; %d is no time in seconds, but may be one in milliseconds", timestamp)
	}
	d := time.Duration(timestamp-at.Unix()) * time.Second
	if d < 0 {
		return fmt.Sprintf("; it was %s behind", -d)
	}
	return fmt.Sprintf("; it was %s ahead", d)
}

// notKept explains a wrong signature of a request that is not kept whole.
func notKept(f *Refusal) Explanation {
	e := Explanation{Cause: causeUnknown, Causes: []string{causeUnknown}, Side: SideConsumer}
	switch f.withheld {
	case asPlaintext:
		e.Sentence = "a PLAINTEXT signature is the secrets themselves, so nothing of it is kept; one of the two secrets, or their encoding, was another"
		e.Advice = `send the consumer secret and the token secret, each percent-encoded, joined by "&", which stays when there is no token secret`
	case looksPlain:
		e.Cause, e.Causes = causeFamily, []string{causeFamily}
		e.Sentence = fmt.Sprintf(`the signature has the "&" of PLAINTEXT in it and seems to be the secrets themselves, while the request names %s; nothing of it is kept`, f.signed)
		e.Advice = "compute the signature as " + f.signed + " says, and replace both secrets, which were sent as they are"
	default:
		e.Sentence = fmt.Sprintf("the request is larger than the %d KiB that are kept of one, so it cannot be looked into by its id", maxMessage>>10)
		e.Advice = "give the request itself: oauth1d request explain --curl - <FILE"
	}
	return e
}
