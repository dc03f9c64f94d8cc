package provider

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/mux"

	"oauth1d/provider/admin"
	"oauth1d/provider/adminapi/apitest"
	"oauth1d/provider/web"
)

// Every route of the admin API is in its description, and the reverse.
func TestTheDescriptionHasEveryRoute(t *testing.T) {
	p := &Provider{admin: &admin.Handler{}}
	var err error
	if p.web, err = web.New(web.Config{PublicURL: "https://auth.example.test"}); err != nil {
		t.Fatal(err)
	}
	m := p.newRouter()
	free := func(h web.Handler) web.Handler { return h }
	p.introspectionRoute(m, free)
	p.signInRoutes(m, free)
	p.apiRoutes(m, free)

	var described []string
	for path, item := range apitest.Document(t).Paths.Map() {
		for method := range item.Operations() {
			described = append(described, method+" "+path)
		}
	}
	slices.Sort(described)
	if d := cmp.Diff(routesOf(t, m), described); d != "" {
		t.Errorf("routes (-the router's +of openapi.yaml):\n%s", d)
	}
}

// routesOf lists what a router has, without HEAD, which goes with GET, and
// without the answers for other methods and unknown paths.
func routesOf(t *testing.T, m *mux.Router) (all []string) {
	t.Helper()
	err := m.Walk(func(r *mux.Route, _ *mux.Router, _ []*mux.Route) error {
		path, err := r.GetPathTemplate()
		if err != nil {
			return err
		}
		methods, err := r.GetMethods()
		if err != nil || !strings.HasPrefix(path, "/api/v1/") {
			return nil // no methods: the answer for those that are not allowed
		}
		for _, method := range methods {
			if method != http.MethodHead {
				all = append(all, method+" "+path)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatalf("walking over the routes: %v", err)
	}
	slices.Sort(all)
	return all
}
