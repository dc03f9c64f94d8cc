package config

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strings"
	"testing"
)

// TestTheManualSaysWhatTheTableDoes compares the comments of Config with the
// table of keys: every key is explained, with its true default.
func TestTheManualSaysWhatTheTableDoes(t *testing.T) {
	structs := map[string]*ast.StructType{}
	for _, name := range []string{"config.go", "requests.go", "signin.go", "consent.go", "policy.go"} {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, is := n.(*ast.TypeSpec); is {
				if st, is := s.Type.(*ast.StructType); is {
					structs[s.Name.Name] = st
				}
			}
			return true
		})
	}
	docs := map[string]string{}
	collect(structs, structs["Config"], "", docs)
	for _, k := range keys {
		want := k.def
		switch {
		case k.kind.entries:
			want = "[]"
		case want == "":
			want = `""`
		}
		doc, documented := docs[k.name]
		if !documented {
			t.Errorf("%s has no field in Config", k.name)
		}
		if !strings.HasSuffix(doc, "Default: "+want+".") {
			t.Errorf("the comment of %s should end in %q; it is: %s", k.name, "Default: "+want+".", doc)
		}
		delete(docs, k.name)
	}
	for name := range docs {
		t.Errorf("%s is a field and not in the table", name)
	}
}

// collect finds the comments of the fields that are keys.
func collect(structs map[string]*ast.StructType, s *ast.StructType, prefix string, docs map[string]string) {
	for _, f := range s.Fields.List {
		if f.Tag == nil {
			continue
		}
		name := reflect.StructTag(strings.Trim(f.Tag.Value, "`")).Get("mapstructure")
		if id, is := f.Type.(*ast.Ident); is && structs[id.Name] != nil {
			collect(structs, structs[id.Name], prefix+name+".", docs)
			continue
		}
		docs[prefix+name] = strings.Join(strings.Fields(f.Doc.Text()), " ")
	}
}

func TestDefaultsAreValid(t *testing.T) {
	for _, k := range keys {
		k.kind.parse(plainText(&k, place{}, k.def), func(_ place, text string) {
			t.Errorf("the default of %s, %q: %s", k.name, k.def, text)
		})
	}
}
