package explain

import (
	"crypto"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/subtle"
	"encoding/asn1"
	"math/big"
	"slices"

	"oauth1d/provider/oauth1"
)

// A lock is one way in which the signature may have been made: over which digest
// and with which key. What is not as it must be about that are its causes.
type lock struct {
	causes   []string
	sentence string
	advice   string
	side     string

	hash crypto.Hash // 0: PLAINTEXT, which is made over nothing
	key  []byte      // of an HMAC
	want []byte      // the HMAC, the digest in an RSA signature, or the text
}

// opens reports whether the signature is that of base.
func (l *lock) opens(base []byte) bool {
	switch {
	case l.hash == 0:
		return subtle.ConstantTimeCompare(l.key, l.want) == 1
	case l.key == nil:
		h := l.hash.New()
		h.Write(base)
		return subtle.ConstantTimeCompare(h.Sum(nil), l.want) == 1
	}
	mac := hmac.New(l.hash.New, l.key)
	mac.Write(base)
	return hmac.Equal(mac.Sum(nil), l.want)
}

// locks lists the ways in which the signature of r may have been made, the right
// one first and those with fewer causes before those with more.
func locks(r *oauth1.Request, keys []Key) []lock {
	var all []lock
	for _, k := range keys {
		all = append(all, rsaLocks(r, k)...)
		all = append(all, hmacLocks(r, k)...)
		all = append(all, plainLocks(r, k)...)
	}
	all = slices.DeleteFunc(all, func(l lock) bool { return len(l.causes) > 2 })
	slices.SortStableFunc(all, func(a, b lock) int { return len(a.causes) - len(b.causes) })
	return all
}

// with adds a cause and what is to be said of it.
func (l lock) with(cause, sentence, advice, side string) lock {
	l.causes = merged(l.causes, []string{cause})
	if l.sentence != "" {
		sentence = l.sentence + "; " + sentence
		advice = l.advice + "; " + advice
	}
	l.sentence, l.advice, l.side = sentence, advice, side
	return l
}

// spelled is the lock of a signature that was spelled wrong.
func (l lock) spelled(why string) lock {
	if why == "" {
		return l
	}
	return l.with(causeSignatureEncoded, "the signature is spelled wrong: "+why,
		"send the signature as base64 with its padding, percent-encoded once (§3.4.2, §3.6)", SideConsumer)
}

// hashed is the lock of a signature by another digest or kind of key than the
// method names.
func (l lock) hashed(d digest, method string, isRSA bool) lock {
	l.hash = d.hash
	named, ok := digestOfMethod(method)
	if method == oauth1.Plaintext || oauth1.IsRSA(method) != isRSA {
		what := "an HMAC"
		if isRSA {
			what = "an RSA signature"
		}
		l = l.with(causeFamily, "oauth_signature_method names "+method+", and the signature is "+what,
			"name the method that the signature is made with, one that is allowed to this consumer", SideConsumer)
	}
	if ok && named.hash != d.hash {
		l = l.with(causeDigest, "oauth_signature_method names "+method+", and the signature is made with "+d.name,
			"sign with the digest that is named, or name the one that is used", SideConsumer)
	}
	return l
}

// of is the lock of a key that is not the live one.
func (l lock) of(name string) lock {
	switch name {
	case KeyLive:
		return l
	case KeyRequestToken:
		return l.with(causeRequestToken, "the request is signed with the secret of the request token",
			"sign with the oauth_token_secret that came with the access token", SideConsumer)
	}
	return l.with(causePrevious, "the request is signed with the consumer secret or key of before the last rotation",
		"give the consumer its present secret or key", SideConsumer)
}

func hmacLocks(r *oauth1.Request, k Key) []lock {
	if len(k.Keys.ConsumerSecret) == 0 {
		return nil
	}
	var all []lock
	for _, reading := range readings(r.Signature) {
		d, ok := digestOfSize(len(reading.octets))
		if !ok {
			continue
		}
		for _, l := range keyVariants(k.Keys) {
			l.want = reading.octets
			all = append(all, l.of(k.Name).spelled(reading.spelling).hashed(d, r.SignatureMethod, false))
		}
	}
	return all
}

