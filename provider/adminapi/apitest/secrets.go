package apitest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
)

// shortest is below which a secret may stand in an answer by chance.
const shortest = 8

// secretsIn remembers the secrets of requests and answers, and looks for all of
// them in answers to GET: what was shown once is not shown again.
func (c *Checker) secretsIn(r *http.Request, body []byte, answer *httptest.ResponseRecorder, name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.Method != http.MethodGet {
		c.secrets = append(c.secrets, append(secretsOf(body), secretsOf(answer.Body.Bytes())...)...)
		return
	}
	text := answer.Body.String()
	for _, secret := range c.secrets {
		if strings.Contains(text, secret) {
			c.t.Errorf("%s: the answer holds a secret", name)
		}
	}
}

func secretsOf(body []byte) (all []string) {
	var fields map[string]any
	if json.Unmarshal(body, &fields) != nil {
		return nil
	}
	for _, name := range []string{"secret", "password", "password_hash"} {
		if text, ok := fields[name].(string); ok && len(text) >= shortest {
			all = append(all, text)
		}
	}
	return all
}
