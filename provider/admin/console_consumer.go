package admin

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/oauth1"
	"oauth1d/provider/pages"
)

// tabs of a consumer's page.
var tabs = []string{"details", "incoming", "rights", "limits"}

func consumerBack(tabName string) func(*http.Request) string {
	return func(r *http.Request) string {
		if tabName == "" {
			return consumerPath(named(r, "key"))
		}
		return tab(named(r, "key"), tabName)
	}
}

// serveConsumer shows one tab of a consumer. GET /admin/consumers/{key}.
func (c *Console) serveConsumer(w http.ResponseWriter, r *http.Request) error {
	name := r.URL.Query().Get("tab")
	if !slices.Contains(tabs, name) {
		name = tabs[0]
	}
	return c.showTab(name)(w, r, http.StatusOK, nil)
}

// showTab draws a tab.
func (c *Console) showTab(name string) func(http.ResponseWriter, *http.Request, int, []pages.AdminProblem) error {
	return func(w http.ResponseWriter, r *http.Request, status int, problems []pages.AdminProblem) error {
		a, err := c.api.Consumer(r.Context(), named(r, "key"))
		if err != nil {
			return refused(err)
		}
		base := c.consumerPage(r, a, name)
		base.Problems = problems
		var page any
		switch name {
		case "incoming":
			page, err = c.incoming(r, a, base)
		case "rights":
			page, err = c.rights(r.Context(), a, base)
		case "limits":
			page = pages.AdminLimits{AdminConsumerPage: base, Window: c.formFor(r, base.URL+"/debug"), Spans: choose([]string{"900", "3600", "86400"}, "3600")}
		default:
			page, err = c.details(r.Context(), a, base)
		}
		if err != nil {
			return refused(err)
		}
		return c.Pages.Show(w, r, status, page)
	}
}

// consumerPage is what every page about one consumer has.
func (c *Console) consumerPage(r *http.Request, a adminapi.Consumer, tabName string, more ...pages.AdminLink) pages.AdminConsumerPage {
	head := consumerHead(a)
	crumbs := append([]pages.AdminLink{consumersCrumb(), {URL: head.URL, Name: a.Name}}, more...)
	page := pages.AdminConsumerPage{
		Admin: c.frame(r, "consumers", crumbs...), AdminConsumerHead: head,
		Values: c.typed(c.valuesOf(a), formOf(r)), Owner: a.Owner, Asked: plain(a.Proposed), Pending: a.SecretPending,
		Form: c.formFor(r, head.URL+"/"+tabName),
	}
	for _, t := range tabs {
		page.Tabs = append(page.Tabs, pages.AdminLink{URL: tab(a.Key, t), Code: t, Here: t == tabName})
	}
	if a.Proposed != nil {
		page.Approve, page.Reject = c.formFor(r, head.URL+"/approve"), head.URL+"/remove"
	}
	return page
}

func (c *Console) details(ctx context.Context, a adminapi.Consumer, base pages.AdminConsumerPage) (any, error) {
	at, err := c.where(ctx)
	return pages.AdminDetails{
		AdminConsumerPage: base, Copies: append([]pages.AdminCopy{{Code: "key", Value: a.Key}}, at.copies()...),
		Created: a.Created, Used: lastUsed(a), Remove: base.URL + "/remove",
		Audit: with(auditPath, "object", a.Key), Refused: with(requestsPath, "consumer", a.Key),
	}, err
}

func (c *Console) incoming(r *http.Request, a adminapi.Consumer, base pages.AdminConsumerPage) (any, error) {
	page := pages.AdminIncoming{
		AdminConsumerPage: base, Keys: keysOf(a), Secretless: !slices.ContainsFunc(a.Methods, func(m string) bool { return !oauth1.IsRSA(m) }),
		TwoLegged: twoLeggedOff, ActsAs: a.ActsAs, Impersonates: a.Impersonates,
		Rotate: base.URL + "/rotate", NewKey: base.URL + "/public-key", Change: base.URL + "/two-legged",
	}
	if a.TwoLegged {
		page.TwoLegged = twoLeggedNone
		if a.ActsAs != "" {
			page.TwoLegged = twoLeggedUser
		}
	}
	switch {
	case a.Proposed != nil:
	case a.Enabled:
		page.Disable = c.formFor(r, base.URL+"/disable")
	default:
		page.Enable = c.formFor(r, base.URL+"/enable")
	}
	if a.Old != nil {
		page.EndGrace = c.formFor(r, base.URL+"/end-grace")
	}
	at, err := c.where(r.Context())
	page.Copies = append([]pages.AdminCopy{{Code: "key", Value: a.Key}}, at.copies()...)
	return page, err
}

