package gate

import (
	"net/http"
	"time"

	"oauth1d/provider/oauth1"
	"oauth1d/provider/web"
)

// formDeadline bounds the wait for a body that a misconfigured proxy announces
// and never sends.
const formDeadline = 2 * time.Second

// form returns the body of a form post. Its parameters are part of the
// signature (RFC 5849 §3.4.1.3.1), and whoever stands in the middle can add a
// form to a request that was signed without one; so a form that cannot be seen
// is refused, not overlooked.
func (g *Gate) form(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	m := oauth1.Message{ContentType: r.Header["Content-Type"]}
	if form, err := m.HasForm(); !form {
		return nil, err
	}
	if !g.config.ReadForms {
		return nil, oauth1.Refuse(oauth1.ProblemFormBodyUnavailable,
			"form posts cannot be verified here because the reverse proxy does not forward the body; send the parameters in the query, or ask the operator to route form posts through inline mode")
	}
	body, err := web.ReadBody(w, r, g.config.Limits.Form, formDeadline)
	if err != nil {
		return nil, err
	}
	if len(body) == 0 {
		return nil, oauth1.Refuse(oauth1.ProblemFormBodyUnavailable, "the reverse proxy announced a form and forwarded no body")
	}
	return body, nil
}

// unseen is the body of a request whose proxy forwards none.
func unseen() ([]byte, bool, error) { return nil, false, nil }

// conveyedBody returns the body that the proxy forwards with the subrequest, for
// oauth_body_hash. form is what was read of it already. Whether a proxy that
// forwards none had none is not known.
func (g *Gate) conveyedBody(w http.ResponseWriter, r *http.Request, form []byte) (body []byte, seen bool, err error) {
	switch {
	case form != nil:
		return form, true, nil
	case r.ContentLength == 0:
		return nil, false, nil
	}
	body, err = web.ReadBody(w, r, g.config.Limits.Form, formDeadline)
	return body, err == nil, err
}
