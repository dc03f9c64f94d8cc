package admin

import (
	"net/http"
	"strings"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/oauth1"
	"oauth1d/provider/pages"
	"oauth1d/store"
)

const newConsumerPath = consumersPath + "/" + newName

func newConsumerBack(*http.Request) string { return newConsumerPath }

// serveNewConsumer shows the form by which an application is registered.
// GET /admin/consumers/new.
func (c *Console) serveNewConsumer(w http.ResponseWriter, r *http.Request) error {
	return c.showNewConsumer(w, r, http.StatusOK, nil)
}

func (c *Console) showNewConsumer(w http.ResponseWriter, r *http.Request, status int, problems []pages.AdminProblem) error {
	empty := adminapi.Consumer{Profile: store.ProfileRFC5849, BodyHash: store.BodyHashIfPresent, Methods: []string{oauth1.HMACSHA1, oauth1.HMACSHA256}}
	page := pages.AdminNewConsumer{
		Admin: c.frame(r, "consumers", consumersCrumb(), pages.AdminLink{Code: "new_consumer"}),
		Form:  c.formOnce(r, newConsumerPath), Values: c.typed(c.valuesOf(empty), formOf(r)), Back: consumersPath,
	}
	page.Problems = problems
	return c.Pages.Show(w, r, status, page)
}

// addConsumer registers an application and shows its secret, this once.
// POST /admin/consumers/new.
func (c *Console) addConsumer() form {
	return form{show: c.showNewConsumer, back: newConsumerBack, fresh: true, typed: true, once: true, do: func(w http.ResponseWriter, r *http.Request) error {
		f := r.PostForm
		text := func(name string) string { return strings.TrimSpace(f.Get(name)) }
		bodyHash := text("body_hash")
		n := adminapi.NewConsumer{
			Key: text("key"), Name: text("name"), Description: strings.Join(strings.Fields(f.Get("description")), " "),
			Publisher: text("publisher"), Contact: text("contact"), Verified: f.Has("verified"),
			Callbacks: lines(f.Get("callbacks")), Methods: f["methods"], Profile: text("profile"),
			Secret: f.Get("secret"), PublicKey: text("public_key"),
		}
		if bodyHash != "" {
			n.BodyHash = &bodyHash
		}
		a, err := c.api.AddConsumer(r.Context(), n)
		if err != nil {
			return err
		}
		return c.showSecret(w, r, a, "added")
	}}
}
