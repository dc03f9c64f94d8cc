package admin

import (
	"context"
	"net/http"
	"strconv"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/pages"
	"oauth1d/provider/registry"
	"oauth1d/provider/web"
	"oauth1d/store"
)

// For how long, in seconds, what is replaced may still be accepted.
var graces = []string{"0", "3600", "86400", "604800", "2592000"}

const usualGrace = "604800"

// showSecret answers a form with the secret that it has made. There is no page
// that shows it again: it is in this answer, which nobody may keep, and nowhere
// else but sealed in the store.
func (c *Console) showSecret(w http.ResponseWriter, r *http.Request, a adminapi.Consumer, what string) error {
	// The secret is made and would be lost with an error page: without addresses
	// this one still says what matters.
	at, _ := c.where(r.Context())
	page := pages.AdminSecret{
		Admin:             c.frame(r, "consumers", consumersCrumb(), pages.AdminLink{URL: consumerPath(a.Key), Name: a.Name}, pages.AdminLink{Code: "secret"}),
		AdminConsumerHead: consumerHead(a), What: what, Secret: pages.Shown(a.Secret), Download: c.formFor(r, secretPath),
		Copies: append([]pages.AdminCopy{{Code: "key", Value: a.Key}}, at.copies()...),
	}
	if a.Old != nil {
		page.Previous = a.Old.Until
	}
	return c.Pages.Show(w, r, http.StatusOK, page)
}

// serveRotate shows the form that replaces a secret.
// GET /admin/consumers/{key}/rotate.
func (c *Console) serveRotate(w http.ResponseWriter, r *http.Request) error {
	return c.showRotate(false)(w, r, http.StatusOK, nil)
}

// servePublicKey shows the form that replaces a public key.
// GET /admin/consumers/{key}/public-key.
func (c *Console) servePublicKey(w http.ResponseWriter, r *http.Request) error {
	return c.showRotate(true)(w, r, http.StatusOK, nil)
}

func (c *Console) showRotate(public bool) func(http.ResponseWriter, *http.Request, int, []pages.AdminProblem) error {
	code, path := "rotate", "/rotate"
	if public {
		code, path = "public_key", "/public-key"
	}
	return func(w http.ResponseWriter, r *http.Request, status int, problems []pages.AdminProblem) error {
		a, err := c.api.Consumer(r.Context(), named(r, "key"))
		if err != nil {
			return refused(err)
		}
		page := pages.AdminRotate{AdminConsumerPage: c.consumerPage(r, a, "incoming", pages.AdminLink{Code: code}), PublicKey: public, Back: tab(a.Key, "incoming")}
		grace := formOf(r).Get("grace_seconds")
		if grace == "" {
			grace = usualGrace
		}
		page.Graces, page.Problems = among(graces, grace), problems
		page.Form = c.formOnce(r, page.URL+path)
		for _, k := range keysOf(a) {
			if public && k.Code == "public_key" || !public && k.Code == "secret" {
				page.Current = k
			}
		}
		return c.Pages.Show(w, r, status, page)
	}
}

// rotated replaces a secret and shows the new one, this once.
// POST /admin/consumers/{key}/rotate.
func (c *Console) rotated() form {
	return form{show: c.showRotate(false), back: rotateBack("/rotate"), fresh: true, typed: true, once: true, do: func(w http.ResponseWriter, r *http.Request) error {
		grace, err := seconds64("grace_seconds", r.PostForm.Get("grace_seconds"))
		if err != nil {
			return err
		}
		a, err := c.api.RotateConsumer(r.Context(), named(r, "key"), adminapi.Rotation{Secret: r.PostForm.Get("secret"), Grace: grace})
		if err != nil {
			return err
		}
		return c.showSecret(w, r, a, "rotated")
	}}
}

// keyReplaced replaces a public key, or gives a consumer its first one.
// POST /admin/consumers/{key}/public-key.
func (c *Console) keyReplaced() form {
	return form{show: c.showRotate(true), back: rotateBack("/public-key"), fresh: true, typed: true, once: true, do: func(w http.ResponseWriter, r *http.Request) error {
		grace, err := seconds64("grace_seconds", r.PostForm.Get("grace_seconds"))
		if err != nil {
			return err
		}
		key := r.PostForm.Get("public_key")
		if key == "" { // the API would take this for a new secret
			return invalid{{Field: "public_key", Code: "absent"}}
		}
		if _, err := c.api.RotateConsumer(r.Context(), named(r, "key"), adminapi.Rotation{PublicKey: key, Grace: grace}); err != nil {
			return err
		}
		return done(w, tab(named(r, "key"), "incoming"), "key_replaced", 0)
	}}
}

// endGrace makes void what a rotation has left.
func (c *Console) endGrace(ctx context.Context, key string) error {
	_, err := c.api.RotateConsumer(ctx, key, adminapi.Rotation{EndGrace: true})
	return err
}

func rotateBack(path string) func(*http.Request) string {
	return func(r *http.Request) string { return consumerPath(named(r, "key")) + path }
}

// seconds64 reads one of the choices of a form.
func seconds64(field, text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0, invalid{{Field: field, Code: "choose"}}
	}
	return n, nil
}

// serveDownload sends back as a file what the page with the secret has just
// shown. The secret comes from that page, since nobody has kept it; the form
// token keeps others from making the browser save something.
// POST /admin/secret.
func (c *Console) serveDownload(w http.ResponseWriter, r *http.Request) error {
	at, err := c.where(r.Context())
	if err != nil {
		return err
	}
	out := registry.Handout{Key: r.PostForm.Get("key"), Secret: store.Secret(r.PostForm.Get("secret")), URLs: []registry.NamedURL{
		{Name: "request_token", URL: at.RequestToken}, {Name: "authorize", URL: at.Authorize}, {Name: "access_token", URL: at.AccessToken},
	}}
	name, kind, body, err := out.File(r.PostForm.Get("format"))
	switch {
	case len(registry.Invalids(err)) > 0:
		return web.StaleForm()
	case err != nil:
		return err
	}
	web.Attach(w.Header(), name, kind)
	_, _ = w.Write(body) // if it does not arrive, the page is still there
	return nil
}

// downloadRefused answers a download whose form is an old one.
func (c *Console) downloadRefused(http.ResponseWriter, *http.Request, int, []pages.AdminProblem) error {
	return web.StaleForm()
}
