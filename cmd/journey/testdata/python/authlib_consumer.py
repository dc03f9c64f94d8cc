"""A consumer made of Authlib: JSON jobs in, JSON answers out, a line each."""

import json
import sys

from authlib.integrations.requests_client import OAuth1Session

TYPES = {"header": "HEADER", "query": "QUERY", "form": "BODY"}


def session(job):
    s = OAuth1Session(
        job["key"],
        client_secret=job["secret"],
        token=job.get("token"),
        token_secret=job.get("token_secret"),
        redirect_uri=job.get("callback"),
        signature_method=job["signature_method"],
        signature_type=TYPES[job["via"]],
        rsa_key=job.get("private_key"),
    )
    s.trust_env = False  # no proxy of the machine's
    s.verify = job["ca"]
    return s


def request_token(job):
    s = session(job)
    t = s.fetch_request_token(job["request_token_url"])
    return {
        "token": t["oauth_token"],
        "secret": t["oauth_token_secret"],
        "url": s.create_authorization_url(job["authorize_url"]),
    }


def access_token(job):
    s = session(job)
    verifier = job.get("verifier")
    if verifier is None:
        verifier = s.parse_authorization_response(job["callback_url"])["oauth_verifier"]
        s.token = {"oauth_token": job["token"], "oauth_token_secret": job["token_secret"]}
    t = s.fetch_access_token(job["access_token_url"], verifier=verifier)
    return {"token": t["oauth_token"], "secret": t["oauth_token_secret"]}


def call(job):
    headers = {"Content-Type": job["content_type"]} if job.get("content_type") else {}
    data = [tuple(p) for p in job["form"]] if job.get("form") else job.get("body", "").encode()
    s = session(job)
    r = s.request(
        job["method"],
        job["url"],
        params=[tuple(p) for p in job.get("query") or []],
        data=data,
        headers=headers,
        auth=s.auth,
    )
    return {"status": r.status_code, "problem": r.headers.get("X-OAuth1-Problem", "")}


JOBS = {"request_token": request_token, "access_token": access_token, "call": call}

for line in sys.stdin:
    job = json.loads(line)
    try:
        answer = JOBS[job["do"]](job)
    except Exception as e:  # whatever the library does is the answer
        answer = {"error": f"{type(e).__name__}: {e}"}
    print(json.dumps(answer), flush=True)
