package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// An authority issues the certificates of one test.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{key: newECKey(t)}
	a.cert = a.sign(t, &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(1000 * time.Hour),
	}, nil, a.key)
	return a
}

func newECKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func (a *authority) sign(t *testing.T, template, parent *x509.Certificate, key *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	if parent == nil {
		parent = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// issue writes the files of a certificate for host that lives for so long, with
// behind it the certificate of issuer.
func (a *authority) issue(t *testing.T, host string, life time.Duration, issuer *x509.Certificate) (certFile, keyFile string) {
	t.Helper()
	key := newECKey(t)
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), NotBefore: time.Now().Add(-24 * time.Hour), NotAfter: time.Now().Add(life)}
	if ip := net.ParseIP(host); ip != nil {
		leaf.IPAddresses = []net.IP{ip}
	} else {
		leaf.DNSNames = []string{host}
	}
	c := a.sign(t, leaf, a.cert, key)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	chain := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
	chain = append(chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: issuer.Raw})...)
	for name, text := range map[string][]byte{certFile: chain, keyFile: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})} {
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return certFile, keyFile
}

const day = 24 * time.Hour

func TestDoctorJudgesCertificateFiles(t *testing.T) {
	a, other := newAuthority(t), newAuthority(t)
	for name, c := range map[string]struct {
		host         string
		life         time.Duration
		issuer       *x509.Certificate
		state, words string
	}{
		"right":                     {"auth.example.test", 30 * day, a.cert, stateOK, "covers auth.example.test"},
		"good for a month":          {"auth.example.test", 30 * day, a.cert, stateOK, "the certificate is valid until"},
		"of another host":           {"www.example.test", 30 * day, a.cert, stateProblem, "does not cover the host of public_url"},
		"soon at its end":           {"auth.example.test", 20*day + time.Hour, a.cert, stateWarning, "in 20 days"},
		"expired":                   {"auth.example.test", -time.Hour, a.cert, stateProblem, "the certificate expired at"},
		"behind it a wrong issuer":  {"auth.example.test", 30 * day, other.cert, stateWarning, "certificate 2 is not the issuer"},
		"behind it its own issuer":  {"auth.example.test", 30 * day, a.cert, stateOK, "the issuer Test is valid until"},
		"a wildcard covers a label": {"*.example.test", 30 * day, a.cert, stateOK, "covers auth.example.test"},
	} {
		t.Run(name, func(t *testing.T) {
			cert, key := a.issue(t, c.host, c.life, c.issuer)
			d := doctorOf(t, "OAUTH1D_TLS_CERT_FILE="+cert, "OAUTH1D_TLS_KEY_FILE="+key)
			d.checkTLS(t.Context())
			wantFinding(t, d, c.state, c.words)
		})
	}
}

func TestDoctorFindsAKeyThatEverybodyMayRead(t *testing.T) {
	a := newAuthority(t)
	cert, key := a.issue(t, "auth.example.test", 30*day, a.cert)
	if err := os.Chmod(key, 0o644); err != nil {
		t.Fatal(err)
	}
	d := doctorOf(t, "OAUTH1D_TLS_CERT_FILE="+cert, "OAUTH1D_TLS_KEY_FILE="+key)
	d.checkConfig(t.Context())
	wantFinding(t, d, stateProblem, "has mode 0644 and can be reached by everybody")
}

// serveTLS shakes hands with whoever connects.
func serveTLS(t *testing.T, certFile, keyFile string) string {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		t.Fatal(err)
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{pair}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_ = conn.(*tls.Conn).Handshake() // a refusal is what some tests want
			conn.Close()
		}
	}()
	return "https://" + l.Addr().String()
}

func TestDoctorVerifiesWhatIsServed(t *testing.T) {
	a, other := newAuthority(t), newAuthority(t)
	for name, c := range map[string]struct {
		host         string
		life         time.Duration
		trusted      *x509.Certificate
		state, words string
	}{
		"right":                      {"127.0.0.1", 30 * day, a.cert, stateOK, "speaks TLS 1.3"},
		"its dates":                  {"127.0.0.1", 3*day + time.Hour, a.cert, stateWarning, "in 3 days"},
		"of another host":            {"192.0.2.1", 30 * day, a.cert, stateProblem, "is not verified: x509: certificate is valid for 192.0.2.1"},
		"expired":                    {"127.0.0.1", -time.Hour, a.cert, stateProblem, "is not verified: x509: certificate has expired"},
		"of an authority of its own": {"127.0.0.1", 30 * day, other.cert, stateProblem, "is not verified: x509: certificate signed by unknown authority"},
	} {
		t.Run(name, func(t *testing.T) {
			d := doctorOf(t)
			cert, key := a.issue(t, c.host, c.life, a.cert)
			d.url = serveTLS(t, cert, key)
			d.roots = x509.NewCertPool()
			d.roots.AddCert(c.trusted)
			d.checkTLS(t.Context())
			wantFinding(t, d, c.state, c.words)
		})
	}
}
