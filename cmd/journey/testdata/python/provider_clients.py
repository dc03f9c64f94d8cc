"""Consumers that were written for one provider each: JSON jobs in, JSON answers out,
a line each. Of each client nothing is changed but its base URL.

mediawiki is the package mwoauth, twitter the package tweepy. The others do what the
documentation of their provider tells its consumers to do, with requests-oauthlib.
"""

import json
import sys
from urllib.parse import parse_qs, urlsplit

import mwoauth
import requests
import tweepy
from oauthlib.oauth1 import SIGNATURE_RSA, SIGNATURE_TYPE_BODY, SIGNATURE_TYPE_QUERY
from requests_oauthlib import OAuth1, OAuth1Session


class MediaWiki:
    def start(self, job):
        self.shake = mwoauth.Handshaker(job["base"] + "/w/index.php", mwoauth.ConsumerToken(job["key"], job["secret"]))
        page, self.request = self.shake.initiate()
        return {"url": page}

    def finish(self, job):
        token = self.shake.complete(self.request, urlsplit(job["callback_url"]).query)
        who = self.shake.identify(token)
        return {"token": token.key, "secret": token.secret, "user": who["username"]}


class Twitter:
    def start(self, job):
        self.handler = tweepy.OAuth1UserHandler(job["key"], job["secret"])  # its callback is in the registry
        self.handler._get_oauth_url = lambda endpoint: job["base"] + "/oauth/" + endpoint
        return {"url": self.handler.get_authorization_url(signin_with_twitter=True)}

    def finish(self, job):
        back = parse_qs(urlsplit(job["callback_url"]).query)
        token, secret = self.handler.get_access_token(back["oauth_verifier"][0])
        return {"token": token, "secret": secret}

    def revoke(self, job):
        auth = OAuth1(job["key"], job["secret"], job["token"], job["token_secret"])
        r = requests.post(job["base"] + "/1.1/oauth/invalidate_token.json", auth=auth)
        return {"status": r.status_code, "body": r.json()}


class Session:
    """The three legs as documented, and the paths of one provider."""

    initiate, authorize, token = "", "", ""
    callback = True

    def session(self, job, **more):
        return OAuth1Session(job["key"], client_secret=job["secret"], **more)

    def start(self, job):
        s = self.session(job, callback_uri=job["callback"] if self.callback else None)
        self.request = s.fetch_request_token(job["base"] + self.initiate)
        return {"url": s.authorization_url(job["base"] + self.authorize), "more": self.request}

    def finish(self, job):
        s = self.session(job, resource_owner_key=self.request["oauth_token"], resource_owner_secret=self.request["oauth_token_secret"])
        back = s.parse_authorization_response(job["callback_url"])
        t = s.fetch_access_token(job["base"] + self.token, verifier=back["oauth_verifier"])
        return {"token": t["oauth_token"], "secret": t["oauth_token_secret"], "more": t}


class WordPress(Session):
    initiate, authorize, token = "/oauth1/request", "/oauth1/authorize", "/oauth1/access"


class Magento(Session):
    initiate, authorize, token = "/oauth/initiate", "/admin/oauth_authorize", "/oauth/token"


class Magento2(Session):
    initiate, authorize, token = "/oauth/token/request", "/oauth/authorize", "/oauth/token/access"
    callback = False  # its callback is in the registry


class Atlassian(Session):
    initiate, authorize, token = ["/plugins/servlet/oauth/" + p for p in ("request-token", "authorize", "access-token")]

    def session(self, job, **more):
        return OAuth1Session(job["key"], signature_method=SIGNATURE_RSA, rsa_key=job["private_key"], **more)

    def renew(self, job):
        s = self.session(job, resource_owner_key=job["token"], resource_owner_secret=job["token_secret"])
        s._client.client.get_oauth_params = with_handle(s._client.client.get_oauth_params, job["handle"])
        r = s.post(job["base"] + self.token)
        return {"status": r.status_code, "more": {k: v[0] for k, v in parse_qs(r.text).items()}}


class Yahoo(Session):
    initiate, authorize, token = "/oauth/v2/get_request_token", "/oauth/v2/request_auth", "/oauth/v2/get_token"

    def session(self, job, **more):
        return OAuth1Session(job["key"], client_secret=job["secret"], signature_type=SIGNATURE_TYPE_QUERY, **more)

    def renew(self, job):
        s = self.session(job, resource_owner_key=job["token"], resource_owner_secret=job["token_secret"])
        s._client.client.get_oauth_params = with_handle(s._client.client.get_oauth_params, job["handle"])
        r = s.get(job["base"] + self.token)
        return {"status": r.status_code, "more": {k: v[0] for k, v in parse_qs(r.text).items()}}


class LTI11:
    """A learning management system that launches a tool (LTI 1.1, section 4)."""

    def start(self, job):
        form = {
            "lti_message_type": "basic-lti-launch-request", "lti_version": "LTI-1p0", "resource_link_id": "88391-e1919-bb3456",
            "user_id": "29123", "roles": "Instructor", "lis_person_name_full": "Ada Löwelace", "context_title": "Maths & more",
        }
        auth = OAuth1(job["key"], job["secret"], signature_type=SIGNATURE_TYPE_BODY, callback_uri="about:blank")
        return {"status": requests.post(job["base"] + "/launch?tool=quiz", data=form, auth=auth).status_code}


def with_handle(params, handle):
    """oauthlib knows no session extension; its parameters are these and one more."""
    return lambda request: params(request) + [("oauth_session_handle", handle)]


CLIENTS = {c.__name__.lower(): c for c in (MediaWiki, Twitter, WordPress, Magento, Magento2, Atlassian, Yahoo, LTI11)}
running = {}

for line in sys.stdin:
    job = json.loads(line)
    try:
        if job["do"] == "start":
            running[job["client"]] = CLIENTS[job["client"]]()
        answer = getattr(running[job["client"]], job["do"])(job)
    except Exception as e:  # whatever the client does is the answer
        answer = {"error": f"{type(e).__name__}: {e}"}
    print(json.dumps(answer), flush=True)