func (c *Console) rights(ctx context.Context, a adminapi.Consumer, base pages.AdminConsumerPage) (any, error) {
	n, err := c.api.CountTokens(ctx, adminapi.TokenFilter{Consumer: a.Key})
	return pages.AdminRights{
		AdminConsumerPage: base, Scoped: c.Policy.Scoped(), Tokens: n,
		List: with(tokensPath, "consumer", a.Key), Revoke: with(tokensPath+"/revoke", "consumer", a.Key),
	}, err
}

// keysOf are what a consumer signs with, and what it signed with before.
func keysOf(a adminapi.Consumer) []pages.AdminKey {
	var all []pages.AdminKey
	if slices.ContainsFunc(a.Methods, func(m string) bool { return !oauth1.IsRSA(m) }) {
		all = append(all, pages.AdminKey{Code: "secret", Used: plain(a.SecretUsed)})
	}
	all = append(all, publicKeys("public_key", a.PublicKey)...)
	if old := a.Old; old != nil {
		if old.Secret {
			all = append(all, pages.AdminKey{Code: "old_secret", Used: plain(old.SecretUsed), Until: old.Until})
		}
		for _, k := range publicKeys("old_public_key", old.PublicKey) {
			k.Until = old.Until
			all = append(all, k)
		}
	}
	return all
}

func publicKeys(code string, k *adminapi.Key) []pages.AdminKey {
	if k == nil {
		return nil
	}
	return []pages.AdminKey{{Code: code, SHA256: grouped(k.SHA256), Bits: k.Bits, Used: plain(k.Used)}}
}

// grouped spells a fingerprint so that two people can compare it by telephone.
func grouped(hex string) string {
	var groups []string
	for len(hex) > 8 {
		groups, hex = append(groups, hex[:8]), hex[8:]
	}
	return strings.Join(append(groups, hex), " ")
}

// saved takes the form of a tab. What a consumer signs with, where users are sent
// and what it may ask for is the link itself.
func (c *Console) saved(name string) form {
	f := form{typed: true, fresh: name == "incoming" || name == "rights", show: c.showTab(name), back: consumerBack(name)}
	f.do = func(w http.ResponseWriter, r *http.Request) error {
		change, err := c.change(name, r.PostForm)
		if err != nil {
			return err
		}
		if _, err := c.api.ChangeConsumer(r.Context(), named(r, "key"), change); err != nil {
			return err
		}
		return done(w, f.back(r), "saved", 0)
	}
	return f
}

// pressed takes a button of a consumer's page.
func (c *Console) pressed(tabName, deed string, fresh bool, act func(ctx context.Context, key string) error) form {
	return form{show: c.showTab(tabName), back: consumerBack(tabName), fresh: fresh, do: func(w http.ResponseWriter, r *http.Request) error {
		if err := act(r.Context(), named(r, "key")); err != nil {
			return err
		}
		return done(w, tab(named(r, "key"), tabName), deed, 0)
	}}
}

// debugged opens the window in which refusals say more, and closes it.
func (c *Console) debugged() form {
	return form{show: c.showTab("limits"), back: consumerBack("limits"), do: func(w http.ResponseWriter, r *http.Request) error {
		n, err := seconds64("debug_for_seconds", r.PostForm.Get("debug_for_seconds"))
		if err != nil {
			return err
		}
		if _, err := c.api.ChangeConsumer(r.Context(), named(r, "key"), adminapi.ConsumerChange{Terms: adminapi.Terms{DebugFor: &n}}); err != nil {
			return err
		}
		deed := "debug_on"
		if n == 0 {
			deed = "debug_off"
		}
		return done(w, tab(named(r, "key"), "limits"), deed, 0)
	}}
}
