package account

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

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
	name, kind, body := "oauth1d.env", "text/plain; charset=utf-8", h.env(key, secret)
	if v.PostForm.Get("format") == "json" {
		var err error
		if body, err = h.json(key, secret); err != nil {
			return fmt.Errorf("writing credentials as JSON: %w", err)
		}
		name, kind = "oauth1d.json", "application/json"
	}
	head := v.w.Header()
	head.Set("Content-Type", kind)
	head.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	head.Set("Cache-Control", "no-store")
	_, _ = v.w.Write(body) // if it does not arrive, the page still has it
	return nil
}

// env is a file of variables. Keys and secrets of ours need no quotes.
func (h *Handler) env(key, secret string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "OAUTH_CONSUMER_KEY=%s\nOAUTH_CONSUMER_SECRET=%s\n", key, secret)
	for _, u := range h.config.URLs {
		fmt.Fprintf(&b, "OAUTH_%s_URL=%s\n", strings.ToUpper(u.Name), u.URL)
	}
	return []byte(b.String())
}

func (h *Handler) json(key, secret string) ([]byte, error) {
	all := map[string]string{"consumer_key": key, "consumer_secret": secret}
	for _, u := range h.config.URLs {
		all[u.Name+"_url"] = u.URL
	}
	return json.MarshalIndent(all, "", "  ")
}
