package admin

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/web"
)

// recent is how far back an overview looks for refusals.
const recent = time.Hour

// ServeOverview says what is wrong now. It answers also when the store does not,
// because that is when somebody looks. GET /api/v1/overview.
func (h *Handler) ServeOverview(w http.ResponseWriter, r *http.Request) error {
	ctx, now := r.Context(), h.Now()
	out := adminapi.Overview{
		Version: h.Version, Time: now.UTC(), Started: h.Started.UTC(), Uptime: int64(now.Sub(h.Started) / time.Second), Ready: true,
		PublicURL: h.PublicURL, Endpoints: h.Endpoints, Refusals: h.refusals(now),
	}
	for _, c := range out.Refusals {
		out.Counts.Refusals += c.Count
	}
	findings := []adminapi.Finding{}
	if err := h.Ready(ctx); err != nil {
		out.Ready = false
		findings = append(findings, notReady(err))
	}
	findings = append(findings, h.count(ctx, &out.Counts)...)
	findings = append(findings, h.signInFindings(ctx)...)
	findings = append(findings, h.backupFindings(ctx, now)...)
	if h.Findings != nil {
		findings = append(findings, h.Findings(ctx)...)
	}
	slices.SortStableFunc(findings, func(a, b adminapi.Finding) int {
		return cmp.Compare(severity(a.Severity), severity(b.Severity))
	})
	out.Findings = findings
	return web.JSON(w, http.StatusOK, out)
}

func severity(word string) int {
	return slices.Index([]string{adminapi.Critical, adminapi.Warning, adminapi.Notice}, word)
}

func notReady(err error) adminapi.Finding {
	return adminapi.Finding{
		Severity: adminapi.Critical, Code: adminapi.NotReady, Args: map[string]string{"reason": err.Error()},
		Sentence: "The daemon is not ready: " + err.Error() + ".", Remedy: "Mend that; /readyz answers 200 again by itself.",
	}
}

// count fills in how much there is of what, and says what is wrong with it.
func (h *Handler) count(ctx context.Context, c *adminapi.Counts) []adminapi.Finding {
	n, err := h.Store.Stats(ctx)
	if err != nil {
		return []adminapi.Finding{storeFailed(err)}
	}
	c.Consumers, c.ConsumersDisabled, c.ConsumersProposed = n.Consumers, n.DisabledConsumers, n.ProposedConsumers
	c.Users, c.Sessions, c.AccessTokens, c.RequestTokens, c.Nonces = n.Users, n.Sessions, n.AccessTokens, n.RequestTokens, n.Nonces
	all, err := h.Registry.List(ctx)
	if err != nil {
		return []adminapi.Finding{storeFailed(err)}
	}
	return consumerFindings(all, h.Now())
}

func storeFailed(err error) adminapi.Finding {
	return adminapi.Finding{
		Severity: adminapi.Critical, Code: adminapi.StoreFailed, Args: map[string]string{"reason": err.Error()},
		Sentence: "The store does not answer: " + err.Error() + ".", Remedy: "Look at its disk, and run: oauth1d db check",
	}
}

func (h *Handler) signInFindings(ctx context.Context) []adminapi.Finding {
	if h.SignInReachable == nil {
		return nil
	}
	err := h.SignInReachable(ctx)
	if err == nil {
		return nil
	}
	return []adminapi.Finding{{
		Severity: adminapi.Critical, Code: adminapi.SignInUnreachable, Args: map[string]string{"reason": err.Error()},
		Sentence: "Nobody can sign in, because the sign-in backend cannot be asked: " + err.Error() + ".",
		Remedy:   "Mend its connection, or check the keys below signin in the configuration.",
	}}
}

// refusals counts those that are kept, by problem, the most frequent first.
func (h *Handler) refusals(now time.Time) []adminapi.RefusalCount {
	counts := map[string]*adminapi.RefusalCount{}
	for _, f := range h.Explain.List("", maxRefusals) {
		if now.Sub(f.Time) > recent {
			continue
		}
		c := counts[f.Problem]
		if c == nil { // the first is the newest
			c = &adminapi.RefusalCount{Problem: f.Problem, LatestID: f.ID, Latest: f.Time.UTC()}
			counts[f.Problem] = c
		}
		c.Count++
	}
	all := make([]adminapi.RefusalCount, 0, len(counts))
	for _, c := range counts {
		all = append(all, *c)
	}
	slices.SortFunc(all, func(a, b adminapi.RefusalCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Problem, b.Problem))
	})
	return all
}
