package admin

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/oauth1"
	"oauth1d/provider/pages"
	"oauth1d/store"
)

// Requests without a token.
const (
	twoLeggedOff  = "off"
	twoLeggedUser = "user"   // they act as a fixed user
	twoLeggedNone = "nobody" // they act as nobody
)

// valuesOf is what the fields of a consumer's forms hold before anybody types.
func (c *Console) valuesOf(a adminapi.Consumer) pages.AdminConsumerValues {
	legs := twoLeggedOff
	switch {
	case a.TwoLegged && a.ActsAs != "":
		legs = twoLeggedUser
	case a.TwoLegged:
		legs = twoLeggedNone
	}
	return pages.AdminConsumerValues{
		Key: a.Key, Name: a.Name, Description: a.Description, Publisher: a.Publisher, Contact: a.Contact, Verified: a.Verified,
		Callbacks: unlines(a.Callbacks), Methods: c.methods(a.Methods), Profiles: choose(store.Profiles(), a.Profile),
		BodyHash: choose(store.BodyHashes(), a.BodyHash), Accept: choose(oauth1.Leniences(), a.Accept...),
		Scopes: c.scopes(a.Scopes), Groups: unlines(a.Groups),
		TwoLegged: among([]string{twoLeggedOff, twoLeggedNone, twoLeggedUser}, legs), ActsAs: a.ActsAs, Impersonates: unlines(a.Impersonates),
		AccessTTL: life(a.AccessTTL), IdleTTL: life(a.IdleTTL),
	}
}

// typed puts what was posted in the place of what is, field by field, so that a
// form comes back as it was sent. A private key or a secret never does.
func (c *Console) typed(v pages.AdminConsumerValues, form url.Values) pages.AdminConsumerValues {
	for name, field := range map[string]*string{
		"key": &v.Key, "name": &v.Name, "description": &v.Description, "publisher": &v.Publisher, "contact": &v.Contact,
		"callbacks": &v.Callbacks, "public_key": &v.PublicKey, "groups": &v.Groups, "acts_as": &v.ActsAs, "impersonates": &v.Impersonates,
		"access_ttl_seconds": &v.AccessTTL, "idle_ttl_seconds": &v.IdleTTL,
	} {
		if form.Has(name) {
			*field = form.Get(name)
		}
	}
	if strings.Contains(v.PublicKey, "PRIVATE KEY") {
		v.PublicKey = ""
	}
	if form.Has("two_legged") {
		v.TwoLegged = among([]string{twoLeggedOff, twoLeggedNone, twoLeggedUser}, form.Get("two_legged"))
	}
	// A box that is not ticked posts nothing; which form it was says which boxes
	// there were.
	if form.Has("details") {
		v.Verified = form.Has("verified")
	}
	if form.Has("incoming") {
		v.Methods, v.Accept = c.methods(form["methods"]), choose(oauth1.Leniences(), form["accept"]...)
		v.Profiles, v.BodyHash = choose(store.Profiles(), form.Get("profile")), choose(store.BodyHashes(), form.Get("body_hash"))
	}
	if form.Has("rights") {
		v.Scopes = c.scopes(form["scopes"])
	}
	return v
}

// choose marks the chosen ones among all. One that is not among them is added, so
// that saving what is shown never takes away what is not.
func choose(all []string, chosen ...string) []pages.AdminChoice {
	var out []pages.AdminChoice
	for _, value := range all {
		out = append(out, pages.AdminChoice{Value: value, Chosen: slices.Contains(chosen, value)})
	}
	for _, value := range chosen {
		if !slices.Contains(all, value) && value != "" {
			out = append(out, pages.AdminChoice{Value: value, Chosen: true})
		}
	}
	return out
}

// among is choose where there are no others: what somebody has made up is not
// chosen.
func among(all []string, chosen string) []pages.AdminChoice {
	if !slices.Contains(all, chosen) {
		return choose(all)
	}
	return choose(all, chosen)
}

// methods are those that the configuration allows, and what the consumer has.
func (c *Console) methods(chosen []string) []pages.AdminChoice {
	all := slices.DeleteFunc(oauth1.Methods(), func(m string) bool {
		return len(c.Methods) > 0 && !slices.Contains(c.Methods, m) && m != oauth1.Plaintext
	})
	return choose(all, chosen...)
}

