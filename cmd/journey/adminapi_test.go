package journey

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"oauth1d/provider/adminapi/apitest"
)

const (
	administratorsToken = "5f0c1d9e7a3b48c2a6e4f1b0d2c39784"
	introspectionToken  = "0d2c397845f0c1d9e7a3b48c2a6e4f1b"
	loginToken          = "a6e4f1b0d2c397845f0c1d9e7a3b48c2"
)

// An office is a daemon as its administrators see it over the private listener.
// Whatever is asked there is held to the API's description.
type office struct {
	*daemon
	api http.Handler // the private listener
}

func openOffice(t *testing.T) *office {
	t.Helper()
	d := newDaemon(t, "", "")
	for name, token := range map[string]string{"TOKEN_FILE": administratorsToken, "INTROSPECTION_TOKEN_FILE": introspectionToken, "HANDOVER_TOKEN_FILE": loginToken} {
		if err := os.WriteFile(d.file(name), []byte(token+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		d.env = append(d.env, "OAUTH1D_ADMIN_"+name+"="+d.file(name))
	}
	d.start()
	return &office{d, apitest.Handler(t, httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: d.private}))}
}

// ask sends a request with these headers, none of them the bearer token's unless
// it is among them.
func (o *office) ask(method, target, body string, header http.Header) (status int, text string) {
	o.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for name, values := range header {
		r.Header[name] = values
	}
	w := httptest.NewRecorder()
	o.api.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func bearing(token string) http.Header { return http.Header{"Authorization": {"Bearer " + token}} }

// done is ask of an administrator, who is not refused.
func (o *office) done(method, target, body string) string {
	o.t.Helper()
	status, text := o.ask(method, target, body, bearing(administratorsToken))
	if status >= 300 {
		o.t.Fatalf("%s %s: got %d %s", method, target, status, text)
	}
	return text
}

// operations are those of the description, as "METHOD /path".
func operations(t *testing.T) (all []string) {
	t.Helper()
	for path, item := range apitest.Document(t).Paths.Map() {
		for method := range item.Operations() {
			all = append(all, method+" "+strings.NewReplacer("{", "", "}", "").Replace(path))
		}
	}
	return all
}

// TestAdministratorsInterface attacks the admin API of a real daemon.
func TestAdministratorsInterface(t *testing.T) {
	o := openOffice(t)
	o.addUser("ada", "correct horse battery")
	printer := o.addConsumer("--name", "Printer", "--key", "printer", "--callback", "oob")
	o.issueToken(printer, "ada")
	t.Run("ADM-01: nobody comes without the token, by a spoofed address, with an OAuth token, or over the public listener", func(t *testing.T) {
		before := o.done("GET", "/api/v1/audit?limit=1", "")
		for _, operation := range operations(t) {
			o.isClosed(t, operation, printer.token)
		}
		if after := o.done("GET", "/api/v1/audit?limit=1", ""); after != before {
			t.Errorf("got %s at the end of the audit log, want %s as before", after, before)
		}
	})
	t.Run("ADM-02: there are no default credentials, and none in the log", func(t *testing.T) { o.hasNoDefaults(t) })
	t.Run("ADM-03: the API refuses what a browser sends", func(t *testing.T) {
		for _, operation := range operations(t) {
			method, path, _ := strings.Cut(operation, " ")
			for name, value := range map[string]string{"Origin": o.base, "Cookie": "__Host-oauth1d=x"} {
				header := bearing(administratorsToken)
				header.Set(name, value)
				if status, text := o.ask(method, path, "", header); status != 403 || !strings.Contains(text, "browser_refused") {
					t.Errorf("%s with %s: got %d %s, want 403", operation, name, status, text)
				}
			}
		}
	})
	t.Run("ADM-04: no URL of a record is fetched", func(t *testing.T) { o.fetchesNothing(t) })
	t.Run("ADM-05: a secret is shown once", func(t *testing.T) { o.showsOnce(t) })
}

// isClosed asks for one operation by every way that is none.
func (o *office) isClosed(t *testing.T, operation, oauthToken string) {
	method, path, _ := strings.Cut(operation, " ")
	application := []string{introspectionToken, loginToken}
	switch {
	case strings.HasSuffix(path, "/introspect"):
		application = application[1:]
	case strings.Contains(path, "/signins/"):
		application = application[:1]
	}
	tries := []http.Header{
		{},
		{"X-Forwarded-For": {"127.0.0.1"}, "X-Real-Ip": {"127.0.0.1"}, "Forwarded": {"for=127.0.0.1"}, "Remote-User": {"ada"}},
		{"Authorization": {fmt.Sprintf(`OAuth oauth_consumer_key="printer", oauth_token=%q`, oauthToken)}},
		bearing(oauthToken),
	}
	for _, token := range application {
		tries = append(tries, bearing(token))
	}
	for _, header := range tries {
		if status, text := o.ask(method, path, "", header); status != 401 {
			t.Errorf("%s with %v: got %d %s, want 401", operation, header, status, text)
		}
	}
	r, err := http.NewRequest(method, "http://"+o.public+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header = bearing(administratorsToken)
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 404 {
		t.Errorf("%s on the public listener: got %d, want 404", operation, resp.StatusCode)
	}
}

func (o *office) hasNoDefaults(t *testing.T) {
	for _, word := range []string{"", "admin", "administrator", "password", "changeme", "oauth1d", "secret", "root", "admin:admin", "test", "token"} {
		if status, _ := o.ask("GET", "/api/v1/status", "", bearing(word)); status != 401 {
			t.Errorf("the bearer token %q: got %d, want 401", word, status)
		}
	}
	fresh := startDaemon(t, "", "") // without tokens nobody comes in at all
	for _, token := range []string{"", "Bearer", "Bearer ", "Bearer admin", "Basic YWRtaW46YWRtaW4="} {
		r, err := http.NewRequest("GET", "http://"+fresh.private+"/api/v1/status", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", token)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != 401 {
			t.Errorf("a fresh daemon, %q: got %d, want 401", token, resp.StatusCode)
		}
	}
	key, err := os.ReadFile(o.file("master.key"))
	if err != nil {
		t.Fatal(err)
	}
	for name, secret := range map[string]string{"the master key": strings.TrimSpace(string(key)), "an administrator's token": administratorsToken, "a password": "correct horse battery"} {
		if strings.Contains(o.log.String()+fresh.log.String(), secret) {
			t.Errorf("the log holds %s", name)
		}
	}
}

// fetchesNothing registers a consumer whose every URL leads to a listener of
// ours, and looks at it everywhere.
func (o *office) fetchesNothing(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var came atomic.Int64
	trap := &httptest.Server{Listener: l, Config: &http.Server{Handler: http.NotFoundHandler(), ConnState: func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			came.Add(1)
		}
	}}}
	trap.Start()
	defer trap.Close()
	at := l.Addr().String()
	o.done("POST", "/api/v1/consumers", fmt.Sprintf(`{"key":"trap","name":"http://%s/name","description":"<img src=http://%s/x>","publisher":"http://%s/","contact":"https://%s/","callbacks":["http://%s/callback"]}`, at, at, at, at, at))
	for _, target := range []string{"/api/v1/consumers/trap", "/api/v1/consumers?search=trap", "/api/v1/overview", "/api/v1/audit"} {
		o.done("GET", target, "")
	}
	o.done("POST", "/api/v1/consumers/trap/rotate", "")
	o.done("POST", "/api/v1/explain", fmt.Sprintf(`{"method":"GET","url":"http://%s/photos","authorization":["OAuth oauth_consumer_key=\"trap\""]}`, at))
	if n := came.Load(); n != 0 {
		t.Errorf("got %d connections to a record's URL, want none", n)
	}
}

