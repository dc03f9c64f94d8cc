package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"oauth1d/config"
	"oauth1d/provider/policy"
)

// anonymous is the kind of a request without credentials, here only.
const anonymous = "anonymous"

func newPolicyTest(g *globals) *cobra.Command {
	var t trial
	c := &cobra.Command{Use: "test METHOD PATH", Short: "Say whether a request would be allowed, and by what", Args: takes("METHOD", "PATH"),
		Long: `Say whether a request that is signed right would be allowed, and which routes and
scopes hit or miss it. PATH is written as it is sent, encoded; its query plays no
part. No daemon is asked. Exit 0: allowed. Exit 6: refused.

Without --scope a three-legged request has a token without scopes, as tokens are
from before there were any; a two-legged one has the default scopes, as a consumer
has without a list of its own.`,
		Example: `  oauth1d policy test GET /photos/2024/1.jpg --scope photos.read
  oauth1d policy test POST /jobs/7 --kind two-legged -c oauth1d.yaml
  oauth1d policy test GET /photos/..%2Fadmin --scope photos.read --format json
  oauth1d policy test GET /health --kind anonymous`,
		RunE: func(_ *cobra.Command, args []string) error {
			p, cfg, err := g.loadPolicy()
			if err != nil {
				return err
			}
			t.method, t.path = args[0], args[1]
			if err := t.complete(p); err != nil {
				return fail(exitUsage, err)
			}
			return g.tryPolicy(&t, p, cfg.Verify.Anonymous == "pass")
		}}
	c.Flags().StringArrayVar(&t.scopes, "scope", nil, "`scope` of the access token, or of the consumer when there is no token; may repeat")
	c.Flags().StringVar(&t.kind, "kind", string(policy.ThreeLegged), "three-legged, two-legged, impersonation or anonymous")
	return c
}

// loadPolicy loads the configuration and makes its policy.
func (g *globals) loadPolicy() (*policy.Policy, *config.Config, error) {
	cfg, err := g.loadConfig()
	if err != nil {
		return nil, nil, err
	}
	p, err := newPolicy(cfg)
	return p, cfg, err
}

// A trial is the request that is tried.
type trial struct {
	method, path, kind string
	scopes             []string
}

// complete refuses what can be no request, and fills in what was not said.
func (t *trial) complete(p *policy.Policy) error {
	kinds := append(policy.Kinds(), anonymous)
	if !slices.Contains(kinds, policy.Kind(t.kind)) {
		return fmt.Errorf("--kind must be three-legged, two-legged, impersonation or anonymous, not %q", t.kind)
	}
	if strings.Contains(t.path, "://") {
		return fmt.Errorf("%q is a URL; write the path alone, as in /photos/1", t.path)
	}
	t.path, _, _ = strings.Cut(t.path, "?")
	if t.kind == anonymous && len(t.scopes) > 0 {
		return errors.New("a request without credentials has no scopes; leave out --scope or --kind anonymous")
	}
	for _, name := range t.scopes {
		if _, known := p.Scope(name); !known {
			return noSuchScope(name, p)
		}
	}
	if len(t.scopes) == 0 && t.kind != string(policy.ThreeLegged) && t.kind != anonymous {
		t.scopes = p.Allowed(nil)
	}
	return nil
}

func noSuchScope(name string, p *policy.Policy) error {
	var all []string
	for _, s := range p.Scopes() {
		all = append(all, s.Name)
	}
	if len(all) == 0 {
		return fmt.Errorf("there is no scope %q; the configuration defines none", name)
	}
	return fmt.Errorf("there is no scope %q; the configuration defines %s", name, strings.Join(all, ", "))
}

// access is the trial in the policy's words; an anonymous one has no kind.
func (t *trial) access() policy.Access {
	a := policy.Access{Method: t.method, Path: t.path, Kind: policy.Kind(t.kind), Scopes: t.scopes}
	if t.kind == anonymous {
		a.Kind = ""
	}
	return a
}

// A ruling is what became of a trial, in JSON.
type ruling struct {
	Allowed  bool         `json:"allowed"`
	Reason   string       `json:"reason"`
	Sentence string       `json:"sentence"`
	Method   string       `json:"method"`
	Path     string       `json:"path"`
	Kind     string       `json:"kind"`
	Scopes   []string     `json:"scopes"`     // of the request
	By       []string     `json:"allowed_by"` // which of them allow it
	Needed   []string     `json:"needed"`     // which would
	Steps    []rulingStep `json:"steps"`
}

type rulingStep struct {
	What string `json:"what"` // path, route or scope
	Name string `json:"name"`
	Rule string `json:"rule"`
	Hit  bool   `json:"hit"`
	Held bool   `json:"held"` // the request has the scope
	Why  string `json:"why"`
}

func (g *globals) tryPolicy(t *trial, p *policy.Policy, passes bool) error {
	r := t.decide(p, passes)
	if err := g.show(r, r.table); err != nil {
		return err
	}
	if upper := strings.ToUpper(t.method); t.method != upper {
		g.say("Methods are told apart by case, and %s is not %s.", plain(t.method), plain(upper))
	}
	if !r.Allowed {
		return fail(exitRefused, errors.New(r.Sentence))
	}
	g.say("%s", plain(r.Sentence))
	return nil
}

// table has one row for all that was looked at.
func (r *ruling) table(w io.Writer) {
	fmt.Fprintln(w, "WHAT\tNAME\tRULE\tRESULT\tWHY")
	for _, s := range r.Steps {
		result := "miss"
		if s.Hit {
			result = "hit"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", s.What, plain(s.Name), plain(s.Rule), result, plain(s.Why))
	}
}
