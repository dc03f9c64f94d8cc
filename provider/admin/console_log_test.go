package admin_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"oauth1d/provider"
	"oauth1d/provider/adminapi"
)

func TestTheAuditLogIsFilteredAndExported(t *testing.T) {
	c := open(t, nil)
	c.made("POST", "/api/v1/consumers", printer)
	ada := c.administrator()
	ada.send(ada.get("/admin/consumers/printer?tab=incoming"), "/admin/consumers/printer/disable", nil)
	day := c.clock.now().UTC().Format("2006-01-02")
	ada.get("/admin/audit").wants(http.StatusOK, "consumer.added", "user:ada", "consumer.disabled", "admin:socket")
	filtered := ada.get("/admin/audit?actor=user%3Aada&action=consumer&since=" + day + "&until=" + day)
	filtered.wants(http.StatusOK, "consumer.disabled")
	if strings.Contains(filtered.words(), "consumer.added") || strings.Contains(filtered.words(), "admin:socket") {
		t.Error("the filter lets through what does not match")
	}
	ada.get("/admin/audit?since=2001-01-01&until=2001-01-02").wants(http.StatusOK, "Nothing matches.")
	bad := ada.get("/admin/audit?since=yesterday&actor=user%3Aada")
	bad.wants(http.StatusUnprocessableEntity, "This is no time.")
	if bad.value("since") != "yesterday" || bad.value("actor") != "user:ada" {
		t.Error("what was typed is lost")
	}
	ada.get("/admin/audit?before=x").wants(http.StatusUnprocessableEntity, "There is no such page of this list.")
	file := filtered.link(t, "Export as JSON lines", ada)
	if got := file.header.Get("Content-Disposition"); file.status != http.StatusOK || !strings.HasPrefix(got, `attachment; filename="oauth1d-audit-`) {
		t.Errorf("got status %d and disposition %q", file.status, got)
	}
	lines := strings.Split(strings.TrimSpace(file.text), "\n")
	var record adminapi.AuditRecord
	must(t, json.Unmarshal([]byte(lines[0]), &record))
	if len(lines) != 1 || record.Action != "consumer.disabled" || record.Object != "printer" {
		t.Errorf("got %d lines, the first about %s %s", len(lines), record.Action, record.Object)
	}
	none := ada.get("/admin/audit/export?since=2001-01-01&until=2001-01-02")
	if none.status != http.StatusOK || none.text != "" && strings.TrimSpace(none.words()) != "" {
		t.Errorf("an export of nothing: got status %d and %q", none.status, none.text)
	}
	ada.get("/admin/audit/export?since=yesterday").wants(http.StatusUnprocessableEntity, "This is no time.")
}

func TestRefusedRequestsAreExplained(t *testing.T) {
	c := open(t, nil)
	c.made("POST", "/api/v1/consumers", printer)
	r := httptest.NewRequest("POST", "/oauth/request-token", nil)
	r.Header.Set("Authorization", `OAuth oauth_consumer_key="printer",oauth_signature_method="HMAC-SHA1",oauth_callback="oob",oauth_timestamp="`+
		string(mustJSON(t, c.clock.now().Unix()))+`",oauth_nonce="n1",oauth_signature="AAAAAAAAAAAAAAAAAAAAAAAAAAA%3D"`)
	send(c.house.public, r)
	c.ring.Wait()
	ada := c.administrator()
	list := ada.get("/admin/requests")
	if len(list.elements("tbody")) == 0 {
		t.Fatalf("no refused request is listed: %s", list.words())
	}
	list.wants(http.StatusOK, "printer", "POST https://auth.example.test/oauth/request-token", "Explain")
	ada.get("/admin/requests?consumer=printer").wants(http.StatusOK, "Explain")
	ada.get("/admin/requests?consumer=nobody").wants(http.StatusOK, "No request was refused in the last hour.")
	explained := list.link(t, "Explain", ada)
	explained.wants(http.StatusOK, "Why this request was refused", "printer")
	ada.get("/admin/").wants(http.StatusOK, "Refused in the last hour")
	ada.send(explained, explained.path, url.Values{"base_string": {" "}}).wants(http.StatusUnprocessableEntity, "This is empty.")
	compared := ada.send(explained, explained.path, url.Values{"base_string": {"get&https%3A%2F%2Fauth.example.test%2Foauth%2Frequest-token&x"}})
	compared.wants(http.StatusOK, "Why this request was refused")
	if compared.value("base_string") == "" {
		t.Error("what was typed is lost")
	}
	ada.get("/admin/requests/nothing").wants(http.StatusNotFound)
}

func TestTheConfigurationIsShownAndReadAgain(t *testing.T) {
	refusal := errors.New("listen.public: nothing listens so; write host:port\nrealm: has a quote")
	c := &console{clock: &clock{}}
	c.house = buildWith(t, func(p *provider.Parts) {
		p.Settings = func() []adminapi.Setting {
			return []adminapi.Setting{
				{Key: "public_url", Value: "https://auth.example.test", Origin: "oauth1d.yaml:4", Meaning: "Where it is."},
				{Key: "listen.public", Value: "127.0.0.1:5849", Default: "127.0.0.1:5849", Origin: "default", Fixed: true},
				{Key: "listen.private", Value: "127.0.0.1:1", Default: "127.0.0.1:5850", Origin: "OAUTH1D_LISTEN_PRIVATE (environment)"},
			}
		}
		p.Reload = func(context.Context) error { return refusal }
	}, func(p *provider.Config) { p.AdminPages = true })
	c.server = httptest.NewServer(c.private)
	t.Cleanup(c.server.Close)
	c.made("POST", "/api/v1/users", `{"name":"ada","password":"`+adaPassword+`","admin":true}`)
	ada := c.administrator()
	shown := ada.get("/admin/config")
	shown.wants(http.StatusOK, "public_url", "oauth1d.yaml:4", "after a restart", "OAUTH1D_LISTEN_PRIVATE (environment)", "default: 127.0.0.1:5850")
	if changed := ada.get("/admin/config?show=changed&q=listen"); strings.Contains(changed.words(), "listen.public") || !strings.Contains(changed.words(), "listen.private") {
		t.Error("what is set is not told from what is not")
	}
	ada.send(shown, "/admin/config/reload", nil).wants(http.StatusUnprocessableEntity, "This was not done yet", "listen.public: nothing listens so")
	refusal = nil
	ada.send(shown, "/admin/config/reload", nil).follow(ada).wants(http.StatusOK, "The configuration was read again and is in force.")
}
