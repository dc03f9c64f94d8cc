package registry

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/crypto/ssh"
)

func armoured(label string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}))
}

func certificate(t *testing.T, key crypto.Signer) []byte {
	t.Helper()
	c := x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "long gone"}, NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1, 0)}
	der, err := x509.CreateCertificate(rand.Reader, &c, &c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func TestOneKeyInEveryForm(t *testing.T) {
	spki, pkcs1, cert := publicDER(t), x509.MarshalPKCS1PublicKey(&testOnlyKey.PublicKey), certificate(t, testOnlyKey)
	b64 := base64.StdEncoding.EncodeToString(spki)
	block := armoured("PUBLIC KEY", spki)
	oneLine := strings.ReplaceAll(block, "\n", "")
	tests := []struct{ name, text, form string }{
		{"PEM", block, formPKIX},
		{"PEM with CRLF", strings.ReplaceAll(block, "\n", "\r\n"), formPKIX},
		{"PEM with words around it", "Our key:\n" + block + "Regards", formPKIX},
		{"PEM on one line", oneLine, formPKIX},
		{"PEM with line breaks written out", strings.ReplaceAll(block, "\n", `\n`), formPKIX},
		{"PEM with spaces for line breaks", strings.ReplaceAll(block, "\n", " "), formPKIX},
		{"PEM with the wrong label", armoured("RSA PUBLIC KEY", spki), formPKIX},
		{"PKCS #1 PEM", armoured("RSA PUBLIC KEY", pkcs1), formPKCS1},
		{"certificate PEM, expired", armoured("CERTIFICATE", cert), formCertificate},
		{"PKIX DER", string(spki), formPKIX},
		{"PKCS #1 DER", string(pkcs1), formPKCS1},
		{"certificate DER", string(cert), formCertificate},
		{"base64", b64, formPKIX},
		{"base64 without padding", strings.TrimRight(b64, "="), formPKIX},
		{"base64 in lines", b64[:64] + "\n" + b64[64:] + "\n", formPKIX},
		{"base64 of a certificate", base64.StdEncoding.EncodeToString(cert), formCertificate},
	}
	sum := sha256.Sum256(spki)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			key, info, err := ParsePublicKey([]byte(test.text), 0)
			if err != nil {
				t.Fatal(err)
			}
			if !key.Equal(&testOnlyKey.PublicKey) {
				t.Error("it is another key")
			}
			if diff := cmp.Diff(info, KeyInfo{Type: "RSA", Form: test.form, Bits: 2048, SHA256: hex.EncodeToString(sum[:])}); diff != "" {
				t.Errorf("info (-got +want):\n%s", diff)
			}
		})
	}
	info, err := Describe(spki)
	if err != nil || info.SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("describing the record: got %+v and %v", info, err)
	}
}

const (
	wantPrivate = `public_key: this is a PRIVATE KEY; only its owner may ever have it: give the public half (openssl pkey -in key.pem -pubout -out public.pem), and replace the key if anybody else has seen it`
	wantForms   = `; expected a PEM "PUBLIC KEY", "RSA PUBLIC KEY" or "CERTIFICATE", the same as DER, or its base64 alone`
	wantMake    = `; make an RSA key:  openssl genrsa -out key.pem 3072 && openssl rsa -in key.pem -pubout -out public.pem`
	wantCopy    = `; copy everything from -----BEGIN to the end of the END line`
)

