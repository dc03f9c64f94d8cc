package oauth1

import (
	"strconv"
	"strings"
)

// What is asked of the protocol parameters (§3.1) once all parameters are
// taken apart. The steps run in the order in which they stand here.

// locate finds the transmission and refuses a second one (§3.5). A stray
// oauth_signature in another place would otherwise be the one parameter that
// nobody signs.
func (r *Request) locate(Limits) *Problem {
	for i := range r.params {
		p := &r.params[i]
		p.protocol = strings.HasPrefix(r.text(p.name), "oauth_")
		if !p.protocol {
			continue
		}
		if r.In != 0 && r.In != p.in {
			return malformed("protocol parameters arrive in the " + r.In.String() + " and in the " +
				p.in.String() + "; send all of them in one place")
		}
		r.In = p.in
	}
	if r.In == 0 {
		return noCredentials()
	}
	if r.oauthHeader && r.In != InHeader {
		return malformed("there is an Authorization header of scheme OAuth, but the protocol parameters are in the " + r.In.String())
	}
	return nil
}

// assign gives the protocol parameters their fields. Repetition was refused
// before.
func (r *Request) assign(Limits) *Problem {
	for _, p := range r.params {
		if !p.protocol {
			continue
		}
		v := r.text(p.value)
		switch r.text(p.name) {
		case "oauth_consumer_key":
			r.ConsumerKey = v
		case "oauth_token":
			r.Token = v
		case "oauth_signature_method":
			r.SignatureMethod = v
		case "oauth_signature":
			r.Signature = v
		case "oauth_nonce":
			r.Nonce = v
		case "oauth_callback":
			r.Callback = v
		case "oauth_verifier":
			r.Verifier = v
		case "oauth_session_handle":
			r.SessionHandle = v
		case "oauth_body_hash":
			r.BodyHash = v
		}
	}
	if r.accept != 0 {
		r.lenientMethod()
		r.lenientSignature()
	}
	return nil
}

// require names everything that is missing at once, so that a developer does
// not learn it one refusal at a time.
func (r *Request) require(Limits) *Problem {
	timestamp, _ := r.Parameter("oauth_timestamp")
	var absent []string
	for _, p := range [...]Pair{
		{"oauth_consumer_key", r.ConsumerKey},
		{"oauth_signature_method", r.SignatureMethod},
		{"oauth_signature", r.Signature},
		{"oauth_timestamp", timestamp},
		{"oauth_nonce", r.Nonce},
	} {
		// Without a method this is not known to be PLAINTEXT, which may omit
		// timestamp and nonce (§3.1).
		optional := r.SignatureMethod == Plaintext && (p.Name == "oauth_timestamp" || p.Name == "oauth_nonce")
		if p.Value == "" && !optional {
			absent = append(absent, p.Name)
		}
	}
	if absent != nil {
		return Absent(absent...)
	}
	return nil
}

func (r *Request) validate(l Limits) *Problem {
	if v, ok := r.Parameter("oauth_version"); ok && v != "1.0" {
		return versionRejected()
	}
	if methodOf(r.SignatureMethod) == nil {
		return Refuse(ProblemSignatureMethodRejected, "the signature method is unknown; use one of "+strings.Join(Methods(), ", "))
	}
	if v, _ := r.Parameter("oauth_timestamp"); v != "" {
		if !validTimestamp(v) {
			return rejected("oauth_timestamp must be a whole number of seconds since 1970 in decimal digits, without sign or leading zero", "oauth_timestamp")
		}
		r.Timestamp, _ = strconv.ParseInt(v, 10, 64)
	}
	if len(r.Nonce) > l.Nonce {
		return rejected("oauth_nonce is longer than "+strconv.Itoa(l.Nonce)+" bytes", "oauth_nonce")
	}
	return nil
}

// validTimestamp is the grammar ^[1-9][0-9]{0,11}$: no sign, no zero in front,
// no digits of other scripts, no overflow. Two spellings of one number would be
// two nonces.
func validTimestamp(s string) bool {
	if len(s) == 0 || len(s) > 12 || s[0] == '0' {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
