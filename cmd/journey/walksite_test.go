package journey

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"html"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// A building is a daemon on a street, by https, with the consumers around it.
type building struct {
	place
	*daemon
	site *site
}

// build starts a daemon that browsers find at https://NAME.lighthouse.test. The
// consumers around it are another site, which matters to cookies.
func (s *street) build(t *testing.T, name, config string) *building {
	t.Helper()
	at := func(host string) string { return fmt.Sprintf(host, name, s.suffix) }
	public, admin, consumer := at("%s.lighthouse%s.test"), at("%s-admin.lighthouse%s.test"), at("%s.printer%s.test")
	base := "https://" + public
	d := newDaemon(t, base, config)
	cert, key := certificateFor(t, public)
	for file, data := range map[string][]byte{"cert.pem": cert, "key.pem": key, "token": []byte(administratorsToken + "\n")} {
		if err := os.WriteFile(d.file(file), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	d.env = append(d.env, "OAUTH1D_CONSENT_SITE_NAME=Lighthouse Photos", "OAUTH1D_CONSENT_SUPPORT_URL=https://help.example.test/",
		"OAUTH1D_TLS_CERT_FILE="+d.file("cert.pem"), "OAUTH1D_TLS_KEY_FILE="+d.file("key.pem"), "OAUTH1D_ADMIN_TOKEN_FILE="+d.file("token"))
	d.start()
	b := &building{daemon: d, site: openSite(t, d)}
	b.site.wire.http.Transport.(*http.Transport).TLSClientConfig = &tls.Config{InsecureSkipVerify: true} // it is our own, on loopback
	b.site.origin = "https://" + consumer
	b.place = place{Base: base, Admin: "http://" + admin, Consumer: b.site.origin, Control: b.site.plain.URL}
	s.hosts[public], s.hosts[admin], s.hosts[consumer] = d.public, d.private, b.site.secure.Listener.Addr().String()
	return b
}

// certificateFor makes a certificate that nobody has to trust.
func certificateFor(t *testing.T, name string) (certificate, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})
}

// newApplication is a web application with accounts and sessions of its own,
// which knows nothing of the daemon. Browsers come by https, and the daemon asks
// on the inside.
func newApplication(t *testing.T) (outside, inside *httptest.Server) {
	t.Helper()
	var mu sync.Mutex
	sessions := map[string]string{}
	m := http.NewServeMux()
	m.HandleFunc("GET /login", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!DOCTYPE html><html lang="en"><title>The application</title><h1>The application</h1><form method="post"><input type="hidden" name="return_to" value="%s"><label>Who are you? <input name="user"></label><button>Log in</button></form>`,
			html.EscapeString(r.FormValue("return_to")))
	})
	m.HandleFunc("POST /login", func(w http.ResponseWriter, r *http.Request) {
		id := rand.Text()
		mu.Lock()
		sessions[id] = r.PostFormValue("user")
		mu.Unlock()
		// The session is for all of the domain, as with applications that have several hosts.
		http.SetCookie(w, &http.Cookie{Name: "app_session", Value: id, Domain: strings.TrimPrefix(r.Host, "app."), Path: "/", HttpOnly: true, Secure: true, SameSite: http.SameSiteLaxMode})
		to, err := url.Parse(r.PostFormValue("return_to"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		http.Redirect(w, r, to.String(), http.StatusSeeOther)
	})
	m.HandleFunc("GET /whoami", func(w http.ResponseWriter, r *http.Request) {
		c, err := r.Cookie("app_session")
		mu.Lock()
		defer mu.Unlock()
		if err != nil || sessions[c.Value] == "" {
			http.Error(w, "nobody", http.StatusUnauthorized)
			return
		}
		json.NewEncoder(w).Encode(map[string]any{"user": sessions[c.Value], "groups": []string{"staff"}})
	})
	outside, inside = httptest.NewUnstartedServer(m), httptest.NewServer(m)
	outside.Config.ErrorLog = log.New(io.Discard, "", 0)
	outside.StartTLS()
	t.Cleanup(outside.Close)
	t.Cleanup(inside.Close)
	return outside, inside
}
