package account

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"oauth1d/provider/audit"
	"oauth1d/provider/pages"
	"oauth1d/provider/policy"
	"oauth1d/provider/registry"
	"oauth1d/provider/signin"
	"oauth1d/provider/web"
	"oauth1d/store"
)

// Store is what the pages ask of the store.
type Store interface {
	Consumer(ctx context.Context, key string) (store.Consumer, error)
	ListAccessTokens(ctx context.Context, f store.TokenFilter) ([]store.AccessToken, error)
	RevokeAll(ctx context.Context, f store.TokenFilter) (revoked int, err error)
}

// Audit takes down what was done before it is answered.
type Audit interface {
	Append(ctx context.Context, e audit.Event) error
}

// Config is what may be set about a Handler.
type Config struct {
	// Pages draws what people see.
	Pages *pages.Set

	// Policy has the words for scopes. Default: there are none.
	Policy *policy.Policy

	// Path is where the account page is found, as the browser sees it.
	Path string

	// URLs are what the developer of an approved consumer needs to know.
	URLs []pages.NamedURL

	// Proposals lets users propose consumers.
	Proposals bool

	// Now is the clock. Default: time.Now.
	Now func() time.Time
}

// A Handler serves the account pages.
type Handler struct {
	store    Store
	registry *registry.Registry
	signin   *signin.SignIn
	audit    Audit
	config   Config
}

// New returns a Handler.
func New(s Store, r *registry.Registry, u *signin.SignIn, a Audit, c Config) *Handler {
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Handler{store: s, registry: r, signin: u, audit: a, config: c}
}

// Routes returns all pages and forms. Their paths are below Config.Path.
func (h *Handler) Routes() []web.Route {
	all := []web.Route{
		web.Page("", "account", h.page("", h.serveList)),
		web.Page(revokePath, "account_revoke", h.page("", h.serveRevokeAll)),
		web.Form(revokePath, "account_revoke", h.page("", h.revokeAll)),
		web.Page(revokePath+"/{key}", "account_revoke", h.page("", h.serveRevoke)),
		web.Form(revokePath+"/{key}", "account_revoke", h.page("", h.revoke)),
	}
	if !h.config.Proposals {
		return all
	}
	return append(all,
		web.Page(ProposalsPath, "proposals", h.page(ProposalsPath, h.serveProposals)),
		web.Form(ProposalsPath, "proposals", h.page(ProposalsPath, h.propose)),
		web.Page(ProposalsPath+"/{key}/withdraw", "proposal_withdraw", h.page(ProposalsPath, h.serveWithdraw)),
		web.Form(ProposalsPath+"/{key}/withdraw", "proposal_withdraw", h.page(ProposalsPath, h.withdraw)),
		web.Page(ProposalsPath+"/{key}/claim", "proposal_claim", h.page(ProposalsPath, h.serveClaim)),
		web.Form(ProposalsPath+"/{key}/claim", "proposal_claim", h.page(ProposalsPath, h.claim)),
		web.Form(ProposalsPath+"/{key}/download", "proposal_download", h.page(ProposalsPath, h.download)),
	)
}

// The pages below Config.Path.
const (
	revokePath    = "/revoke"
	ProposalsPath = "/proposals"
)

// A visit is a request of somebody who is signed in.
type visit struct {
	*http.Request
	w    http.ResponseWriter
	user string
	key  string // of the consumer that the address names, or ""
}

// page asks whoever is not signed in to do so first. They come back to the list
// at back, which has everything that can have been meant.
func (h *Handler) page(back string, serve func(v visit) error) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		user, ok := h.signin.User(r)
		if !ok {
			return h.signin.Ask(w, r, h.config.Path+back, "")
		}
		web.Note(r.Context()).User = user
		return serve(visit{r, w, user, keyAt(r.PathValue("key"))})
	}
}

// show answers with a page.
func (h *Handler) show(v visit, status int, page any) error {
	return h.config.Pages.Show(v.w, v.Request, status, page)
}

// to sends the browser to a page below Config.Path.
func (h *Handler) to(v visit, path string) error {
	web.SeeOther(v.w, h.config.Path+path)
	return nil
}

// checkForm refuses a form that was not shown to this session for this purpose.
func (h *Handler) checkForm(v visit, purpose string) error {
	if err := web.ParseForm(v.Request); err != nil {
		return err
	}
	if h.signin.CheckFormToken(v.Request, purpose, v.PostForm.Get("form_token")) {
		return nil
	}
	return web.StaleForm()
}

// note takes down what the user did.
func (h *Handler) note(v visit, action audit.Action, object string, details map[string]string) error {
	err := h.audit.Append(v.Context(), audit.Event{
		Action: action, Actor: "user:" + v.user, Object: object, Details: details, RequestID: web.Note(v.Context()).ID,
	})
	if err != nil {
		return fmt.Errorf("auditing: %w", err)
	}
	return nil
}
