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
	if err := whole(r); err != nil {
		return nil, err
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
// oauth_body_hash. form is what was read of it already. A proxy that is said to
// forward bodies and forwards none had none.
func (g *Gate) conveyedBody(w http.ResponseWriter, r *http.Request, form []byte) (body []byte, seen bool, err error) {
	if form != nil {
		return form, true, nil
	}
	if err := whole(r); err != nil {
		return nil, false, err
	}
	body, err = web.ReadBody(w, r, g.config.Limits.Form, formDeadline)
	return body, err == nil, err
}

// whole refuses a body of which Envoy has forwarded a part only
// (allow_partial_message): what lies behind the cut would be unsigned.
func whole(r *http.Request) error {
	for _, v := range r.Header["X-Envoy-Auth-Partial-Body"] {
		if v != "false" {
			return oauth1.Refuse(oauth1.ProblemFormBodyUnavailable, "the reverse proxy has forwarded a part of the body only; the operator must let it refuse larger ones (allow_partial_message: false) or forward more")
		}
	}
	return nil
}
