package journey

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-ldap/ldap/v3"
)

// A directory is Debian's OpenLDAP with two people, of whom mia is in a group. It
// shows itself and them to nobody who has not begun TLS.
type directory struct {
	t    *testing.T
	addr string
	dir  string
}

const (
	directoryRoot     = "cn=root,dc=example,dc=org"
	directoryPassword = "the directory's password"
)

const directoryPeople = `dn: dc=example,dc=org
objectClass: dcObject
objectClass: organization
o: Example
dc: example

dn: uid=mia,dc=example,dc=org
objectClass: inetOrgPerson
uid: mia
cn: Mia
sn: Mia
userPassword: correct horse battery

dn: uid=bob,dc=example,dc=org
objectClass: inetOrgPerson
uid: bob
cn: Bob
sn: Bob
userPassword: correct horse battery

dn: uid=ada,dc=example,dc=org
objectClass: inetOrgPerson
uid: ada
cn: Ada
sn: Ada
userPassword: correct horse battery

dn: cn=staff,dc=example,dc=org
objectClass: groupOfNames
cn: staff
member: uid=mia,dc=example,dc=org
member: uid=ada,dc=example,dc=org
`

func startDirectory(t *testing.T) *directory {
	t.Helper()
	const slapd = "/usr/sbin/slapd"
	if _, err := os.Stat(slapd); err != nil {
		missing(t, "slapd")
	}
	l := &directory{t: t, dir: t.TempDir()}
	l.addr = "localhost" + freeAddr(t)[len("127.0.0.1"):]
	cert, key := authority(t)
	for name, text := range map[string]string{"people.ldif": directoryPeople, "cert.pem": cert, "key.pem": key, "slapd.conf": fmt.Sprintf(`include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCertificateFile %[1]s/cert.pem
TLSCertificateKeyFile %[1]s/key.pem
security tls=1
database mdb
suffix "dc=example,dc=org"
rootdn %[2]q
rootpw %[3]q
directory %[1]s/db
maxsize 16777216
dbnosync
access to attrs=userPassword by anonymous auth by * none
access to * by * read
`, l.dir, directoryRoot, directoryPassword)} {
		if err := os.WriteFile(filepath.Join(l.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(l.dir, "db"), 0o700); err != nil {
		t.Fatal(err)
	}
	conf := filepath.Join(l.dir, "slapd.conf")
	if out, err := exec.Command(slapd, "-Tadd", "-q", "-f", conf, "-l", filepath.Join(l.dir, "people.ldif")).CombinedOutput(); err != nil {
		t.Fatalf("loading entries: %v\n%s", err, out)
	}
	cmd := exec.Command(slapd, "-h", "ldap://"+strings.Replace(l.addr, "localhost", "127.0.0.1", 1)+"/", "-f", conf, "-d", "0")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Signal(syscall.SIGTERM); cmd.Wait() })
	eventually(t, "slapd listens", func() bool {
		c, err := net.Dial("tcp", strings.Replace(l.addr, "localhost", "127.0.0.1", 1))
		if err == nil {
			c.Close()
		}
		return err == nil
	})
	return l
}

// authority makes a certificate for localhost that stands for itself.
func authority(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}))
}

// as lets do change the directory.
func (l *directory) as(do func(c *ldap.Conn) error) {
	l.t.Helper()
	c, err := ldap.DialURL("ldap://" + l.addr)
	if err != nil {
		l.t.Fatal(err)
	}
	defer c.Close()
	pool := x509.NewCertPool()
	cert, err := os.ReadFile(filepath.Join(l.dir, "cert.pem"))
	if err != nil {
		l.t.Fatal(err)
	}
	pool.AppendCertsFromPEM(cert)
	if err := c.StartTLS(&tls.Config{RootCAs: pool, ServerName: "localhost"}); err != nil {
		l.t.Fatal(err)
	}
	if err := c.Bind(directoryRoot, directoryPassword); err != nil {
		l.t.Fatal(err)
	}
	if err := do(c); err != nil {
		l.t.Fatal(err)
	}
}

