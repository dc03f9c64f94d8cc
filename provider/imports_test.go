package provider

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// layers is the drawing in doc.go as data: a package may import what stands
// here, nothing else of ours. A change here is a change of the architecture and
// comes with its reason.
var layers = map[string][]string{
	"config":            nil,
	"store":             nil,
	"store/noncelog":    nil,
	"provider/oauth1":   nil,
	"provider/policy":   nil,
	"provider/audit":    nil,
	"provider/pages":    nil,
	"provider/adminapi": nil,

	"provider/adminapi/apitest": {"provider/adminapi"},

	"provider/web":      {"provider/oauth1", "provider/pages"},
	"store/boltstore":   {"store", "store/noncelog"},
	"store/storetest":   {"store"},
	"provider/verify":   {"provider/oauth1", "provider/policy", "provider/web", "store"},
	"provider/signin":   {"provider/audit", "provider/pages", "provider/web", "store"},
	"provider/explain":  {"provider/oauth1", "provider/web", "store"},
	"provider/registry": {"provider/oauth1", "store"},

	"provider/account": {"provider/audit", "provider/pages", "provider/policy", "provider/registry", "provider/signin", "provider/web", "store"},
	"provider/dance":   {"provider/audit", "provider/oauth1", "provider/pages", "provider/policy", "provider/signin", "provider/verify", "provider/web", "store"},
	"provider/gate":    {"provider/audit", "provider/oauth1", "provider/policy", "provider/verify", "provider/web", "store"},
	"provider/admin": {"provider/adminapi", "provider/audit", "provider/explain", "provider/oauth1", "provider/pages", "provider/policy", "provider/registry",
		"provider/signin", "provider/web", "store"},

	"provider": {"provider/account", "provider/admin", "provider/adminapi", "provider/audit", "provider/dance", "provider/explain", "provider/gate", "provider/oauth1", "provider/pages",
		"provider/policy", "provider/registry", "provider/signin", "provider/verify", "provider/web", "store"},
}

// only says which packages alone may import something from outside.
var only = map[string][]string{
	"github.com/gorilla/mux":                         {"provider", "cmd/oauth1d-bench"},
	"github.com/spf13/viper":                         {"config"},
	"go.etcd.io/bbolt":                               {"store/boltstore"},
	"html/template":                                  {"provider/pages"},
	"golang.org/x/text/language":                     {"provider/pages"},
	"golang.org/x/text/feature/plural":               {"provider/pages"},
	"github.com/tg123/go-htpasswd":                   {"provider/signin"},
	"github.com/go-jose/go-jose/v4":                  {"provider/dance"},
	"github.com/coreos/go-oidc/v3/oidc":              {"provider/signin"},
	"golang.org/x/oauth2":                            {"provider/signin"},
	"github.com/spf13/cobra":                         {"cmd/oauth1d"},
	"github.com/go-ldap/ldap/v3":                     {"provider/signin"},
	"github.com/go-asn1-ber/asn1-ber":                {"provider/signin"},
	"github.com/prometheus/client_golang/prometheus": {"provider", "provider/verify", "provider/explain", "provider/web", "provider/gate", "provider/dance", "provider/signin", "provider/admin", "store/boltstore", "cmd/oauth1d"},
}

func TestImportsGoDownwardsOnly(t *testing.T) {
	for _, p := range packages(t) {
		name := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, "oauth1d/"), "oauth1d")
		allowed, known := layers[name]
		if !known && !strings.HasPrefix(name, "cmd/") && !strings.HasPrefix(name, "deploy/") {
			t.Errorf("package %q has no place in the map of layers", name)
		}
		for _, i := range p.Imports {
			ours, isOurs := strings.CutPrefix(i, "oauth1d/")
			if isOurs && known && !slices.Contains(allowed, ours) {
				t.Errorf("%s imports %s, which the map does not allow", name, ours)
			}
			if isOurs && ours == "config" && name != "cmd/oauth1d" {
				t.Errorf("%s imports config; only the command may", name)
			}
			if who, limited := only[i]; limited && !slices.Contains(who, name) {
				t.Errorf("%s imports %s; only %s may", name, i, strings.Join(who, ", "))
			}
		}
	}
}

func TestOneFileKnowsTheRouter(t *testing.T) {
	out, err := exec.Command("grep", "-rl", "--include=*.go", "gorilla/mux\"$", "..").Output()
	if err != nil {
		t.Fatalf("looking for the router: %v", err)
	}
	files := slices.DeleteFunc(strings.Fields(string(out)), func(f string) bool {
		return strings.HasSuffix(f, "_test.go") || strings.Contains(f, "/cmd/oauth1d-bench/")
	})
	if want := []string{"../provider/routes.go"}; !slices.Equal(files, want) {
		t.Errorf("files that import the router: got %v, want %v", files, want)
	}
}

type listed struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("listing packages: %v", err)
	}
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("reading the list: %v", err)
		}
		all = append(all, p)
	}
	if len(all) < len(layers) {
		t.Fatalf("found %d packages, the map has %d", len(all), len(layers))
	}
	return all
}
