package main

import (
	"errors"

	"oauth1d/config"
	"oauth1d/provider/policy"
)

// newPolicy makes the policy that a configuration describes. What is wrong with
// it is said as all that is wrong with a configuration: config itself knows no
// patterns.
func newPolicy(c *config.Config) (*policy.Policy, error) {
	p, err := policy.New(policyConfig(c.Policy))
	var mistakes policy.Mistakes
	if !errors.As(err, &mistakes) {
		return p, err
	}
	var all config.Errors
	for _, m := range mistakes {
		all = append(all, config.Mistake{Where: whereOf(c.Policy, m), Key: keyOf(m), Text: m.Text})
	}
	return nil, all
}

// policyConfig says in the policy's words what the configuration says in the
// operator's.
func policyConfig(c config.Policy) policy.Config {
	own := policy.Config{Unscoped: c.UnscopedTokens, IgnoreCase: c.IgnoreCase}
	for _, s := range c.Scopes {
		own.Scopes = append(own.Scopes, policy.Scope{
			Name: s.Name, Title: s.Title, Detail: s.Detail, Titles: s.Titles,
			Risky: s.Risky, Default: s.Default, Allow: s.Allow,
		})
	}
	for _, r := range c.Routes {
		route := policy.Route{Match: r.Match}
		for _, k := range r.Accept {
			route.Accept = append(route.Accept, policy.Kind(k))
		}
		if r.Anonymous != "" {
			pass := r.Anonymous == "pass"
			route.Anonymous = &pass
		}
		own.Routes = append(own.Routes, route)
	}
	return own
}

// whereOf is the place in the file of what a mistake is about.
func whereOf(c config.Policy, m policy.Mistake) string {
	switch {
	case m.List == "scopes" && m.Index < len(c.Scopes):
		return c.Scopes[m.Index].Where()
	case m.List == "routes" && m.Index < len(c.Routes):
		return c.Routes[m.Index].Where()
	}
	return "configuration"
}

// keyOf names what a mistake is about as the configuration does.
func keyOf(m policy.Mistake) string {
	if m.List == "unscoped" {
		m.List = "unscoped_tokens"
	}
	return "policy." + m.Where()
}
