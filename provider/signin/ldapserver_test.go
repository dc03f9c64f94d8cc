package signin

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"oauth1d/store"
)

// A slapd is Debian's OpenLDAP with the entries of testdata/people.ldif.
type slapd struct {
	dir          string
	plain, plus  string // host:port for ldap and ldaps
	roots        *x509.CertPool
	extra        string // lines of its configuration
	process      *exec.Cmd
	mu           sync.Mutex
	lines        []string // of its log
	arrived      *sync.Cond
	readerExited chan struct{}
}

const (
	suffix      = "dc=example,dc=org"
	readerDN    = "cn=reader,dc=example,dc=org"
	rootDN      = "cn=root,dc=example,dc=org"
	rootPass    = "the root's password"
	readerPass  = "the reader's password"
	slapdBinary = "/usr/sbin/slapd"
)

// startSlapd starts a directory; with tls it has a certificate for localhost, and
// for no other name or address.
func startSlapd(t *testing.T, tls bool) *slapd {
	t.Helper()
	s := &slapd{dir: t.TempDir(), plain: freeAddress(t), plus: freeAddress(t)}
	s.arrived = sync.NewCond(&s.mu)
	if tls {
		s.roots = s.certify(t)
		s.extra = fmt.Sprintf("TLSCertificateFile %[1]s/cert.pem\nTLSCertificateKeyFile %[1]s/key.pem\n", s.dir)
	}
	s.write(t, "slapd.conf", s.extra+fmt.Sprintf(`include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
include /etc/ldap/schema/nis.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
# As careless as a directory can be: a bind without a password succeeds, and one
# without a name.
allow bind_anon_dn bind_anon_cred
database mdb
suffix %[1]q
rootdn %[2]q
rootpw %[3]q
directory %[4]s/db
maxsize 16777216
dbnosync
index objectClass,uid,member,memberUid eq
overlay ppolicy
access to attrs=userPassword by anonymous auth by * none
access to dn.subtree="ou=open,dc=example,dc=org" by * read
access to * by dn.exact=%[5]q read by * none
`, suffix, rootDN, rootPass, s.dir, readerDN))
	if err := os.Mkdir(filepath.Join(s.dir, "db"), 0o700); err != nil {
		t.Fatal(err)
	}
	add := exec.CommandContext(t.Context(), slapdBinary, "-Tadd", "-q", "-f", filepath.Join(s.dir, "slapd.conf"), "-l", "testdata/people.ldif")
	if out, err := add.CombinedOutput(); err != nil {
		t.Fatalf("loading entries (apt-get install slapd): %v\n%s", err, out)
	}
	s.start(t)
	t.Cleanup(func() { s.stop(t) })
	return s
}

func (s *slapd) start(t *testing.T) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	listen := fmt.Sprintf("ldap://%s/", s.plain)
	if s.roots != nil {
		listen += fmt.Sprintf(" ldaps://%s/", s.plus)
	}
	// -d keeps it in the foreground; 256 has it say each operation.
	s.process = exec.Command(slapdBinary, "-h", listen, "-f", filepath.Join(s.dir, "slapd.conf"), "-d", "256")
	s.process.Stderr = w
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	from := s.mark()
	s.readerExited = make(chan struct{})
	go s.read(r)
	s.wait(t, from, "slapd starting")
	s.awaitListener(t, s.plain) // which comes a little after that line
	if s.roots != nil {
		s.awaitListener(t, s.plus)
	}
}

func (s *slapd) awaitListener(t *testing.T, address string) {
	t.Helper()
	from := s.mark()
	tries := time.NewTicker(5 * time.Millisecond)
	defer tries.Stop()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); <-tries.C {
		if c, err := net.Dial("tcp", address); err == nil {
			c.Close()
			s.wait(t, from, " closed")
			return
		}
	}
	t.Fatalf("nobody listens on %s", address)
}

func (s *slapd) stop(t *testing.T) {
	t.Helper()
	if s.process == nil {
		return
	}
	if err := s.process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Errorf("stopping slapd: %v", err)
	}
	if err := s.process.Wait(); err != nil {
		t.Errorf("slapd: %v", err)
	}
	<-s.readerExited
	s.process = nil
}

func (s *slapd) read(r io.ReadCloser) {
	defer close(s.readerExited)
	defer r.Close()
	for scan := bufio.NewScanner(r); scan.Scan(); {
		s.mu.Lock()
		s.lines = append(s.lines, scan.Text())
		s.arrived.Broadcast()
		s.mu.Unlock()
	}
}

func (s *slapd) mark() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.lines)
}

// since is what s said after from.
func (s *slapd) since(from int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.lines[from:], "\n")
}

// wait waits until a line after from matches.
func (s *slapd) wait(t *testing.T, from int, pattern string) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	defer context.AfterFunc(ctx, s.arrived.Broadcast)()
	s.mu.Lock()
	defer s.mu.Unlock()
	for !slices.ContainsFunc(s.lines[from:], regexp.MustCompile(pattern).MatchString) {
		if ctx.Err() != nil {
			t.Fatalf("slapd never said %q:\n%s", pattern, strings.Join(s.lines[from:], "\n"))
		}
		s.arrived.Wait()
	}
	return slices.Clone(s.lines[from:])
}

// during returns what slapd was asked while do talked to it on one connection,
// "BIND" or "SRCH" and the name of the entry, and all that it said.
func (s *slapd) during(t *testing.T, do func()) (acts []string, log string) {
	t.Helper()
	from := s.mark()
	do()
	// Connections from before may end only now.
	accepted := connection.FindStringSubmatch(strings.Join(s.wait(t, from, " ACCEPT "), "\n"))
	lines := slices.DeleteFunc(s.wait(t, from, accepted[1]+"fd=.* closed"), func(line string) bool { return !strings.Contains(line, accepted[1]) })
	for _, line := range lines {
		if m := operation.FindStringSubmatch(line); m != nil {
			acts = append(acts, m[1]+" "+m[2])
		}
	}
	return acts, strings.Join(lines, "\n")
}

var (
	connection = regexp.MustCompile(` (conn=\d+ )fd=\d+ ACCEPT `)
	operation  = regexp.MustCompile(` (BIND|SRCH) (?:dn|base)="(.*?)" (?:method|scope)=`)
)

// certify makes a certification authority and a certificate for localhost.
func (s *slapd) certify(t *testing.T) *x509.CertPool {
	t.Helper()
	ca := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "a test's authority"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: ca.NotBefore, NotAfter: ca.NotAfter, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	caKey, leafKey := newKey(t), newKey(t)
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, caKey.Public(), caKey)
	if err != nil {
		t.Fatal(err)
	}
	leafDER, err := x509.CreateCertificate(rand.Reader, leaf, ca, leafKey.Public(), caKey)
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.MarshalPKCS8PrivateKey(leafKey)
	if err != nil {
		t.Fatal(err)
	}
	s.write(t, "cert.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leafDER})))
	s.write(t, "key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})))
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER}))
	return pool
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func (s *slapd) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// users are those of s, with whatever change sets differently.
func (s *slapd) users(t *testing.T, change func(c *LDAPConfig)) *LDAP {
	t.Helper()
	c := LDAPConfig{URL: "ldap://" + s.plain, BindDN: readerDN, BindPassword: store.Secret(readerPass), BaseDN: suffix, GroupBaseDN: "ou=groups," + suffix}
	if change != nil {
		change(&c)
	}
	d, err := NewLDAP(c)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
