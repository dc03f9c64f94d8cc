package boltstore

import (
	"encoding/json"

	"oauth1d/store"
)

// The records, field by field. Encoding and decoding stand side by side because
// they must name the same fields in the same order.

// The flags of consumers and users.
const (
	flagDisabled = 1 << iota
	flagSecond   // of a consumer: proposed; of a user: an administrator
	flagThird    // of a consumer: verified; of a user: gone
)

func encodeConsumer(c store.Consumer) []byte {
	e := newEncoder()
	e.flags(c.Disabled, c.Proposed != 0, c.Verified)
	e.number(c.Created)
	e.count(c.Revision)
	e.string(c.Name)
	e.string(c.Description)
	e.string(c.Publisher)
	e.string(c.Profile)
	e.bytes(c.Secret)
	e.bytes(c.PublicKey)
	e.strings(c.Methods)
	e.strings(c.Callbacks)
	e.bytes(c.OldSecret)
	e.bytes(c.OldPublicKey)
	e.number(c.OldUntil)
	e.keyUse(c.Used)
	e.strings(c.Lenient)
	e.string(c.BodyHash)
	e.flags(c.TwoLegged)
	e.string(c.TwoLeggedUser)
	e.strings(c.Impersonates)
	e.number(c.AccessTTL)
	e.number(c.IdleTTL)
	e.number(c.DebugUntil)
	e.string(c.Contact)
	e.strings(c.Scopes)
	e.strings(c.Groups)
	e.string(c.Owner)
	e.number(c.Proposed)
	return e.finish(consumers, []byte(c.Key))
}

func decodeConsumer(key string, body []byte) (store.Consumer, error) {
	d := newDecoder(body)
	flags := d.flags()
	c := store.Consumer{
		Key:         key,
		Disabled:    flags&flagDisabled != 0,
		Verified:    flags&flagThird != 0,
		Created:     d.number(),
		Revision:    d.count(),
		Name:        d.string(),
		Description: d.string(),
		Publisher:   d.string(),
		Profile:     d.string(),
		Secret:      d.bytes(),
		PublicKey:   d.bytes(),
		Methods:     d.strings(),
		Callbacks:   d.strings(),
	}
	c.BodyHash = store.BodyHashIfPresent // of before there was a choice
	if d.since(2) {
		c.OldSecret = d.bytes()
		c.OldPublicKey = d.bytes()
		c.OldUntil = d.number()
		c.Used = d.keyUse()
		c.Lenient = d.strings()
		c.BodyHash = d.string()
		c.TwoLegged = d.flags()&1 != 0
		c.TwoLeggedUser = d.string()
		c.Impersonates = d.strings()
		c.AccessTTL = d.number()
		c.IdleTTL = d.number()
		c.DebugUntil = d.number()
	}
	if d.since(3) {
		c.Contact = d.string()
		c.Scopes = d.strings()
		c.Groups = d.strings()
		c.Owner = d.string()
		c.Proposed = d.number()
	}
	return c, d.done()
}

func (e *encoder) keyUse(u store.KeyUse) {
	e.number(u.Secret)
	e.number(u.PublicKey)
	e.number(u.OldSecret)
	e.number(u.OldPublicKey)
}

func (d *decoder) keyUse() store.KeyUse {
	return store.KeyUse{Secret: d.number(), PublicKey: d.number(), OldSecret: d.number(), OldPublicKey: d.number()}
}

func encodeUser(u store.User) []byte {
	e := newEncoder()
	e.flags(u.Disabled, u.Admin, u.Gone)
	e.number(u.Created)
	e.count(u.Revision)
	e.string(u.Password)
	e.strings(u.Groups)
	e.string(u.Source)
	e.number(u.Checked)
	e.bytes(u.Refresh)
	e.string(u.Subject)
	return e.finish(users, []byte(u.Name))
}

