package admin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/audit"
	"oauth1d/provider/explain"
	"oauth1d/provider/registry"
	"oauth1d/provider/signin"
	"oauth1d/provider/web"
	"oauth1d/store"
)

// Config is what a Handler works with.
type Config struct {
	Store     store.Store
	Keys      *store.Keyring
	Registry  *registry.Registry
	Users     *signin.Users
	Audit     *audit.Log
	Explain   *explain.Service
	Version   string
	PublicURL string
	Started   time.Time

	// AccessTTL is how long a token issued here lives. Default: until revoked.
	AccessTTL time.Duration

	// IdleTTL is how long it lives unused. Default: for ever.
	IdleTTL time.Duration

	// Reload reads the configuration again. Default: there is none to read.
	Reload func(ctx context.Context) error

	// Ready says why the daemon wants no requests. Default: it always does.
	Ready func(ctx context.Context) error

	// ScopeDefined reports whether the policy has a scope of that name. Default: it
	// has every scope.
	ScopeDefined func(name string) bool

	// Live says whether an access token is let in now, and what scopes it may use.
	// Default: none is.
	Live func(c store.Credentials) (scopes []string, live bool)

	// Settings is the configuration in force. Default: none is shown.
	Settings func() []adminapi.Setting

	// Endpoints are the URLs of what consumers and users use.
	Endpoints adminapi.Endpoints

	// Findings says what is wrong around the daemon: disks, certificates, the
	// clock, its configuration. Default: nothing is known.
	Findings func(ctx context.Context) []adminapi.Finding

	// SignInReachable says why nobody can sign in now. Default: everybody can.
	SignInReachable func(ctx context.Context) error

	// SignIns answers challenges. Default: sign-in is not handed over.
	SignIns SignIns

	// Now is the clock. Default: time.Now.
	Now func() time.Time

	// Metrics is told of backups. Default: nothing is.
	Metrics prometheus.Registerer
}

// A Handler serves the admin API.
type Handler struct {
	Config
	backedUp prometheus.Gauge
	backups  backups
}

// New returns a Handler.
func New(c Config) *Handler {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.ScopeDefined == nil {
		c.ScopeDefined = func(string) bool { return true }
	}
	if c.Live == nil {
		c.Live = func(store.Credentials) ([]string, bool) { return nil, false }
	}
	if c.Ready == nil {
		c.Ready = func(context.Context) error { return nil }
	}
	if c.Reload == nil {
		c.Reload = func(context.Context) error { return errors.New("this daemon has no configuration file") }
	}
	return &Handler{Config: c, backedUp: web.Register(c.Metrics, prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "oauth1d_backup_last_success_timestamp_seconds", Help: "When a backup was last handed out whole; 0: never since the start."}))}
}

// ServeUnknown answers for paths that the API does not have. Any method,
// /api/….
func (h *Handler) ServeUnknown(http.ResponseWriter, *http.Request) error {
	return &web.Error{Status: http.StatusNotFound, Code: "not_found", Sentence: "the admin API has no such path; it begins with /api/v1/"}
}

// note takes an act down in the audit log.
func (h *Handler) note(r *http.Request, action audit.Action, object string, details map[string]string) error {
	err := h.Audit.Append(r.Context(), audit.Event{
		Action: action, Actor: actorOf(r), Object: object, Details: details, RequestID: web.Note(r.Context()).ID,
	})
	if err != nil {
		// The act has happened; not to answer is all that is left to refuse.
		return &web.Error{Status: http.StatusServiceUnavailable, Code: "not_audited", Err: err,
			Sentence: "it was done, but could not be written to the audit log, so the result is not shown; make room for the audit log and look at what is there"}
	}
	return nil
}

type actorKey struct{}

// actorOf says by which way an administrator came.
func actorOf(r *http.Request) string {
	if a, ok := r.Context().Value(actorKey{}).(string); ok {
		return a
	}
	return "admin:socket"
}

// refuse turns the errors of the registry, the users and the store into what an
// administrator is told.
func refuse(err error, what, name string) error {
	var shown *web.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &shown):
		return err
	case len(registry.Invalids(err)) > 0:
		var all []string
		for _, i := range registry.Invalids(err) {
			all = append(all, i.Error())
		}
		return &web.Error{Status: http.StatusBadRequest, Code: "invalid", Sentence: strings.Join(all, "\n")}
	case errors.Is(err, store.ErrNotFound):
		return &web.Error{Status: http.StatusNotFound, Code: "not_found", Sentence: fmt.Sprintf("there is no %s %q", what, name)}
	case errors.Is(err, store.ErrExists):
		return &web.Error{Status: http.StatusConflict, Code: "exists", Sentence: fmt.Sprintf("there is a %s %q already", what, name)}
	}
	return fmt.Errorf("%s: %w", what, err)
}

func when(unix int64) time.Time { return time.Unix(unix, 0).UTC() }
