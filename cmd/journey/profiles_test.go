package journey

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"os/exec"
	"strings"
	"testing"

	"oauth1d/provider/oauth1"
)

// A providerJob is what a consumer that was written for another provider is asked
// to do.
type providerJob struct {
	Client string `json:"client"`
	Do     string `json:"do"` // start, finish, renew, revoke

	Base        string `json:"base"`
	Key         string `json:"key"`
	Secret      string `json:"secret"`
	PrivateKey  string `json:"private_key"`
	Callback    string `json:"callback"`
	CallbackURL string `json:"callback_url"`
	Token       string `json:"token"`
	TokenSecret string `json:"token_secret"`
	Handle      string `json:"handle"`
}

type providerAnswer struct {
	URL, Token, Secret, User, Error string
	Status                          int
	More                            map[string]string
	Body                            map[string]string
}

// providerClients starts the process that has the clients.
func providerClients(t *testing.T) func(providerJob) providerAnswer {
	t.Helper()
	if exec.Command(python, "-c", "import mwoauth, tweepy, requests_oauthlib, cryptography").Run() != nil {
		missing(t, "python3-mwoauth and python3-tweepy, with python3-requests-oauthlib and python3-cryptography")
	}
	ask := converse[providerJob, providerAnswer](t, python, "testdata/python/provider_clients.py")
	return func(j providerJob) providerAnswer { return ask(t, j) }
}

// A moved is a consumer that has moved here from another provider.
type moved struct {
	*testing.T
	d      *daemon
	do     func(providerJob) providerAnswer
	job    providerJob
	signer *consumer
}

const movedCallback = "https://printer.example.test/ready"

// move registers a consumer of that profile.
func move(t *testing.T, d *daemon, do func(providerJob) providerAnswer, client, profile string, flags ...string) *moved {
	t.Helper()
	c := d.addConsumer(append([]string{"--name", client, "--profile", profile, "--callback", movedCallback}, flags...)...)
	return &moved{T: t, d: d, do: do, signer: c, job: providerJob{Client: client, Base: "http://" + d.public, Key: c.key, Secret: c.secret, Callback: movedCallback}}
}

// dance walks it and returns what the client has got.
func (m *moved) dance() providerAnswer {
	m.Helper()
	m.job.Do = "start"
	started := m.do(m.job)
	if started.Error != "" {
		m.Fatalf("starting: %s", started.Error)
	}
	m.job.Do, m.job.CallbackURL = "finish", m.d.allow(m.T, "ada", "correct horse battery", started.URL)
	if !strings.HasPrefix(m.job.CallbackURL, movedCallback+"?oauth_token=") {
		m.Errorf("the user came back to %s", m.job.CallbackURL)
	}
	got := m.do(m.job)
	if got.Error != "" || got.Token == "" {
		m.Fatalf("finishing: %+v", got)
	}
	m.job.Token, m.job.TokenSecret = got.Token, got.Secret
	return got
}

// opens says how the gate answers to the client's access token.
func (m *moved) opens() string {
	m.Helper()
	c := *m.signer
	c.token, c.tokenSecret = m.job.Token, m.job.TokenSecret
	if m.job.PrivateKey != "" {
		c.method, c.private = oauth1.RSASHA1, m.signer.private
	}
	a, err := m.d.wire().gate(m.d.wire().request(&c))
	if err != nil {
		m.Fatal(err)
	}
	if a.status == 200 {
		return "ok"
	}
	return a.problem
}

// TestConsumersMoveFromOtherProviders lets a client that was written for each
// provider walk its dance here, with nothing changed but the base URL.
func TestConsumersMoveFromOtherProviders(t *testing.T) {
	d := startDaemon(t, "", "endpoints: {aliases: [atlassian, mediawiki, wordpress, magento, twitter, yahoo]}")
	d.addUser("ada", "correct horse battery")
	do := providerClients(t)

	t.Run("mediawiki: mwoauth", func(t *testing.T) {
		m := move(t, d, do, "mediawiki", "mediawiki")
		if got := m.dance(); got.User != "ada" {
			t.Errorf("it identified %q, want ada", got.User)
		}
	})
	t.Run("twitter: tweepy", func(t *testing.T) {
		m := move(t, d, do, "twitter", "twitter")
		m.dance()
		m.job.Do = "revoke"
		if got := m.do(m.job); got.Status != 200 || got.Body["access_token"] != m.job.Token {
			t.Errorf("revoking: got %+v", got)
		}
		if got := m.opens(); got != oauth1.ProblemTokenRevoked {
			t.Errorf("with a revoked token: got %s", got)
		}
		m.job.Do = "start"
		if back := d.deny(t, "ada", "correct horse battery", m.do(m.job).URL); !strings.HasPrefix(back, movedCallback+"?denied=") {
			t.Errorf("denied: the user came back to %s", back)
		}
	})
	for _, client := range []string{"wordpress", "magento", "magento2"} {
		t.Run(client, func(t *testing.T) {
			m := move(t, d, do, client, strings.TrimSuffix(client, "2"))
			m.dance()
			if got := m.opens(); got != "ok" {
				t.Errorf("the access token opens nothing: %s", got)
			}
		})
	}
	t.Run("yahoo", func(t *testing.T) {
		m := move(t, d, do, "yahoo", "yahoo")
		m.renewed(m.dance(), "3600")
	})
	t.Run("atlassian", func(t *testing.T) {
		private, public := writeKeyPair(t)
		m := move(t, d, do, "atlassian", "atlassian", "--public-key", public, "--method", "RSA-SHA1")
		m.job.PrivateKey, m.signer.private = private, parsePrivateKey(t, private)
		m.renewed(m.dance(), "157680000")
		m.job.Do = "start"
		if back := d.deny(t, "ada", "correct horse battery", m.do(m.job).URL); !strings.HasSuffix(back, "&oauth_verifier=denied") {
			t.Errorf("denied: the user came back to %s", back)
		}
	})
}

// renewed renews an access token with the handle of its session.
func (m *moved) renewed(got providerAnswer, life string) {
	m.Helper()
	if got.More["oauth_expires_in"] != life || got.More["oauth_authorization_expires_in"] == "" {
		m.Errorf("got %v, want oauth_expires_in %s", got.More, life)
	}
	old := m.job
	m.job.Do, m.job.Handle = "renew", got.More["oauth_session_handle"]
	renewed := m.do(m.job)
	if renewed.Status != 200 || renewed.More["oauth_token"] == old.Token {
		m.Fatalf("renewing: got %+v", renewed)
	}
	if got := m.opens(); got != oauth1.ProblemTokenRevoked {
		m.Errorf("with the old token: got %s", got)
	}
	m.job.Token, m.job.TokenSecret = renewed.More["oauth_token"], renewed.More["oauth_token_secret"]
	if got := m.opens(); got != "ok" {
		m.Errorf("with the new token: got %s", got)
	}
}

func parsePrivateKey(t *testing.T, text string) *rsa.PrivateKey {
	t.Helper()
	block, _ := pem.Decode([]byte(text))
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return key.(*rsa.PrivateKey)
}
