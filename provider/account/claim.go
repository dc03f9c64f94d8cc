package account

import (
	"errors"
	"fmt"
	"net/http"

	"oauth1d/provider/audit"
	"oauth1d/provider/pages"
	"oauth1d/provider/registry"
	"oauth1d/provider/web"
	"oauth1d/store"
)

// serveClaim asks before the secret is shown, because it is shown once.
// GET /oauth/account/proposals/{key}/claim.
func (h *Handler) serveClaim(v visit) error {
	c, err := h.mine(v)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return unknown()
	case err != nil:
		return fmt.Errorf("looking up a proposal: %w", err)
	case !registry.SecretPending(c) || c.Disabled:
		return h.to(v, ProposalsPath) // which shows how things stand
	case !h.signin.Fresh(v.Request):
		return h.signin.AskAgain(v.w, v.Request, h.of(c.Key, "claim"))
	}
	return h.show(v, http.StatusOK, pages.ProposalConfirm{
		Act: "claim", Name: c.Name, Key: c.Key, Action: h.of(c.Key, "claim"), FormToken: h.signin.FormToken(v.Request, purposeClaim+c.Key),
		Cancel: h.config.Path + ProposalsPath, User: v.user, RequestID: web.Note(v.Context()).ID,
	})
}

// claim makes the secret and shows it, this once.
// POST /oauth/account/proposals/{key}/claim.
func (h *Handler) claim(v visit) error {
	key := v.key
	if err := h.checkForm(v, purposeClaim+key); err != nil {
		return err
	}
	if !h.signin.Fresh(v.Request) {
		return h.signin.AskAgain(v.w, v.Request, h.of(key, "claim"))
	}
	c, secret, err := h.registry.Claim(v.Context(), key, v.user)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return unknown()
	case len(registry.Invalids(err)) > 0:
		return h.to(v, ProposalsPath) // it was claimed or disabled meanwhile
	case err != nil:
		return fmt.Errorf("claiming a secret: %w", err)
	}
	if err := h.note(v, audit.ConsumerClaimed, key, nil); err != nil {
		return err
	}
	return h.show(v, http.StatusOK, pages.ProposalSecret{
		Name: c.Name, Key: c.Key, Secret: secret.Reveal(), Download: h.of(key, "download"),
		FormToken: h.signin.FormToken(v.Request, purposeDownload+key+" "+secret.Reveal()),
		URLs:      h.config.URLs, Back: h.config.Path + ProposalsPath, User: v.user, RequestID: web.Note(v.Context()).ID,
	})
}

// download hands the secret that the page has shown back as a file. The form token
// is good for that secret only, so that nothing else can be handed out in our
// name. POST /oauth/account/proposals/{key}/download.
func (h *Handler) download(v visit) error {
	if err := web.ParseForm(v.Request); err != nil {
		return err
	}
	key, secret := v.key, v.PostForm.Get("secret")
	if err := h.checkForm(v, purposeDownload+key+" "+secret); err != nil {
		return err
	}
	out := registry.Handout{Key: key, Secret: store.Secret(secret)}
	for _, u := range h.config.URLs {
		out.URLs = append(out.URLs, registry.NamedURL(u))
	}
	name, kind, body, err := out.File(v.PostForm.Get("format"))
	switch {
	case len(registry.Invalids(err)) > 0:
		return web.StaleForm()
	case err != nil:
		return err
	}
	web.Attach(v.w.Header(), name, kind)
	_, _ = v.w.Write(body) // if it does not arrive, the page still has it
	return nil
}