// scopes are those of the policy, and what the consumer has of others.
func (c *Console) scopes(chosen []string) []pages.AdminScope {
	var out []pages.AdminScope
	var known []string
	for _, s := range c.Policy.Scopes() {
		known = append(known, s.Name)
		out = append(out, pages.AdminScope{
			Scope:  pages.Scope{Name: s.Name, Title: s.Title, Titles: s.Titles, Detail: s.Detail, Risky: s.Risky},
			Chosen: slices.Contains(chosen, s.Name), Usual: s.Default,
		})
	}
	for _, name := range chosen {
		if !slices.Contains(known, name) {
			out = append(out, pages.AdminScope{Scope: pages.Scope{Name: name}, Chosen: true, Gone: true})
		}
	}
	return out
}

// life spells a number of seconds in the largest unit that needs no fraction.
func life(seconds int64) string {
	if seconds == 0 {
		return ""
	}
	for _, unit := range units {
		if seconds%unit.seconds == 0 {
			return strconv.FormatInt(seconds/unit.seconds, 10) + unit.name
		}
	}
	return strconv.FormatInt(seconds, 10) + "s"
}

var units = []struct {
	name    string
	seconds int64
}{{"d", 24 * 60 * 60}, {"h", 60 * 60}, {"m", 60}}

// parseLife reads what life has written, and any duration with the units of Go
// and "d" for days. Empty is 0: as configured for all.
func parseLife(field, text string) (int64, error) {
	text = strings.ReplaceAll(strings.TrimSpace(text), " ", "")
	if text == "" {
		return 0, nil
	}
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, err := strconv.ParseInt(days, 10, 32); err == nil {
			return n * units[0].seconds, nil
		}
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, invalid{{Field: field, Code: "duration"}}
	}
	return int64(d / time.Second), nil
}

// change reads a form of one of the tabs.
func (c *Console) change(tab string, form url.Values) (adminapi.ConsumerChange, error) {
	text := func(name string) *string { s := strings.TrimSpace(form.Get(name)); return &s }
	list := func(name string) *[]string { l := lines(form.Get(name)); return &l }
	ticked := func(name string) *[]string { l := append([]string{}, form[name]...); return &l }
	var n adminapi.ConsumerChange
	switch tab {
	case "details":
		verified := form.Has("verified")
		n = adminapi.ConsumerChange{Name: text("name"), Publisher: text("publisher"), Contact: text("contact"), Verified: &verified}
		words := strings.Join(strings.Fields(form.Get("description")), " ")
		n.Description = &words
	case "incoming":
		n = adminapi.ConsumerChange{Callbacks: list("callbacks"), Methods: ticked("methods"), Profile: text("profile")}
		n.Accept, n.BodyHash = ticked("accept"), text("body_hash")
	case "rights":
		n = adminapi.ConsumerChange{Scopes: ticked("scopes"), Groups: list("groups")}
	case "limits":
		access, accessErr := parseLife("access_ttl_seconds", form.Get("access_ttl_seconds"))
		idle, idleErr := parseLife("idle_ttl_seconds", form.Get("idle_ttl_seconds"))
		if problems := append(problemsOf(accessErr), problemsOf(idleErr)...); len(problems) > 0 {
			return n, invalid(problems)
		}
		n.AccessTTL, n.IdleTTL = &access, &idle
	case "two-legged":
		return twoLeggedChange(form)
	}
	return n, nil
}

func twoLeggedChange(form url.Values) (n adminapi.ConsumerChange, err error) {
	on, user, none := form.Get("two_legged") != twoLeggedOff, "", []string{}
	n.TwoLegged, n.ActsAs, n.Impersonates = &on, &user, &none
	if !on {
		return n, nil
	}
	if form.Get("two_legged") == twoLeggedUser {
		if user = strings.TrimSpace(form.Get("acts_as")); user == "" {
			return n, invalid{{Field: "acts_as", Code: "absent"}}
		}
	}
	who := lines(form.Get("impersonates"))
	n.Impersonates = &who
	return n, nil
}

// formOf is what was posted, or nothing when the page was only asked for.
func formOf(r *http.Request) url.Values {
	if r.Method != http.MethodPost {
		return url.Values{}
	}
	return r.PostForm
}