func TestWhatIsNoRSAPublicKeyIsNamed(t *testing.T) {
	pkcs8, err := x509.MarshalPKCS8PrivateKey(testOnlyKey)
	if err != nil {
		t.Fatal(err)
	}
	pkcs1 := x509.MarshalPKCS1PrivateKey(testOnlyKey)
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	spki := publicDER(t)
	block := armoured("PUBLIC KEY", spki)
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, testOnlyKey)
	if err != nil {
		t.Fatal(err)
	}
	sshKey, err := ssh.NewPublicKey(&testOnlyKey.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	wantSSH := "public_key: this is an OpenSSH public key; a PEM \"PUBLIC KEY\" or certificate is needed; convert it:  ssh-keygen -e -m PKCS8 -f id_rsa.pub > key.pem"
	tests := []struct{ name, text, want string }{
		{"a PKCS #8 private key", armoured("PRIVATE KEY", pkcs8), wantPrivate},
		{"a PKCS #1 private key", armoured("RSA PRIVATE KEY", pkcs1), wantPrivate},
		{"an OpenSSH private key", armoured("OPENSSH PRIVATE KEY", []byte("x")), wantPrivate},
		{"an encrypted private key", armoured("ENCRYPTED PRIVATE KEY", []byte("x")), wantPrivate},
		{"a private key cut off", armoured("PRIVATE KEY", pkcs8)[:200], wantPrivate},
		{"a private key behind the certificate", armoured("CERTIFICATE", certificate(t, testOnlyKey)) + armoured("PRIVATE KEY", pkcs8), wantPrivate},
		{"a private key under a public label", armoured("PUBLIC KEY", pkcs8), wantPrivate},
		{"a private key in DER", string(pkcs1), wantPrivate},
		{"a private key in base64", base64.StdEncoding.EncodeToString(pkcs8), wantPrivate},
		{"an OpenSSH key", string(ssh.MarshalAuthorizedKey(sshKey)), wantSSH},
		{"an SSH2 key", "---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----\n", wantSSH},
		{"an elliptic curve key", armoured("PUBLIC KEY", marshalled(t, ec.Public())), "public_key: this is an elliptic curve key (ECDSA); OAuth 1.0a knows signatures with RSA keys only" + wantMake},
		{"a certificate of one", armoured("CERTIFICATE", certificate(t, ec)), "public_key: this is an elliptic curve key (ECDSA); OAuth 1.0a knows signatures with RSA keys only" + wantMake},
		{"an Ed25519 key", armoured("PUBLIC KEY", marshalled(t, ed.Public())), "public_key: this is an Ed25519 key; OAuth 1.0a knows signatures with RSA keys only" + wantMake},
		{"a certificate request", armoured("CERTIFICATE REQUEST", csr), "public_key: this is a request for a certificate; take the key out of it:  openssl req -in FILE -noout -pubkey > public.pem"},
		{"two keys", block + block, "public_key: holds 2 keys or certificates; give the one that belongs to the application, not a chain"},
		{"a key cut off", block[:200], "public_key: begins like PEM but was cut off or changed" + wantCopy},
		{"damaged base64", "-----BEGIN PUBLIC KEY-----\n!!!!\n-----END PUBLIC KEY-----", "public_key: begins like PEM but its base64 is damaged" + wantCopy},
		{"another block", armoured("X509 CRL", []byte("x")), `public_key: the PEM block "X509 CRL" is no RSA public key that can be read` + wantForms},
		{"spaces", " \n", "public_key: is empty" + wantForms},
		{"words", "my key", "public_key: this is no public key that can be read" + wantForms},
		{"a JSON web key", `{"kty":"RSA","n":"AQAB","e":"AQAB"}`, "public_key: this is no public key that can be read" + wantForms},
		{"a megabyte", strings.Repeat("A", 1<<20), "public_key: has 1048576 bytes; a key has a few thousand at most" + wantForms},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			key, _, err := ParsePublicKey([]byte(test.text), 0)
			if err == nil {
				t.Fatalf("it was taken for a key of %d bits", key.N.BitLen())
			}
			if diff := cmp.Diff(err.Error(), test.want); diff != "" {
				t.Errorf("text (-got +want):\n%s", diff)
			}
		})
	}
}

func marshalled(t *testing.T, public any) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func TestWeakKeysAreRefused(t *testing.T) {
	ofBits := func(n uint) *big.Int { return new(big.Int).SetBit(new(big.Int).Lsh(big.NewInt(1), n-1), 0, 1) }
	tests := []struct {
		name string
		key  rsa.PublicKey
		min  int
		want string
	}{
		{"2047 bits", rsa.PublicKey{N: ofBits(2047), E: 65537}, 0, "public_key: has 2047 bits; at least 2048 are needed" + wantMake},
		{"2048 bits where 3072 are wanted", rsa.PublicKey{N: ofBits(2048), E: 65537}, 3072, "public_key: has 2048 bits; at least 3072 are needed" + wantMake},
		{"1024 bits where they are allowed", rsa.PublicKey{N: ofBits(1024), E: 65537}, 1024, ""},
		{"16385 bits", rsa.PublicKey{N: ofBits(16385), E: 65537}, 0, "public_key: has 16385 bits; at most 16384 are accepted" + wantMake},
		{"exponent 3", rsa.PublicKey{N: ofBits(2048), E: 3}, 0, "public_key: has the public exponent 3; it must be odd and at least 65537" + wantMake},
		{"an even exponent", rsa.PublicKey{N: ofBits(2048), E: 65538}, 0, "public_key: has the public exponent 65538; it must be odd and at least 65537" + wantMake},
		{"an even modulus", rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 2047), E: 65537}, 0, "public_key: has an even modulus and is damaged" + wantMake},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := ParsePublicKey(marshalled(t, &test.key), test.min)
			if diff := cmp.Diff(errText(err), test.want); diff != "" {
				t.Errorf("text (-got +want):\n%s", diff)
			}
		})
	}
}

// What is read is what is kept, and no input of a stranger ends in a panic.
func FuzzParsePublicKey(f *testing.F) {
	der, err := x509.MarshalPKIXPublicKey(&testOnlyKey.PublicKey)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(der)
	f.Add([]byte(armoured("PUBLIC KEY", der)))
	f.Add([]byte("-----BEGIN A-----\\n-----END A-----"))
	f.Fuzz(func(t *testing.T, b []byte) {
		key, info, err := ParsePublicKey(b, 0)
		if err != nil {
			if Invalids(err) == nil {
				t.Errorf("error is no Invalid: %v", err)
			}
			return
		}
		kept, err := marshal(key)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Describe(kept)
		if err != nil || again.SHA256 != info.SHA256 || again.Bits < defaultRSABits {
			t.Errorf("kept as %+v (%v), read as %+v", again, err, info)
		}
	})
}