// showsOnce makes every secret there is, and then looks at everything. That no
// answer has one is for the handler to say that all of it goes through.
func (o *office) showsOnce(t *testing.T) {
	o.done("POST", "/api/v1/consumers", `{"key":"once","name":"Once"}`)
	o.done("POST", "/api/v1/consumers/once/rotate", `{"grace_seconds":600}`)
	o.done("POST", "/api/v1/users", `{"name":"bob","password":"a better horse battery"}`)
	o.done("POST", "/api/v1/tokens", `{"consumer":"once","user":"bob"}`)
	names := strings.NewReplacer("{key}", "once", "{name}", "bob", "{id}", strings.Repeat("0", 32))
	for path, item := range apitest.Document(t).Paths.Map() {
		if item.Get != nil {
			target := names.Replace(path)
			if strings.HasSuffix(target, "/count") {
				target += "?user=bob"
			}
			o.ask("GET", target, "", bearing(administratorsToken))
		}
	}
	settings := o.done("GET", "/api/v1/config", "")
	for _, token := range []string{administratorsToken, introspectionToken, loginToken} {
		if strings.Contains(settings, token) {
			t.Error("the configuration holds a token")
		}
	}
	if !strings.Contains(settings, o.file("TOKEN_FILE")) {
		t.Errorf("got %s, want the file's name", settings)
	}
	resp, err := http.Get("http://" + o.private + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	metrics, err := io.ReadAll(resp.Body)
	if err != nil || strings.Contains(string(metrics), administratorsToken) {
		t.Errorf("metrics: got a token, or %v", err)
	}
}
