package admin

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/audit"
	"oauth1d/provider/pages"
)

// serveOverview shows what is wrong now, what there is, and what to do first.
// GET /admin/.
func (c *Console) serveOverview(w http.ResponseWriter, r *http.Request) error {
	o, err := c.api.Overview(r.Context())
	if err != nil {
		return refused(err)
	}
	page := pages.AdminOverview{
		Admin: c.frame(r, "overview"), Ready: o.Ready, Version: o.Version, Started: o.Started, PublicURL: o.PublicURL,
		Endpoints: addresses{o.PublicURL, o.Endpoints}.copies(), Counts: counts(o.Counts),
	}
	if page.Steps, err = c.steps(r.Context(), o); err != nil {
		return refused(err)
	}
	for _, f := range o.Findings {
		page.Findings = append(page.Findings, finding(f))
	}
	for _, n := range o.Refusals {
		page.Refusals = append(page.Refusals, pages.AdminRefusalCount{Problem: n.Problem, Count: n.Count, Latest: n.Latest, URL: requestPath(n.LatestID)})
	}
	return c.Pages.Show(w, r, http.StatusOK, page)
}

func finding(f adminapi.Finding) pages.AdminFinding {
	out := pages.AdminFinding{Severity: f.Severity, Code: f.Code, Sentence: f.Sentence, Remedy: f.Remedy, Args: f.Args, Count: f.Count, More: max(0, f.Count-len(f.Consumers))}
	for _, key := range f.Consumers {
		out.Consumers = append(out.Consumers, pages.AdminLink{Name: key, URL: consumerPath(key)})
	}
	return out
}

func counts(n adminapi.Counts) []pages.AdminCount {
	return []pages.AdminCount{
		{Code: "consumers", Count: n.Consumers, URL: consumersPath},
		{Code: "proposed", Count: n.ConsumersProposed, URL: with(consumersPath, "state", "proposed")},
		{Code: "disabled", Count: n.ConsumersDisabled, URL: with(consumersPath, "state", "disabled")},
		{Code: "users", Count: n.Users, URL: usersPath},
		{Code: "tokens", Count: n.AccessTokens, URL: tokensPath},
		{Code: "refusals", Count: n.Refusals, URL: requestsPath},
	}
}

// steps are the first things to do with a new daemon; none when all are done.
func (c *Console) steps(ctx context.Context, o adminapi.Overview) ([]pages.AdminStep, error) {
	backedUp, err := c.backedUp(ctx, o)
	if err != nil {
		return nil, err
	}
	all := []pages.AdminStep{
		{Code: "https", Done: strings.HasPrefix(o.PublicURL, "https:"), URL: configPath},
		{Code: "consumer", Done: o.Counts.Consumers > 0, URL: newConsumerPath},
		{Code: "token", Done: o.Counts.AccessTokens > 0, URL: requestsPath},
		{Code: "backup", Done: backedUp},
	}
	if !slices.ContainsFunc(all, func(s pages.AdminStep) bool { return !s.Done }) {
		return nil, nil
	}
	return all, nil
}

// backedUp reports whether the store was ever backed up. A finding says so of a
// daemon that has been there for a while; a new one has a short log.
func (c *Console) backedUp(ctx context.Context, o adminapi.Overview) (bool, error) {
	const short = 10_000 // lines
	if slices.ContainsFunc(o.Findings, func(f adminapi.Finding) bool { return f.Code == adminapi.BackupNever }) {
		return false, nil
	}
	last, err := c.api.Audit(ctx, adminapi.AuditFilter{Limit: 1})
	if err != nil || len(last.Records) == 0 || last.Records[0].Seq > short {
		return true, err
	}
	found, err := c.api.Audit(ctx, adminapi.AuditFilter{Action: string(audit.StoreBackedUp), Outcome: audit.OK, Limit: 1})
	return len(found.Records) > 0, err
}

// addresses are those of the application and of what consumers use.
type addresses struct {
	Application string
	adminapi.Endpoints
}

// where returns the addresses. They are asked for once: a new configuration comes
// with a new Console, and an overview looks at much that may be slow to answer.
func (c *Console) where(ctx context.Context) (addresses, error) {
	if known := c.addresses.Load(); known != nil {
		return *known, nil
	}
	o, err := c.api.Overview(ctx)
	if err != nil {
		return addresses{}, err
	}
	a := addresses{o.PublicURL, o.Endpoints}
	c.addresses.Store(&a)
	return a, nil
}

// copies are the addresses that a consumer's developer has to type in.
func (a addresses) copies() []pages.AdminCopy {
	all := []pages.AdminCopy{
		{Code: "application", Value: a.Application},
		{Code: "request_token", Value: a.RequestToken},
		{Code: "authorize", Value: a.Authorize},
		{Code: "access_token", Value: a.AccessToken},
	}
	return slices.DeleteFunc(all, func(c pages.AdminCopy) bool { return c.Value == "" })
}

// serveConfirmed is where the link of a form leads whose password was given too
// long ago. It asks for it, and then says that the form can be sent.
// GET /admin/confirm.
func (c *Console) serveConfirmed(w http.ResponseWriter, r *http.Request) error {
	back := r.URL.Query().Get("back")
	if !strings.HasPrefix(back, root) || strings.Contains(back, "//") || strings.ContainsAny(back, "\\ \t\r\n") {
		back = root
	}
	page := pages.AdminMessage{Admin: c.frame(r, "", pages.AdminLink{Code: "confirmed"}), What: "confirmed", Back: back}
	return c.Pages.Show(w, r, http.StatusOK, page)
}
