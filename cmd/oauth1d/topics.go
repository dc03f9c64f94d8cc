package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"oauth1d/provider/oauth1"
)

// addTopics adds help that belongs to no command. "help config" is the help of
// the command of that name.
func addTopics(root *cobra.Command) {
	for name, text := range map[string]struct{ short, long string }{
		"env":        {"How variables of the environment set the configuration", helpEnv},
		"causes":     {"What each cause of a signature that does not match means", helpCauses()},
		"errors":     {"What each oauth_problem means and what to do about it", helpErrors()},
		"exit-codes": {"What each exit code means", helpExitCodes},
		"proxies":    {"Which endpoint a reverse proxy asks, and how", helpProxies},
		"scopes":     {"How to say what tokens may do", helpScopes},
		"signin":     {"How the daemon learns who sits at the browser", helpSignin},
	} {
		root.AddCommand(&cobra.Command{Use: name, Short: text.short, Long: strings.Trim(text.long, "\n")})
	}
	root.InitDefaultHelpCmd()
	for _, c := range root.Commands() {
		if c.Name() == "help" {
			show := c.Run
			// cobra itself takes a topic that it does not know for no mistake.
			c.Run, c.RunE = nil, func(cmd *cobra.Command, args []string) error {
				if found, _, err := root.Find(args); err != nil || found == root && len(args) > 0 {
					return fail(exitUsage, fmt.Errorf("there is no help on %q", strings.Join(args, " ")))
				}
				show(cmd, args)
				return nil
			}
		}
	}
}

const helpEnv = `
Every key of the configuration can be set by a variable: OAUTH1D_ and the key in
capitals, with underscores for dots.

  OAUTH1D_LISTEN_PUBLIC=:5849
  OAUTH1D_PROXY_TRUSTED=10.0.0.0/8,unix         lists are separated by commas
  OAUTH1D_STORE_MASTER_KEY_FILE=/run/secrets/master.key

A flag beats the environment, the environment beats the file, the file beats the
default. "oauth1d config show --origin" says where each value comes from, and
"oauth1d config print" lists every key.

A variable that sets nothing is a mistake, as an unknown key in the file is. Env
files of some tools keep quotes: OAUTH1D_STORE_PATH="/data/o.db" may arrive with
them, and is refused then. proxy.hosts, policy.scopes and policy.routes can be set in
the file only. No variable holds a secret: secrets are given as files.
`

const helpExitCodes = `
  0  done
  1  failed
  2  wrong usage
  3  configuration refused; a master key that is missing or not the store's
  4  no such consumer, user, token or refused request
  5  daemon not reachable, or store in use by another process
  6  refused by the OAuth rules
`

const helpProxies = `
The reverse proxy asks about every request, on listen.private, and lets it through
on 200 with the identity headers of the answer. One dialect an endpoint:

  nginx, HAProxy     /auth/nginx        X-Original-Method, X-Original-URI,
                                        X-Forwarded-Proto, X-Forwarded-Host
  ingress-nginx      /auth/nginx-url    X-Original-Method, X-Original-URL
  Traefik, Caddy     /auth/forward      X-Forwarded-Method, -Proto, -Host, -Uri
  Envoy ext_authz    /auth/envoy/...    the request line, X-Forwarded-Proto, Host

Signatures cover the URL as the consumer wrote it, so the proxy must hand it on
byte for byte:

  - the scheme and host that consumers use, or a public address in proxy.hosts;
  - the raw request URI: $request_uri in nginx, never $uri;
  - no cleaning of the path, no merging of slashes, no decoding of %2F;
  - Authorization and Content-Type, which nginx passes by default.

Only peers in proxy.trusted are answered. The proxy must delete Remote-User,
Remote-Groups, X-OAuth-Consumer, X-OAuth-Scopes and X-OAuth-Token-Id from what
clients send, and set them from the answer; let the application listen where only
the proxy reaches it.

Form posts are signed with their body, which most proxies do not send along: they
are refused with form_body_unavailable, unless they go through listen.public with
upstream.url set (inline mode), or the proxy sends bodies and verify.forms is body.
`

