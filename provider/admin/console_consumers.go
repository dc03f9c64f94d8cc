package admin

import (
	"context"
	"net/http"
	"slices"
	"time"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/pages"
)

const pageSize = 50 // rows of a list

func consumersCrumb() pages.AdminLink { return pages.AdminLink{URL: consumersPath, Code: "consumers"} }

// serveConsumers lists the application links. GET /admin/consumers.
func (c *Console) serveConsumers(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	page := pages.AdminConsumers{
		Admin: c.frame(r, "consumers", consumersCrumb()), Search: q.Get("q"), State: q.Get("state"), Add: consumersPath + "/" + newName,
	}
	for _, state := range []string{"", "proposed", "disabled"} {
		page.States = append(page.States, pages.AdminChoice{Value: state, Chosen: state == page.State, URL: with(consumersPath, "q", page.Search, "state", state)})
	}
	found, next, err := c.findConsumers(r.Context(), page.Search, page.State, q.Get("after"))
	status := http.StatusOK
	if page.Problems = problemsOf(err); page.Problems != nil {
		status, err = statusOf(err), nil
	}
	if err != nil {
		return refused(err)
	}
	for _, one := range found {
		page.Rows = append(page.Rows, consumerRow(one))
	}
	page.Paging = paging(consumersPath, q.Get("after"), next, "q", page.Search, "state", page.State)
	return c.Pages.Show(w, r, status, page)
}

// findConsumers returns one page of the list. The API does not know disabled
// consumers apart, so that these are looked for here.
func (c *Console) findConsumers(ctx context.Context, search, state, after string) (found []adminapi.Consumer, next string, err error) {
	f := adminapi.ConsumerFilter{Search: search, After: after, Limit: pageSize}
	switch state {
	case "proposed":
		yes := true
		f.Proposed = &yes
	case "disabled":
		f.Limit = 0
	}
	for {
		page, err := c.api.FindConsumers(ctx, f)
		if err != nil {
			return nil, "", err
		}
		for _, one := range page.Consumers {
			if state == "disabled" && (one.Enabled || one.Proposed != nil) {
				continue
			}
			if len(found) == pageSize {
				return found, found[pageSize-1].Key, nil
			}
			found = append(found, one)
		}
		if f.After = page.Next; f.After == "" || state != "disabled" {
			return found, page.Next, nil
		}
	}
}

// paging leads on from a list, with the filter that it has.
func paging(path, after, next string, filter ...string) (p pages.AdminPaging) {
	if after != "" {
		p.First = with(path, filter...)
	}
	if next != "" {
		p.Next = with(path, append(slices.Clone(filter), "after", next)...)
	}
	return p
}

func consumerRow(c adminapi.Consumer) pages.AdminConsumerRow {
	return pages.AdminConsumerRow{
		AdminConsumerHead: consumerHead(c), Methods: c.Methods, Used: lastUsed(c), Publisher: c.Publisher, Created: c.Created, Owner: c.Owner,
	}
}

func consumerHead(c adminapi.Consumer) pages.AdminConsumerHead {
	head := pages.AdminConsumerHead{Key: c.Key, Name: c.Name, URL: consumerPath(c.Key), State: "enabled", Verified: c.Verified, Debug: plain(c.DebugUntil)}
	switch {
	case c.Proposed != nil:
		head.State = "proposed"
	case !c.Enabled:
		head.State = "disabled"
	}
	if c.Old != nil {
		head.Grace = c.Old.Until
	}
	return head
}

// lastUsed is when the consumer last signed something, with whatever key.
func lastUsed(c adminapi.Consumer) time.Time {
	last := plain(c.SecretUsed)
	later := func(t *time.Time) {
		if t != nil && t.After(last) {
			last = *t
		}
	}
	if c.PublicKey != nil {
		later(c.PublicKey.Used)
	}
	if c.Old != nil {
		later(c.Old.SecretUsed)
		if c.Old.PublicKey != nil {
			later(c.Old.PublicKey.Used)
		}
	}
	return last
}
