package signin

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"oauth1d/store"
)

// hostileKey is made once, which takes a while.
var hostileKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// A hostile provider says what no real one can be brought to say.
type hostile struct {
	server *httptest.Server
	key    *rsa.PrivateKey
	keyID  string

	discovery map[string]any // what it says instead
	idToken   map[string]any // claims instead of the right ones
	userInfo  map[string]any
	sign      func(t *testing.T, h *hostile, payload []byte) string
	serve     map[string]http.HandlerFunc // by path, instead of the right answer

	nonce string // of the sign-in that goes on
	seen  chan string
}

func startHostile(t *testing.T) *hostile {
	t.Helper()
	key, err := hostileKey()
	if err != nil {
		t.Fatal(err)
	}
	h := &hostile{
		key: key, keyID: "k1", sign: signRS256, seen: make(chan string, 1000),
		discovery: map[string]any{}, idToken: map[string]any{}, userInfo: map[string]any{}, serve: map[string]http.HandlerFunc{},
	}
	h.server = httptest.NewTLSServer(h.handler(t))
	t.Cleanup(h.server.Close)
	return h
}

func (h *hostile) handler(t *testing.T) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.seen <- r.URL.Path
		if serve := h.serve[r.URL.Path]; serve != nil {
			serve(w, r)
			return
		}
		h.answer(t, w, r)
	})
}

// answer answers as a good provider would, but for what was changed.
func (h *hostile) answer(t *testing.T, w http.ResponseWriter, r *http.Request) {
	var answer map[string]any
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		answer = h.right(map[string]any{
			"issuer": h.server.URL, "authorization_endpoint": h.server.URL + "/auth", "token_endpoint": h.server.URL + "/token",
			"jwks_uri": h.server.URL + "/keys", "userinfo_endpoint": h.server.URL + "/me",
			"id_token_signing_alg_values_supported": []string{"none", "HS256", "RS256", "ES256"},
		}, h.discovery)
	case "/keys":
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: h.key.Public(), KeyID: h.keyID, Algorithm: "RS256", Use: "sig"}}})
		return
	case "/token":
		answer = map[string]any{"access_token": "at", "token_type": "Bearer", "expires_in": 60, "refresh_token": "rt2"}
		if token := h.token(t); token != "" {
			answer["id_token"] = token
		}
	case "/me":
		answer = h.right(map[string]any{"sub": "sub-ada"}, h.userInfo)
	default:
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
}

// right is what a good provider says, but for changes. A nil takes away.
func (h *hostile) right(good, changes map[string]any) map[string]any {
	for name, value := range changes {
		good[name] = value
		if value == nil {
			delete(good, name)
		}
	}
	return good
}

func (h *hostile) token(t *testing.T) string {
	if h.sign == nil {
		return ""
	}
	sum := sha256.Sum256([]byte("at"))
	claims := h.right(map[string]any{
		"iss": h.server.URL, "sub": "sub-ada", "aud": "photos", "exp": time.Now().Add(time.Minute).Unix(), "iat": time.Now().Unix(),
		"nonce": h.nonce, "preferred_username": "ada", "groups": []string{"staff"}, "at_hash": base64.RawURLEncoding.EncodeToString(sum[:16]),
	}, h.idToken)
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Errorf("making an ID token: %v", err)
	}
	return h.sign(t, h, payload)
}

func (h *hostile) client(t *testing.T, change func(*OIDCConfig)) *OIDC {
	t.Helper()
	c := OIDCConfig{Issuer: h.server.URL, ClientID: "photos", ClientSecret: store.Secret(clientSecret), GroupsClaim: "groups", Roots: x509.NewCertPool()}
	c.Roots.AddCert(h.server.Certificate())
	if change != nil {
		change(&c)
	}
	return newTestOIDC(t, c)
}

// finish signs in there, without the person that has nothing to say about it.
func (h *hostile) finish(t *testing.T, o *OIDC) (Identity, error) {
	t.Helper()
	start, err := o.Begin(t.Context(), callback, "")
	if err != nil {
		return Identity{}, err
	}
	u, err := url.Parse(start.URL)
	if err != nil {
		t.Fatal(err)
	}
	h.nonce = u.Query().Get("nonce")
	back := callback + "?" + url.Values{"state": {start.State}, "code": {"c"}}.Encode()
	return o.Finish(t.Context(), httptest.NewRequest(http.MethodGet, back, nil), start.Pending)
}

func signRS256(t *testing.T, h *hostile, payload []byte) string {
	return signWith(t, jose.RS256, jose.JSONWebKey{Key: h.key, KeyID: h.keyID}, payload)
}

// signHS256 takes for a secret what everybody can know of the key.
func signHS256(t *testing.T, h *hostile, payload []byte) string {
	der, err := x509.MarshalPKIXPublicKey(h.key.Public())
	if err != nil {
		t.Error(err)
	}
	return signWith(t, jose.HS256, jose.JSONWebKey{Key: pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), KeyID: h.keyID}, payload)
}

// signHS256WithSecret takes the client secret, as OpenID Connect Core §10.1 has
// it. Whoever could read our configuration could sign anybody in.
func signHS256WithSecret(t *testing.T, h *hostile, payload []byte) string {
	return signWith(t, jose.HS256, jose.JSONWebKey{Key: []byte(clientSecret + clientSecret), KeyID: h.keyID}, payload)
}

func signByStranger(t *testing.T, h *hostile, payload []byte) string {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Error(err)
	}
	return signWith(t, jose.ES256, jose.JSONWebKey{Key: key, KeyID: h.keyID}, payload)
}

func signNone(_ *testing.T, _ *hostile, payload []byte) string {
	encode := base64.RawURLEncoding.EncodeToString
	return fmt.Sprintf("%s.%s.", encode([]byte(`{"alg":"none"}`)), encode(payload))
}

func signWith(t *testing.T, alg jose.SignatureAlgorithm, key jose.JSONWebKey, payload []byte) string {
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, nil)
	if err != nil {
		t.Errorf("making an ID token: %v", err)
		return ""
	}
	jws, err := s.Sign(payload)
	if err != nil {
		t.Errorf("making an ID token: %v", err)
		return ""
	}
	text, err := jws.CompactSerialize()
	if err != nil {
		t.Errorf("making an ID token: %v", err)
	}
	return text
}