func decodeUser(name string, body []byte) (store.User, error) {
	d := newDecoder(body)
	flags := d.flags()
	u := store.User{
		Name:     name,
		Disabled: flags&flagDisabled != 0,
		Admin:    flags&flagSecond != 0,
		Gone:     flags&flagThird != 0,
		Created:  d.number(),
		Revision: d.count(),
		Password: d.string(),
	}
	if d.since(2) {
		u.Groups = d.strings()
	}
	if d.since(3) {
		u.Source = d.string()
		u.Checked = d.number()
		u.Refresh = d.bytes()
		u.Subject = d.string()
	}
	return u, d.done()
}

func encodeRequestToken(t store.RequestToken) []byte {
	e := newEncoder()
	e.flags(t.Decision.Allowed)
	e.number(t.Issued)
	e.number(t.Expires)
	e.number(t.Decided)
	e.number(int64(t.Tries))
	e.raw(t.Decision.Verifier[:])
	e.string(t.Consumer)
	e.string(t.Callback)
	e.bytes(t.Secret)
	e.string(t.Decision.User)
	e.strings(t.Decision.Scopes)
	e.strings(t.Scopes)
	return e.finish(requestTokens, []byte(t.ID))
}

func decodeRequestToken(id string, body []byte) (store.RequestToken, error) {
	d := newDecoder(body)
	t := store.RequestToken{ID: id}
	t.Decision.Allowed = d.flags()&1 != 0
	t.Issued = d.number()
	t.Expires = d.number()
	t.Decided = d.number()
	t.Tries = int(d.number())
	d.raw(t.Decision.Verifier[:])
	t.Consumer = d.string()
	t.Callback = d.string()
	t.Secret = d.bytes()
	t.Decision.User = d.string()
	t.Decision.Scopes = d.strings()
	if d.since(3) {
		t.Scopes = d.strings()
	}
	return t, d.done()
}

func encodeAccessToken(t store.AccessToken) []byte {
	e := newEncoder()
	e.number(t.Issued)
	e.number(t.Expires)
	e.number(t.Revoked)
	e.string(t.Consumer)
	e.string(t.User)
	e.bytes(t.Secret)
	e.strings(t.Scopes)
	e.number(t.Idle)
	e.number(t.Used)
	e.raw(t.Session[:])
	e.number(t.SessionExpires)
	return e.finish(accessTokens, []byte(t.ID))
}

func decodeAccessToken(id string, body []byte) (store.AccessToken, error) {
	d := newDecoder(body)
	t := store.AccessToken{
		ID:       id,
		Issued:   d.number(),
		Expires:  d.number(),
		Revoked:  d.number(),
		Consumer: d.string(),
		User:     d.string(),
		Secret:   d.bytes(),
		Scopes:   d.strings(),
	}
	if d.since(2) {
		t.Idle = d.number()
		t.Used = d.number()
		d.raw(t.Session[:])
		t.SessionExpires = d.number()
	}
	return t, d.done()
}

// session is what the bucket sessions holds.
type session struct {
	expires int64
	data    []byte
}

func encodeSession(id string, v session) []byte {
	e := newEncoder()
	e.number(v.expires)
	e.bytes(v.data)
	return e.finish(sessions, []byte(id))
}

func decodeSession(body []byte) (session, error) {
	d := newDecoder(body)
	v := session{expires: d.number(), data: d.bytes()}
	return v, d.done()
}

// A gauge is one time, in nanoseconds since 1970: when it has all its tries
// again.

func encodeGauge(id []byte, full int64) []byte {
	e := newEncoder()
	e.number(full)
	return e.finish(gauges, id)
}

func decodeGauge(body []byte) (full int64, err error) {
	d := newDecoder(body)
	full = d.number()
	return full, d.done()
}

// The identity is JSON, so that a program that is older than the store can still
// read by which schema it was written. Its version stays the first, for the same
// reason.

func encodeIdentity(id store.Identity) ([]byte, error) {
	text, err := json.Marshal(id)
	if err != nil {
		return nil, err
	}
	e := &encoder{[]byte{firstVersion}}
	e.raw(text)
	return e.finish(identities, identityKey), nil
}

func decodeIdentity(body []byte) (store.Identity, error) {
	var id store.Identity
	if err := json.Unmarshal(body[1:], &id); err != nil {
		return store.Identity{}, errCodec
	}
	return id, nil
}
