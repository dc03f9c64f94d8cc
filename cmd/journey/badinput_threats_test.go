package journey

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestThreatsBesides holds the threats of which no group of TestBadInput is the
// place.
func TestThreatsBesides(t *testing.T) {
	t.Run("SIG-22: a body is compared with its hash as the consumer's registration says", TestTheBodyIsComparedWithItsHash)
	t.Run("NON-21: a second daemon cannot open the store, so that there is one memory of nonces", TestSecondDaemon)
	t.Run("TIM-01: no secret is compared with ==", secretsAreNotComparedPlainly)
	s := newSiege(t, siegeConfig)
	t.Run("SIG-30: the token endpoints refuse what the others refuse", func(t *testing.T) { s.run(t, endpointAttacks) })
	t.Run("PAR-22, 23: the status and the challenge of each refusal", func(t *testing.T) { s.run(t, statusAttacks) })
	t.Run("NON-22: forged requests fill no store", s.flood)
	t.Run("DAN-00: the whole dance", func(t *testing.T) {
		p := s.pending(t, "hmac")
		s.accepted(t, "forward", newCall(s.redeem(t, p, s.allow(t, p))).sign())
	})
}

var endpointAttacks = []attack{
	{id: "SIG-30", name: "another signature", at: endpoints, after: setting("oauth_signature", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="), want: "signature_invalid"},
	{id: "SIG-30", name: "another method", at: endpoints, after: setting("oauth_signature_method", "HMAC-SHA1"), before: methodAs("HMAC-SHA256"), want: "signature_invalid"},
	{id: "SIG-30", name: "another nonce", at: endpoints, after: setting("oauth_nonce", "another-nonce"), want: "signature_invalid"},
}

// statusAttacks are one of each kind; checkRefusal knows what they must get.
var statusAttacks = []attack{
	{id: "PAR-22", name: "a missing parameter is 400", before: func(c *call) { c.drop("oauth_nonce") }, want: "parameter_absent"},
	{id: "PAR-22", name: "a version is 400", before: setting("oauth_version", "2.0"), want: "version_rejected"},
	{id: "PAR-22", name: "a method is 400", before: setting("oauth_signature_method", "NONE"), want: "signature_method_rejected"},
	{id: "PAR-23", name: "a wrong signature is 401 with a challenge", after: setting("oauth_nonce", "another-nonce"), want: "signature_invalid"},
	{id: "PAR-23", name: "an unknown consumer is 401 with a challenge", before: setting("oauth_consumer_key", "unknown"), want: "consumer_key_unknown"},
}

// flood sends forgeries with fresh nonces and asks how many nonces are kept.
func (s *siege) flood(t *testing.T) {
	const forgeries = 500
	s.accepted(t, "forward", newCall(s.who["hmac"]).sign())
	before := s.d.metric("oauth1d_nonces")
	if before == "" {
		t.Fatal("oauth1d_nonces is missing")
	}
	for range forgeries {
		c := newCall(s.who["hmac"])
		c.by.secret = "not the secret"
		s.refused(t, "forward", c.sign(), "signature_invalid")
	}
	if after := s.d.metric("oauth1d_nonces"); after != before {
		t.Errorf("oauth1d_nonces after %d forgeries: got %s, want %s as before", forgeries, after, before)
	}
	s.accepted(t, "forward", newCall(s.who["hmac"]).sign())
}

// secretName is what a name that ends in one of these holds. A token's own
// name is looked up and no secret, and neither is a length or a public key.
var secretName = regexp.MustCompile(`(?i)(secret|verifier|signature|password|csrf|mac|pin)$`)

// comparedInTheOpen are comparisons that tell a stranger nothing: how many in a
// file, all of which were looked at.
var comparedInTheOpen = map[string]int{
	"provider/audit/recover.go":     1, // links of the chain, which stand in the file that is read
	"provider/audit/verify.go":      3, // the same
	"provider/explain/signature.go": 1, // two spellings of what was sent
	"provider/oauth1/signature.go":  1, // whether the spelling of what was sent is the canonical one
	"provider/registry/validate.go": 1, // a new secret and itself without blanks
}

// secretsAreNotComparedPlainly reads the sources: == and != stop at the first
// byte that differs, and a stranger can measure where that was. Comparing with a
// constant, such as the empty text, tells nothing.
func secretsAreNotComparedPlainly(t *testing.T) {
	files, open := 0, map[string]int{}
	err := filepath.WalkDir("../..", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		files++
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			b, ok := n.(*ast.BinaryExpr)
			if ok && (b.Op == token.EQL || b.Op == token.NEQ) && !isConstant(b.X) && !isConstant(b.Y) && (isSecret(b.X) || isSecret(b.Y)) {
				file := filepath.ToSlash(strings.TrimPrefix(name, filepath.FromSlash("../../")))
				if open[file]++; open[file] > comparedInTheOpen[file] {
					t.Errorf("%s compares a secret with %s; use hmac.Equal or subtle.ConstantTimeCompare", set.Position(b.Pos()), b.Op)
				}
			}
			return true
		})
		return nil
	})
	if err != nil || files < 100 {
		t.Errorf("%d files were read: %v", files, err)
	}
}

func isConstant(e ast.Expr) bool {
	if id, ok := e.(*ast.Ident); ok {
		return id.Name == "nil" || id.Name == "true" || id.Name == "false"
	}
	_, ok := e.(*ast.BasicLit)
	return ok
}

// isSecret looks through conversions such as string(x).
func isSecret(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return secretName.MatchString(e.Name)
	case *ast.SelectorExpr:
		return secretName.MatchString(e.Sel.Name)
	case *ast.CallExpr:
		id, ok := e.Fun.(*ast.Ident)
		return ok && id.Name == "string" && len(e.Args) == 1 && isSecret(e.Args[0])
	}
	return false
}