// remedies say what a consumer's developer, or the operator, does about a
// problem. Every word of oauth1.Outcomes has one.
var remedies = map[string]string{
	oauth1.OutcomeNoCredentials:                   "send OAuth parameters; or find what on the way removes the Authorization header",
	oauth1.ProblemVersionRejected:                 "send oauth_version=1.0 or leave it out",
	oauth1.ProblemParameterAbsent:                 "send what oauth_parameters_absent names",
	oauth1.ProblemParameterRejected:               "look at the advice: a parameter repeats, is mixed, malformed or too long",
	oauth1.ProblemTimestampRefused:                "set the consumer's clock (NTP); oauth_acceptable_timestamps says what was right",
	oauth1.ProblemSignatureMethodRejected:         "sign with a method of the consumer: oauth1d consumer show KEY",
	oauth1.ProblemNonceUsed:                       "make a new nonce and timestamp for every request, repeated ones included",
	oauth1.ProblemConsumerKeyUnknown:              "check the key: oauth1d consumer list",
	oauth1.ProblemConsumerKeyRejected:             "ask the operator whether this consumer may do this",
	oauth1.ProblemConsumerKeyRefused:              "the consumer is disabled: oauth1d consumer enable KEY",
	oauth1.ProblemTokenUsed:                       "this request token was traded already; start a new dance",
	oauth1.ProblemTokenExpired:                    "start a new dance",
	oauth1.ProblemTokenRevoked:                    "start a new dance; the user or the operator has ended the token",
	oauth1.ProblemTokenRejected:                   "use a token that was issued to this consumer, or start a new dance",
	oauth1.ProblemSignatureInvalid:                "find out what is different: oauth1d request explain",
	oauth1.ProblemVerifierInvalid:                 "send the oauth_verifier or PIN that the user brought back, exactly",
	oauth1.ProblemPermissionUnknown:               "the user has not decided yet; wait for the callback or the PIN",
	oauth1.ProblemPermissionDenied:                "the credentials are good, but not for this: ask the operator for the right scope",
	oauth1.ProblemUserRefused:                     "the user said no; ask before trying again",
	oauth1.ProblemAdditionalAuthorizationRequired: "the user must authorize again; start a new dance",
	oauth1.ProblemBodyHashMismatch:                "compute oauth_body_hash over the body exactly as it is sent",
	oauth1.ProblemFormBodyUnavailable:             "the proxy did not send the form along: oauth1d help proxies",
	oauth1.ProblemRateLimited:                     "wait as long as Retry-After says",
	oauth1.ProblemForwardedURLMissing:             "the proxy does not say which URL was asked for: oauth1d help proxies",
	oauth1.ProblemUntrustedPeer:                   "add the proxy's address to proxy.trusted",
	oauth1.ProblemStoreError:                      "try again later; the operator finds the cause in the daemon's log",
	oauth1.ProblemInternal:                        "a fault of the daemon; the operator finds the cause in its log by the request id",
}

func helpErrors() string {
	var b strings.Builder
	b.WriteString("A refusal names its problem in WWW-Authenticate (oauth_problem), and the daemon itself\nin X-OAuth1-Problem. Auth subrequests of nginx know no status but 401 and 403.\nno_credentials is the name in the metrics; the consumer is told parameter_absent.\n\n")
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "PROBLEM\tSTATUS\tWHAT TO DO")
	for _, name := range oauth1.Outcomes() {
		status := 401 // of no_credentials, which is no problem but the lack of all parameters
		if name != oauth1.OutcomeNoCredentials {
			status = oauth1.Refuse(name, "").Status
		}
		fmt.Fprintf(w, "%s\t%d\t%s\n", name, status, remedies[name])
	}
	_ = w.Flush() // into memory
	return b.String()
}
