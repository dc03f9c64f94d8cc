package config

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// beside writes a file next to a configuration.
func beside(t *testing.T, config, name, text string, mode os.FileMode) {
	t.Helper()
	path := filepath.Join(filepath.Dir(config), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil { // whatever the umask is
		t.Fatal(err)
	}
}

func TestSecretsAreReadFromFiles(t *testing.T) {
	path := file(t, enough+"admin:\n  token_file: token\n  introspection_token_file: app\nproxy:\n  secret_file: secret\n  trusted: [0.0.0.0/0]\n")
	beside(t, path, "token", "bearer\n", 0o600)
	beside(t, path, "app", "asks\n", 0o600)
	beside(t, path, "secret", "proxied", 0o400)
	c, err := Load(path, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Admin.Token.Bytes(); string(got) != "bearer" {
		t.Errorf("admin token: got %q, want one newline less", got)
	}
	if got := c.Admin.IntrospectionToken.Bytes(); string(got) != "asks" {
		t.Errorf("introspection token: got %q", got)
	}
	if got := c.Proxy.Secret.Bytes(); string(got) != "proxied" {
		t.Errorf("proxy secret: got %q", got)
	}
}

func TestNoSecretIsEmpty(t *testing.T) {
	c := load(t, enough, nil, nil)
	if !c.Admin.Token.IsZero() || c.Admin.Token.Bytes() != nil {
		t.Errorf("admin token: got %d bytes, want none", len(c.Admin.Token.Bytes()))
	}
}

func TestSecretFilesThatAreNone(t *testing.T) {
	for _, row := range []struct {
		name, text string
		mode       os.FileMode
		want       string
	}{
		{"the group may read it", "token\n", 0o640, "mode 0640"},
		{"the world may read it", "token\n", 0o604, "mode 0604"},
		{"the world may write it", "token\n", 0o602, "mode 0602"},
		{"it is empty", "", 0o600, "is empty"},
		{"it is one newline", "\n", 0o600, "is empty"},
		{"it has two lines", "token\n\n", 0o600, "a header cannot carry"},
		{"it ends in a carriage return", "token\r\n", 0o600, "a header cannot carry"},
		{"it is no text", "to\x00ken", 0o600, "a header cannot carry"},
		{"it is huge", strings.Repeat("a", maxSecret+1), 0o600, "too long"},
	} {
		t.Run(row.name, func(t *testing.T) {
			path := file(t, enough+"admin:\n  token_file: token\n")
			beside(t, path, "token", row.text, row.mode)
			_, err := Load(path, nil, nil)
			if err == nil || !strings.Contains(err.Error(), row.want) || !strings.Contains(err.Error(), "admin.token_file") {
				t.Errorf("got %v, want that admin.token_file %s", err, row.want)
			}
		})
	}
}

func TestASecretIsARegularFile(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{t.TempDir(), pipe} {
		if _, err := ReadSecret(path); err == nil || !strings.Contains(err.Error(), "not a regular file") {
			t.Errorf("got %v, want that it is not a regular file", err)
		}
	}
}

func TestSecretsDoNotPrint(t *testing.T) {
	s := Secret{[]byte("hunter2")}
	inConfig := Config{Proxy: Proxy{Secret: s}}
	asJSON, err := json.Marshal(inConfig)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("starting", "secret", s, "config", inConfig)
	said := fmt.Sprint(s, &s, inConfig, &inConfig) +
		fmt.Sprintf("%v %+v %#v %s %q %x %d", s, s, s, s, s, s, s) +
		fmt.Sprintf("%v %+v %#v", inConfig, inConfig, inConfig) + string(asJSON) + log.String()
	for _, leak := range []string{"hunter2", "68756e74", fmt.Sprint([]byte("hunter2")), "0x68, 0x75", "aHVudGVyMg"} {
		if strings.Contains(said, leak) {
			t.Errorf("%q was printed in: %s", leak, said)
		}
	}
}

func TestCertificateAndKeyMustBelongTogether(t *testing.T) {
	path := file(t, enough+"tls:\n  cert_file: cert.pem\n  key_file: key.pem\n")
	cert, key := certificate(t)
	_, otherKey := certificate(t)
	beside(t, path, "cert.pem", cert, 0o644)
	beside(t, path, "key.pem", key, 0o600)
	if _, err := Load(path, nil, nil); err != nil {
		t.Errorf("a pair: got %v", err)
	}
	beside(t, path, "key.pem", otherKey, 0o600)
	if _, err := Load(path, nil, nil); err == nil || !strings.Contains(err.Error(), "tls.cert_file") {
		t.Errorf("another's key: got %v, want a mistake at tls.cert_file", err)
	}
}

func certificate(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"auth.example.test"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}))
}
