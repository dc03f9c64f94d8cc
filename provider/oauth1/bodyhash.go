package oauth1

import (
	"crypto"
	"crypto/subtle"
	"encoding/base64"
)

// BodyHash returns what oauth_body_hash must be for a body that is not a form:
// its digest in base64, by the digest of the signature method, SHA-1 for
// PLAINTEXT (OAuth Request Body Hash, draft 4, §3.2; C-22). It returns "" for an
// unknown method.
func BodyHash(name string, body []byte) string {
	m := methodOf(name)
	if m == nil {
		return ""
	}
	digest := m.digest
	if digest == 0 {
		digest = crypto.SHA1
	}
	h := digest.New()
	h.Write(body)
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// Covers reports whether the request's oauth_body_hash is that of body.
func (r *Request) Covers(body []byte) bool {
	return subtle.ConstantTimeCompare([]byte(r.BodyHash), []byte(BodyHash(r.SignatureMethod, body))) == 1
}
