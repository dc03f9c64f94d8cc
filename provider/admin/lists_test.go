package admin_test

import (
	"fmt"
	"net/url"
	"slices"
	"testing"
	"time"

	"oauth1d/store"
)

// names are what the items of a list are called.
func (a answer) names(list, by string) []string {
	all := []string{}
	items, _ := a.fields[list].([]any)
	for _, i := range items {
		name, _ := i.(map[string]any)[by].(string)
		all = append(all, name)
	}
	return all
}

func TestConsumersAreFound(t *testing.T) {
	h := build(t, nil)
	for key, name := range map[string]string{"a": "Photo Printer", "b": "Photo Scanner", "c": "Fax", "e/u": "Ünicorn"} {
		h.made("POST", "/api/v1/consumers", fmt.Sprintf(`{"key":%q,"name":%q,"publisher":"Prints Ltd"}`, key, name))
	}
	must(t, h.store.AddConsumer(t.Context(), store.Consumer{Key: "d", Name: "Proposed", Proposed: time.Now().Unix(), Created: 1, Owner: "ada", Profile: store.ProfileRFC5849, BodyHash: store.BodyHashOff}))
	for _, row := range []struct {
		name, query string
		want        []string
		next        string
	}{
		{"all", "", []string{"a", "b", "c", "d", "e/u"}, ""},
		{"a part of the name in another case", "search=PHOTO", []string{"a", "b"}, ""},
		{"a part of the key", "search=E/", []string{"e/u"}, ""},
		{"a part of the publisher", "search=prints&limit=3", []string{"a", "b", "c"}, "c"},
		{"the next page", "search=prints&limit=3&after=c", []string{"e/u"}, ""},
		{"those that wait", "proposed=true", []string{"d"}, ""},
		{"the others", "proposed=false&limit=2", []string{"a", "b"}, "b"},
		{"a page that is just full has none behind it", "limit=5", []string{"a", "b", "c", "d", "e/u"}, ""},
		{"letters of other alphabets, in another case", "search=" + url.QueryEscape("üNI"), []string{"e/u"}, ""},
		{"none", "search=nothing", []string{}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			a := h.made("GET", "/api/v1/consumers?"+row.query, "")
			if got := a.names("consumers", "key"); !slices.Equal(got, row.want) || a.field("next") != row.next {
				t.Errorf("got %q, next %q, want %q, next %q", got, a.field("next"), row.want, row.next)
			}
		})
	}
	for _, query := range []string{"limit=0", "limit=1001", "proposed=maybe", "name=x", "search=a&search=b"} {
		if a := h.call("GET", "/api/v1/consumers?"+query, ""); a.status != 400 || a.code() != "bad_filter" {
			t.Errorf("%s: got %d %s, want 400 and bad_filter", query, a.status, a.text)
		}
	}
}

func TestUsersAreFound(t *testing.T) {
	h := build(t, nil)
	h.made("POST", "/api/v1/users", ada)
	for _, name := range []string{"Adam", "bob", "zoë"} {
		_, err := h.store.SeeUser(t.Context(), store.User{Name: name, Source: "ldap", Created: 1})
		must(t, err)
	}
	for _, row := range []struct {
		name, query string
		want        []string
		next        string
	}{
		{"all", "", []string{"Adam", "ada", "bob", "zoë"}, ""},
		{"a part of the name in another case", "search=ADA", []string{"Adam", "ada"}, ""},
		{"those of a backend", "source=ldap", []string{"Adam", "bob", "zoë"}, ""},
		{"those with a password here", "source=", []string{"ada"}, ""},
		{"a page", "limit=2", []string{"Adam", "ada"}, "ada"},
		{"the next page, just full", "limit=2&after=ada", []string{"bob", "zoë"}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			a := h.made("GET", "/api/v1/users?"+row.query, "")
			if got := a.names("users", "name"); !slices.Equal(got, row.want) || a.field("next") != row.next {
				t.Errorf("got %q, next %q, want %q, next %q", got, a.field("next"), row.want, row.next)
			}
		})
	}
	if a := h.call("GET", "/api/v1/users?limit=0", ""); a.status != 400 {
		t.Errorf("a limit of 0: got %d, want 400", a.status)
	}
}

// issue puts tokens into the store, faster than the API.
func (h *house) issue(consumer, user string, ids ...string) {
	h.t.Helper()
	for _, id := range ids {
		must(h.t, h.store.IssueAccessToken(h.t.Context(), store.AccessToken{ID: id, Consumer: consumer, User: user, Issued: time.Now().Unix(), Secret: store.Sealed("x")}))
	}
}

func TestTokensAreFound(t *testing.T) {
	h := build(t, nil)
	h.made("POST", "/api/v1/consumers", printer)
	h.made("POST", "/api/v1/consumers", `{"key":"scanner","name":"Scanner"}`)
	h.issue("printer", "ada", "aa", "aab", "aac", "b")
	h.issue("scanner", "bob", "aad", "c")
	for _, row := range []struct {
		name, query string
		want        []string
		next        string
	}{
		{"the beginning of an ID", "search=aa", []string{"aa", "aab", "aac", "aad"}, ""},
		{"a page of it, the ID itself first", "search=aa&limit=2", []string{"aa", "aab"}, "aab"},
		{"the next page", "search=aa&limit=2&after=aab", []string{"aac", "aad"}, ""},
		{"behind the ID itself", "search=aa&after=aa", []string{"aab", "aac", "aad"}, ""},
		{"of a consumer", "search=aa&consumer=scanner", []string{"aad"}, ""},
		{"of a user", "search=aa&user=ada", []string{"aa", "aab", "aac"}, ""},
		{"a whole ID", "search=b", []string{"b"}, ""},
		{"of one who has none such", "search=b&user=bob", []string{}, ""},
		{"all, a page that is just full", "limit=6", []string{"aa", "aab", "aac", "aad", "b", "c"}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			a := h.made("GET", "/api/v1/tokens?"+row.query, "")
			if got := a.names("tokens", "id"); !slices.Equal(got, row.want) || a.field("next") != row.next {
				t.Errorf("got %q, next %q, want %q, next %q", got, a.field("next"), row.want, row.next)
			}
		})
	}
}

func TestTokensAreCountedBeforeTheyAreRevoked(t *testing.T) {
	h := build(t, nil)
	h.made("POST", "/api/v1/consumers", printer)
	h.made("POST", "/api/v1/users", ada)
	h.issue("printer", "ada", "a", "b", "c")
	h.issue("printer", "bob", "d")
	for query, want := range map[string]string{
		"user=ada": "3", "consumer=printer": "4", "consumer=printer&user=bob": "1", "user=nobody": "0",
	} {
		if a := h.made("GET", "/api/v1/tokens/count?"+query, ""); a.text != `{"count":`+want+"}\n" {
			t.Errorf("%s: got %s, want %s", query, a.text, want)
		}
	}
	for _, target := range []string{"GET /api/v1/tokens/count", "GET /api/v1/tokens/count?user=ada&limit=1", "DELETE /api/v1/tokens?user=ada&limit=1", "DELETE /api/v1/tokens?user=ada&search=a"} {
		var method, path string
		_, err := fmt.Sscan(target, &method, &path)
		must(t, err)
		if a := h.call(method, path, ""); a.status != 400 {
			t.Errorf("%s: got %d, want 400", target, a.status)
		}
	}
	if a := h.made("DELETE", "/api/v1/tokens?user=ada", ""); a.text != "{\"tokens_ended\":3}\n" {
		t.Errorf("revoking: got %s, want 3", a.text)
	}
}