func plainLocks(r *oauth1.Request, k Key) []lock {
	if len(k.Keys.ConsumerSecret) == 0 {
		return nil
	}
	var all []lock
	for _, reading := range texts(r.Signature) {
		for _, l := range keyVariants(k.Keys) {
			l.want = []byte(reading.text)
			l = l.of(k.Name).spelled(reading.spelling)
			if r.SignatureMethod != oauth1.Plaintext {
				l = l.with(causeFamily, "oauth_signature_method names "+r.SignatureMethod+", and the signature is that of PLAINTEXT: the secrets themselves",
					"sign with the method that is named; and rotate the secrets, if the request went over plain http", SideConsumer)
			}
			all = append(all, l)
		}
	}
	return all
}

// keyVariants are what may be made of two secrets (§3.4.2), the right key first.
func keyVariants(k oauth1.Keys) []lock {
	c, t := string(k.ConsumerSecret), string(k.TokenSecret)
	encC, encT := oauth1.Escape(c), oauth1.Escape(t)
	var all []lock
	add := func(key, cause, sentence, advice string) {
		if slices.ContainsFunc(all, func(l lock) bool { return subtle.ConstantTimeCompare(l.key, []byte(key)) == 1 }) {
			return
		}
		l := lock{key: []byte(key)}
		if cause != "" {
			l = l.with(cause, sentence, advice, SideConsumer)
		}
		all = append(all, l)
	}
	const (
		joinThem   = `put an "&" between the two secrets, and behind the consumer secret also when there is no token secret (§3.4.2)`
		encodeThem = `percent-encode each secret once, then join them by "&" (§3.4.2)`
	)
	add(encC+"&"+encT, "", "", "")
	add(encC+"&", causeNoTokenSecret, "the request is signed without the token secret", "sign with the consumer secret and the token secret, joined by \"&\" (§3.4.2)")
	add(encC, causeAmpersand, "the request is signed with the consumer secret alone, without the \"&\" behind it", joinThem)
	add(encC+encT, causeAmpersand, "the request is signed with the two secrets without the \"&\" between them", joinThem)
	add(c+"&"+t, causeSecretEncoding, "the request is signed with the secrets as they are, not percent-encoded", encodeThem)
	add(oauth1.Escape(encC)+"&"+oauth1.Escape(encT), causeSecretEncoding, "the request is signed with the secrets percent-encoded twice", encodeThem)
	add(encC+"&"+t, causeSecretEncoding, "the request is signed with the token secret not percent-encoded", encodeThem)
	add(c+"&"+encT, causeSecretEncoding, "the request is signed with the consumer secret not percent-encoded", encodeThem)
	return all
}

// rsaLocks opens the signature with the public key once, so that each base string
// costs a digest and no exponentiation. Nothing is accepted by it.
func rsaLocks(r *oauth1.Request, k Key) []lock {
	if k.Keys.PublicKey == nil {
		return nil
	}
	var all []lock
	for _, reading := range readings(r.Signature) {
		d, sum, ok := openRSA(k.Keys.PublicKey, reading.octets)
		if ok {
			all = append(all, lock{want: sum}.of(k.Name).spelled(reading.spelling).hashed(d, r.SignatureMethod, true))
		}
	}
	return all
}

// openRSA returns the digest in a PKCS #1 v1.5 signature (RFC 8017 §9.2).
func openRSA(k *rsa.PublicKey, signature []byte) (digest, []byte, bool) {
	if len(signature) != k.Size() {
		return digest{}, nil, false
	}
	c := new(big.Int).SetBytes(signature)
	em := c.Exp(c, big.NewInt(int64(k.E)), k.N).FillBytes(make([]byte, k.Size()))
	i := 2
	for i < len(em) && em[i] == 0xff {
		i++
	}
	if em[0] != 0 || em[1] != 1 || i < 10 || i == len(em) || em[i] != 0 {
		return digest{}, nil, false
	}
	var info struct {
		Algorithm asn1.RawValue
		Digest    []byte
	}
	if rest, err := asn1.Unmarshal(em[i+1:], &info); err != nil || len(rest) > 0 {
		return digest{}, nil, false
	}
	d, ok := digestOfSize(len(info.Digest))
	return d, info.Digest, ok
}
