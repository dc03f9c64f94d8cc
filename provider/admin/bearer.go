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

// RequireToken returns a guard that lets requests with that bearer token through.
// Without a token in the configuration nobody comes through: being able to reach
// the private listener is no authority, since every reverse proxy can.
func (h *Handler) RequireToken(token store.Secret) func(web.Handler) web.Handler {
	want := sha256.Sum256(token)
	return func(next web.Handler) web.Handler {
		return func(w http.ResponseWriter, r *http.Request) error {
			values := r.Header["Authorization"]
			scheme, got := "", ""
			if len(values) == 1 {
				scheme, got, _ = strings.Cut(values[0], " ")
			}
			sum := sha256.Sum256([]byte(got))
			if len(token) == 0 || !strings.EqualFold(scheme, "Bearer") || subtle.ConstantTimeCompare(sum[:], want[:]) != 1 {
				return &web.Error{Status: http.StatusUnauthorized, Code: "unauthorized",
					Sentence: "the admin API wants the bearer token of admin.token_file here; on the daemon's own machine use the admin socket"}
			}
			return next(w, r.WithContext(context.WithValue(r.Context(), actorKey{}, "admin:token")))
		}
	}
}
