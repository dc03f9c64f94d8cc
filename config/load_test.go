package config

import (
	"os"
	"path/filepath"
	"testing"
)

func TestOnePublicURLIsEnough(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oauth1d.yaml")
	if err := os.WriteFile(path, []byte("public_url: https://auth.example.test\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(path, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", *c)
}
