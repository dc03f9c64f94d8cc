package storetest

import (
	"time"

	"oauth1d/store"
)

// Records as the cases need them.

func consumer(key string) store.Consumer {
	return store.Consumer{
		Key: key, Name: "Photo Printer", Description: "prints\nphotos", Publisher: "Printer & Söhne",
		Secret: store.Sealed("sealed\x00secret"), PublicKey: []byte{0x30, 0x82, 0, 0xff},
		Methods: []string{"HMAC-SHA1", "RSA-SHA256"}, Callbacks: []string{"https://printer.example.test/ready?a=b", "oob"},
		Profile: store.ProfileAtlassian, Created: Start.Unix(),
		OldSecret: store.Sealed("old\xff"), OldPublicKey: []byte{0x30, 0}, OldUntil: Start.Add(time.Hour).Unix(),
		Lenient: []string{"lower-case-method"}, BodyHash: store.BodyHashRequired,
		TwoLegged: true, TwoLeggedUser: "ada", Impersonates: []string{"bob", "@staff"},
		Contact: "mailto@printer.example.test", Verified: true, Scopes: []string{"photos:read"}, Groups: []string{"staff", "it"}, Owner: "eve",
		AccessTTL: 3600, IdleTTL: 600, DebugUntil: Start.Unix(), Used: store.KeyUse{Secret: 1, PublicKey: 2, OldSecret: 3, OldPublicKey: 4},
	}
}

// proposal is a consumer as its owner proposes it.
func proposal(key, owner string) store.Consumer {
	c := consumer(key)
	c.Secret, c.OldSecret, c.Owner, c.Proposed, c.Disabled = nil, nil, owner, Start.Unix(), true
	return c
}

// withUsers adds built-in users.
func (e *env) withUsers(names ...string) {
	e.Helper()
	for _, name := range names {
		e.ok(e.AddUser(e.Context(), user(name)))
	}
}

// seen is a user as a backend tells of it.
func seen(name, source string) store.User {
	return store.User{Name: name, Source: source, Groups: []string{"staff"}, Checked: Start.Unix(), Refresh: store.Sealed("sealed\x00refresh")}
}

func user(name string) store.User {
	return store.User{Name: name, Password: "$argon2id$v=19$m=65536,t=1,p=4$c2FsdA$aGFzaA", Admin: true, Groups: []string{"staff", "it"}, Created: Start.Unix()}
}

// requestToken expires ten minutes after the case's beginning.
func requestToken(text, consumer string) store.RequestToken {
	return store.RequestToken{
		ID: store.TokenID(text), Secret: store.Sealed("sealed " + text), Consumer: consumer,
		Callback: "https://printer.example.test/ready", Scopes: []string{"read", "write"}, Issued: Start.Unix(), Expires: Start.Add(10 * time.Minute).Unix(),
	}
}

// accessToken lives until it is revoked.
func accessToken(text, consumer, user string) store.AccessToken {
	return store.AccessToken{
		ID: store.TokenID(text), Secret: store.Sealed("sealed " + text), Consumer: consumer, User: user,
		Scopes: []string{"read", "write"}, Issued: Start.Unix(),
	}
}

var verifier = store.VerifierHash("the verifier")

func allowed(user string) store.Decision {
	return store.Decision{User: user, Allowed: true, Scopes: []string{"read"}, Verifier: verifier}
}

// withConsumer adds the consumer "k" and returns its key.
func (e *env) withConsumer() string {
	e.Helper()
	e.ok(e.AddConsumer(e.Context(), consumer("k")))
	return "k"
}

// withRequestToken adds a consumer and a request token of it, undecided.
func (e *env) withRequestToken() store.RequestToken {
	e.Helper()
	r := requestToken("r", e.withConsumer())
	e.ok(e.CreateRequestToken(e.Context(), r, 10))
	return r
}

// withAllowed adds a request token that ada has allowed.
func (e *env) withAllowed() store.RequestToken {
	e.Helper()
	r := e.withRequestToken()
	e.ok(e.Decide(e.Context(), r.ID, allowed("ada")))
	return r
}

// withAccessToken adds a consumer and an access token of it for ada.
func (e *env) withAccessToken() store.AccessToken {
	e.Helper()
	a := accessToken("a", e.withConsumer(), "ada")
	e.ok(e.IssueAccessToken(e.Context(), a))
	return a
}

// expiring adds an access token that expires after d.
func (e *env) expiring(text, consumer, user string, d time.Duration) store.AccessToken {
	e.Helper()
	a := accessToken(text, consumer, user)
	a.Expires = e.now(d)
	e.ok(e.IssueAccessToken(e.Context(), a))
	return a
}

func ids(tokens []store.AccessToken) []string {
	list := make([]string, 0, len(tokens))
	for _, a := range tokens {
		list = append(list, a.ID)
	}
	return list
}