func (l *directory) group(change func(m *ldap.ModifyRequest)) {
	l.t.Helper()
	l.as(func(c *ldap.Conn) error {
		m := ldap.NewModifyRequest("cn=staff,dc=example,dc=org", nil)
		change(m)
		return c.Modify(m)
	})
}

func (l *directory) yaml() string {
	return fmt.Sprintf(`signin:
  backend: ldap
  recheck: 1s
  ldap: {url: "ldap://%s", start_tls: true, ca_file: "%s/cert.pem", base_dn: "dc=example,dc=org", group_base_dn: "dc=example,dc=org"}
`, l.addr, l.dir)
}

// in signs somebody in by a form and walks a dance to its end.
func (g *guest) in(name string) *consumer {
	g.t.Helper()
	with, link := g.start()
	p := g.submit(g.open(link), url.Values{"username": {name}, "password": {"correct horse battery"}})
	return g.finish(with, p)
}

func TestSignInByLDAP(t *testing.T) {
	l := startDirectory(t)
	d := newSteadyDaemon(t, l.yaml())
	d.start()
	anybody := d.addConsumer("--name", "Album", "--callback", guestCallback)
	staff := d.addConsumer("--name", "Payroll", "--callback", guestCallback, "--group", "staff")

	mia := newGuest(t, d, staff).in("mia")
	if got := d.judged(t, mia); got != "mia staff" {
		t.Fatalf("the gate says %q, want mia of staff", got)
	}
	bob := newGuest(t, d, anybody).in("bob")
	if got := d.judged(t, bob); got != "bob -" {
		t.Errorf("the gate says %q, want bob", got)
	}
	outsider := newGuest(t, d, staff)
	_, link := outsider.start()
	_, other := newGuest(t, d, anybody).start()
	p := outsider.submit(outsider.open(other), url.Values{"username": {"bob"}, "password": {"correct horse battery"}})
	if !strings.Contains(p.body, `name="decision"`) {
		t.Fatalf("bob is not signed in:\n%s", p.body)
	}
	if status, body := outsider.status(link); status != 403 || strings.Contains(body, `name="decision"`) {
		t.Errorf("the consent page of a consumer for a group: %d\n%s", status, body)
	}

	l.group(func(m *ldap.ModifyRequest) { m.Delete("member", []string{"uid=mia,dc=example,dc=org"}) })
	d.becomes(t, "out of the group", mia, "permission_denied")
	l.group(func(m *ldap.ModifyRequest) { m.Add("member", []string{"uid=mia,dc=example,dc=org"}) })
	d.becomes(t, "in the group again", mia, "mia staff")
	l.as(func(c *ldap.Conn) error { return c.Del(ldap.NewDelRequest("uid=bob,dc=example,dc=org", nil)) })
	d.becomes(t, "removed", bob, "permission_denied")
	if got := d.judged(t, mia); got != "mia staff" {
		t.Errorf("somebody else: the gate says %q", got)
	}
	g := newGuest(t, d, anybody)
	_, link = g.start()
	login := g.open(link)
	if status := g.post(login, url.Values{"username": {"bob"}, "password": {"correct horse battery"}}); status != 401 {
		t.Errorf("signing in when removed: %d, want 401", status)
	}
}

// post sends a form and returns how it was answered.
func (g *guest) post(p page, fill url.Values) int {
	g.t.Helper()
	action, fields, err := mainForm(p.body)
	if err != nil {
		g.t.Fatalf("%v:\n%s", err, p.body)
	}
	for name, values := range fill {
		fields[name] = values
	}
	to, err := p.at.Parse(action)
	if err != nil {
		g.t.Fatal(err)
	}
	resp, err := g.http.PostForm(to.String(), fields)
	if err != nil {
		g.t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}
