package verify

import (
	"oauth1d/provider/oauth1"
	"oauth1d/store"
)

// bodyHash compares oauth_body_hash with the body, where the consumer's record
// asks for it and the body is seen. The body of a form is part of the base string
// and needs no hash.
func bodyHash(q Question, r *oauth1.Request, c *store.Consumer) error {
	if c.BodyHash == store.BodyHashOff || r.BodyHash == "" && c.BodyHash != store.BodyHashRequired {
		return nil
	}
	if form, err := q.Message.HasForm(); err != nil || form && r.BodyHash == "" {
		return err
	}
	body, seen, err := q.body()
	switch {
	case err != nil:
		return err
	case !seen && c.BodyHash != store.BodyHashRequired:
		return nil // it is signed, and the application can compare it
	case !seen && !bodiless(q.Message.Method):
		return oauth1.Refuse(oauth1.ProblemFormBodyUnavailable,
			"this consumer's bodies must be covered by oauth_body_hash, and the body is not seen here; the operator can route its requests through inline mode")
	case !seen, r.BodyHash == "" && len(body) == 0:
		return nil
	case r.BodyHash == "":
		p := oauth1.Absent("oauth_body_hash")
		p.Advice = "this consumer's bodies must be covered by oauth_body_hash"
		return p
	case !r.Covers(body):
		return oauth1.Refuse(oauth1.ProblemBodyHashMismatch,
			"oauth_body_hash is not the base64 digest of the body that arrived, by the digest of "+r.SignatureMethod+" (SHA-1 for PLAINTEXT)")
	}
	return nil
}

func (q Question) body() ([]byte, bool, error) {
	if q.Body == nil {
		return q.Message.Body, true, nil
	}
	return q.Body()
}

// bodiless reports whether a request of this method means nothing by its body
// (RFC 9110 §9.3).
func bodiless(method string) bool {
	return method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "TRACE"
}
