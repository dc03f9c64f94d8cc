package registry

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"

	"oauth1d/store"
)

// A Handout is what the developer of a consumer needs, to be saved as a file
// while the secret is shown. What it holds may come back from that page: nobody
// has kept it.
type Handout struct {
	Key    string
	Secret store.Secret // empty: the consumer has none
	URLs   []NamedURL   // those that are empty are left out
}

// A NamedURL is one of ours that the consumer needs, such as "request_token".
type NamedURL struct{ Name, URL string }

// File writes it in a format, "env" or "json". What would make another file than
// that is an Invalid.
func (h Handout) File(format string) (name, kind string, body []byte, err error) {
	if err := checkKey(h.Key); err != nil {
		return "", "", nil, err
	}
	if strings.ContainsFunc(string(h.Secret), func(c rune) bool { return !unicode.IsPrint(c) }) {
		return "", "", nil, &Invalid{Field: "secret", Reason: "has a character that cannot be printed"}
	}
	switch format {
	case "env":
		return h.fileName() + ".env", "text/plain; charset=utf-8", h.env(), nil
	case "json":
		body, err = h.json()
		return h.fileName() + ".json", "application/json", body, err
	}
	return "", "", nil, &Invalid{Field: "format", Reason: quoted(format) + " is not known", Expected: "expected env or json"}
}

func (h Handout) env() []byte {
	var b bytes.Buffer
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "OAUTH_%s=%s\n", name, quotedForShells(value))
		}
	}
	line("CONSUMER_KEY", h.Key)
	line("CONSUMER_SECRET", h.Secret.Reveal())
	for _, u := range h.URLs {
		line(strings.ToUpper(u.Name)+"_URL", u.URL)
	}
	return b.Bytes()
}

func (h Handout) json() ([]byte, error) {
	all := map[string]string{"consumer_key": h.Key}
	if len(h.Secret) > 0 {
		all["consumer_secret"] = h.Secret.Reveal()
	}
	for _, u := range h.URLs {
		if u.URL != "" {
			all[u.Name+"_url"] = u.URL
		}
	}
	body, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing credentials: %w", err)
	}
	return append(body, '\n'), nil
}

// quotedForShells spells a value as shells and the usual readers of .env files do.
func quotedForShells(value string) string {
	odd := func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && !strings.ContainsRune("-._~:/", c)
	}
	switch {
	case !strings.ContainsFunc(value, odd):
		return value
	case !strings.Contains(value, "'"):
		return "'" + value + "'"
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`").Replace(value) + `"`
}

// fileName makes of the key what any file system takes.
func (h Handout) fileName() string {
	const most = 60
	return "oauth1d-" + strings.Map(func(c rune) rune {
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_' {
			return c
		}
		return '_'
	}, h.Key[:min(len(h.Key), most)])
}
