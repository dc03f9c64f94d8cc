package admin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"unicode"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/web"
	"oauth1d/store"
)

// A download is what a consumer's developer needs, as a file.
type download struct {
	Key       string
	Secret    store.Secret
	Endpoints adminapi.Endpoints
}

// file writes it in one of the formats.
func (d download) file(format string) (name, kind string, body []byte, err error) {
	odd := func(c rune) bool { return !unicode.IsPrint(c) }
	if d.Key == "" || len(d.Key) > maxText || strings.ContainsFunc(d.Key, odd) || strings.ContainsFunc(string(d.Secret), odd) {
		return "", "", nil, stalePage()
	}
	switch format {
	case "env":
		return fileName(d.Key) + ".env", "text/plain; charset=utf-8", d.env(), nil
	case "json":
		body, err = d.json()
		return fileName(d.Key) + ".json", "application/json", body, err
	}
	return "", "", nil, stalePage()
}

func (d download) env() []byte {
	var b bytes.Buffer
	for _, line := range []struct{ name, value string }{
		{"OAUTH_CONSUMER_KEY", d.Key}, {"OAUTH_CONSUMER_SECRET", d.Secret.Reveal()},
		{"OAUTH_REQUEST_TOKEN_URL", d.Endpoints.RequestToken}, {"OAUTH_AUTHORIZE_URL", d.Endpoints.Authorize},
		{"OAUTH_ACCESS_TOKEN_URL", d.Endpoints.AccessToken},
	} {
		if line.value != "" {
			fmt.Fprintf(&b, "%s=%s\n", line.name, quotedValue(line.value))
		}
	}
	return b.Bytes()
}

// quotedValue spells a value as shells and the usual readers of .env files do.
func quotedValue(value string) string {
	plain := func(c rune) bool {
		return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.ContainsRune("-._~:/", c))
	}
	switch {
	case !strings.ContainsFunc(value, plain):
		return value
	case !strings.Contains(value, "'"):
		return "'" + value + "'"
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`").Replace(value) + `"`
}

func (d download) json() ([]byte, error) {
	body, err := json.MarshalIndent(struct {
		Key          string `json:"consumer_key"`
		Secret       string `json:"consumer_secret,omitempty"`
		RequestToken string `json:"request_token_url,omitempty"`
		Authorize    string `json:"authorize_url,omitempty"`
		AccessToken  string `json:"access_token_url,omitempty"`
	}{d.Key, d.Secret.Reveal(), d.Endpoints.RequestToken, d.Endpoints.Authorize, d.Endpoints.AccessToken}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing a download: %w", err)
	}
	return append(body, '\n'), nil
}

// fileName makes of a key what any file system takes.
func fileName(key string) string {
	return "oauth1d-" + strings.Map(func(c rune) rune {
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_' {
			return c
		}
		return '_'
	}, key[:min(len(key), 60)])
}

func stalePage() error {
	return &web.Error{Status: http.StatusForbidden, Code: "form_token_invalid", Title: "This form is out of date",
		Sentence: "Nothing was done. Go back, load the page again and repeat what you did."}
}
