package admin

import (
	"fmt"
	"net/http"

	"oauth1d/provider/audit"
	"oauth1d/provider/web"
	"oauth1d/store"
)

// ServeApproveConsumer makes a consumer of what a user has proposed, who can then
// take its secret. One that is approved stays as it is.
// POST /api/v1/consumers/{key}/approve.
func (h *Handler) ServeApproveConsumer(w http.ResponseWriter, r *http.Request) error {
	key := r.PathValue("key")
	before, err := h.Registry.Show(r.Context(), key)
	if err != nil {
		return refuse(err, "consumer", key)
	}
	c, err := h.Registry.Approve(r.Context(), key)
	if err == nil && before.Proposed == 0 {
		return web.JSON(w, http.StatusOK, consumer(c, nil, h.Now())) // nothing happened that could be audited
	}
	return h.changed(w, r, audit.ConsumerApproved, map[string]string{"name": c.Name, "owner": c.Owner}, c, nil, err)
}

// warnings say what a consumer has been given that has no effect now. That is no
// error: the policy may be loaded later.
func (h *Handler) warnings(c store.Consumer) []string {
	var all []string
	for _, name := range c.Scopes {
		if !h.ScopeDefined(name) {
			all = append(all, fmt.Sprintf("scope %q is not defined in policy.scopes; until it is, nobody can ask for it", name))
		}
	}
	return all
}
