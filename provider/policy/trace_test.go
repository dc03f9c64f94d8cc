package policy

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTrace(t *testing.T) {
	yes := true
	p := mustNew(t, Config{
		Scopes: []Scope{
			{Name: "read", Title: "Read", Allow: []string{"GET /photos/**", "GET /**"}},
			{Name: "write", Title: "Write", Allow: []string{"POST /photos/**"}},
		},
		Routes: []Route{{Match: "/feeds/**", Anonymous: &yes}, {Match: "POST /photos/**"}, {Match: "/**", Accept: []Kind{ThreeLegged}}},
	})
	for _, row := range []struct {
		name   string
		access Access
		want   []Step
	}{
		{"a path with a scope", Access{"GET", "/%70hotos/1", ThreeLegged, []string{"read"}}, []Step{
			{StepPath, "path", "/photos/1", true, false, "read in one way"},
			{StepRoute, "routes[0]", "/feeds/**", false, false, "other paths"},
			{StepRoute, "routes[1]", "POST /photos/**", false, false, "other methods"},
			{StepRoute, "routes[2]", "/**", true, false, "accepts three-legged"},
			{StepScope, "read", "GET /photos/**", true, true, "allows it"},
			{StepScope, "read", "GET /**", true, true, "allows it"},
			{StepScope, "write", "POST /photos/**", false, false, "other methods"},
		}},
		{"an earlier route counts", Access{"POST", "/photos/1", TwoLegged, []string{"read"}}, []Step{
			{StepPath, "path", "/photos/1", true, false, "read in one way"},
			{StepRoute, "routes[0]", "/feeds/**", false, false, "other paths"},
			{StepRoute, "routes[1]", "POST /photos/**", true, false, "accepts two-legged"},
			{StepRoute, "routes[2]", "/**", true, false, "routes[1] counts, which stands before it"},
			{StepScope, "read", "GET /photos/**", false, true, "other methods"},
			{StepScope, "read", "GET /**", false, true, "other methods"},
			{StepScope, "write", "POST /photos/**", true, false, "would allow it"},
		}},
		{"an ambiguous path", Access{"GET", "/a//b", TwoLegged, []string{"read"}}, []Step{
			{StepPath, "path", "/a//b", false, false, "ambiguous: it has an empty segment"},
			{StepRoute, "routes[0]", "/feeds/**", false, false, "compares paths, and this one is ambiguous"},
			{StepRoute, "routes[1]", "POST /photos/**", false, false, "other methods, other paths"},
			{StepRoute, "routes[2]", "/**", true, false, "the path may be on another route, too"},
			{StepScope, "read", "GET /photos/**", false, true, "compares paths, and this one is ambiguous"},
			{StepScope, "read", "GET /**", true, true, "allows it"},
			{StepScope, "write", "POST /photos/**", false, false, "other methods, other paths"},
		}},
		{"without credentials", Access{Method: "GET", Path: "/feeds/"}, []Step{
			{StepPath, "path", "/feeds/", true, false, "read in one way"},
			{StepRoute, "routes[0]", "/feeds/**", true, false, "lets anonymous requests pass"},
			{StepRoute, "routes[1]", "POST /photos/**", false, false, "other methods, other paths"},
			{StepRoute, "routes[2]", "/**", true, false, "routes[0] counts, which stands before it"},
			{StepScope, "read", "GET /photos/**", false, false, "other paths"},
			{StepScope, "read", "GET /**", true, false, "would allow it"},
			{StepScope, "write", "POST /photos/**", false, false, "other methods, other paths"},
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			if d := cmp.Diff(p.Trace(row.access), row.want); d != "" {
				t.Errorf("got -, want +:\n%s", d)
			}
		})
	}
	if got := (*Policy)(nil).Trace(Access{}); len(got) > 0 {
		t.Errorf("no policy: got %v, want no steps", got)
	}
}
