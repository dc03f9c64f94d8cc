package main

const helpSignin = `
Users have accounts somewhere already. signin.backend says how the daemon learns who
sits at a browser. Administrators are always built-in users ("user add NAME --admin").

local
  Built-in users: "oauth1d user add", "oauth1d user import-htpasswd FILE".

application
  The application's own session. The daemon asks signin.application.url with the
  browser's cookies; 200 with a user in user_header or at user_path says who it is, any
  other answer below 500 that nobody is signed in. Then the browser goes to login_url,
  which gets return_parameter and has to send it back there. The cookies must reach the
  daemon: serve /oauth/ on the application's host, or have cookies for both.

handover
  The browser goes to signin.handover.login_url with a challenge. The application signs
  the user in and answers, with the token of admin.handover_token_file:

    curl -X POST -H "Authorization: Bearer …" -d '{"user":"ada","groups":["staff"]}' \
         http://127.0.0.1:5850/api/v1/signins/CHALLENGE

  and sends the browser to the "redirect" of the answer. DELETE says that nobody signs
  in; GET says for which consumer. A challenge is answered once, within ten minutes,
  and counts in the browser only that it was made for.

header
  A proxy of proxy.trusted has signed the user in and sets signin.header.user on the
  daemon's pages. It must set or remove that header on every request to /oauth/, and
  nobody else may reach the public listener.

oidc
  An OpenID provider. Register https://HOST/oauth/signin/return there as redirect URI.
  signin.oidc.issuer is compared letter by letter. user_claim must be one that no user
  can choose: users are known by that name only.

ldap
  Search, then bind. signin.ldap.url is ldaps://, or ldap:// with start_tls. {user} in
  user_filter is what was typed; user_attribute is what the user is called then.

Users who leave

A user who is disabled here ("user disable") is refused at once, and so are tokens that
act for the user. Whether users with live tokens are still there is asked every
signin.recheck: of the directory, of the OpenID provider (scopes: [openid, profile,
offline_access]), or at signin.user_url, which may be given with every backend but local
and ldap. Who is gone is refused within 1.25 times signin.recheck, until they sign in
again. While nobody answers, users count as there for signin.recheck_grace; then they
are refused. An answer that most users, and more than ten, are gone at once is taken for
none, and logged. Groups are those of the last answer.

When an OpenID provider or a directory gives a name to another person (another sub,
another entry), what the first one had allowed is revoked.

A name that is a built-in user's is never another's: such a user cannot sign in by a
backend. When you change the backend, users of the same name keep what they have
allowed.
`
