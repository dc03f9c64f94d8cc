package admin

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"

	"oauth1d/provider/web"
	"oauth1d/store"
)

// A Bearer is who comes with a token.
type Bearer struct {
	Actor string       // as the audit log calls it
	Token store.Secret // none: nobody comes so
	Key   string       // of the configuration, where the token is named
}

// RequireToken returns a guard that lets requests with one of these bearer tokens
// through. Without a token in the configuration nobody comes through: being able
// to reach the private listener is no authority, since every reverse proxy can.
func (h *Handler) RequireToken(bearers ...Bearer) func(web.Handler) web.Handler {
	want := make([][sha256.Size]byte, len(bearers))
	keys := make([]string, len(bearers))
	for i, b := range bearers {
		want[i], keys[i] = sha256.Sum256(b.Token), b.Key
	}
	return func(next web.Handler) web.Handler {
		return func(w http.ResponseWriter, r *http.Request) error {
			values := r.Header["Authorization"]
			scheme, got := "", ""
			if len(values) == 1 {
				scheme, got, _ = strings.Cut(values[0], " ")
			}
			sum, who := sha256.Sum256([]byte(got)), ""
			for i, b := range bearers {
				if len(b.Token) > 0 && strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(sum[:], want[i][:]) == 1 {
					who = b.Actor
				}
			}
			if who == "" {
				return &web.Error{Status: http.StatusUnauthorized, Code: "unauthorized",
					Sentence: "this wants the bearer token of " + strings.Join(keys, " or ") + " here; on the daemon's own machine use the admin socket"}
			}
			return next(w, r.WithContext(context.WithValue(r.Context(), actorKey{}, who)))
		}
	}
}
