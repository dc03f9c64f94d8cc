#!/usr/bin/env python3
"""Writes requests that real libraries signed, configured wrongly, one JSON object a
line: Debian's python3-oauthlib and python3-authlib. What is sent is not what they
were told. The output is the same every time for the same versions.
"""
import json, os, sys
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

import authlib, oauthlib
from authlib.oauth1.rfc5849.client_auth import ClientAuth
from oauthlib.oauth1 import Client

KEY, SECRET, TOKEN, TOKEN_SECRET = "dpf43f3p2l4k3l03", "kd94hf93k423kf44", "nnch734d00sl2jdk", "pfkkdhi9sl3r4s00"
FORM = "application/x-www-form-urlencoded"
ORIGINS = [dict(scheme="https", host="photos.example.net", prefix="/gallery"), dict(scheme="http", host="photos.internal", prefix="")]

def with_oauthlib(url, method="GET", body=None, content_type=None, secret=SECRET, token_secret=TOKEN_SECRET, alg="HMAC-SHA1", realm=None):
    c = Client(KEY, client_secret=secret, resource_owner_key=TOKEN, resource_owner_secret=token_secret, signature_method=alg,
               nonce="kllo9940pd9333jh", timestamp="1191242096", realm=realm)
    headers = {"Content-Type": content_type} if content_type else {}
    _, headers, _ = c.sign(url, method, body, headers)
    return headers["Authorization"]

def with_authlib(url, method="GET", body="", content_type=None, secret=SECRET, token_secret=TOKEN_SECRET, alg="HMAC-SHA1", realm=None):
    c = ClientAuth(KEY, client_secret=secret, token=TOKEN, token_secret=token_secret, signature_method=alg, realm=realm)
    import authlib.oauth1.rfc5849.client_auth as module
    module.generate_nonce, module.generate_timestamp = lambda: "kllo9940pd9333jh", lambda: "1191242096"
    _, headers, _ = c.sign(method, url, {"Content-Type": content_type} if content_type else {}, body or "")
    return headers["Authorization"]

def emit(library, cause, sent, method="GET", body=None, content_type=None, authorization=None, accept=()):
    e = dict(name=library, deviation=library.split()[0], expect=[cause], accept=[cause, *accept], method=method, url=sent, authorization=authorization,
             keys=[dict(name="live", consumer_secret=SECRET, token_secret=TOKEN_SECRET),
                   dict(name="previous", consumer_secret="the secret of before", token_secret=TOKEN_SECRET),
                   dict(name="request_token", consumer_secret=SECRET, token_secret="hdhd0244k9j7ao03")], origins=ORIGINS)
    if content_type:
        e["content_type"] = content_type
    if body is not None:
        e["body"] = body
    print(json.dumps(e, sort_keys=True))

def main():
    url = "https://photos.example.net/photos?file=vacation.jpg&size=original"
    bare = "https://photos.example.net/photos"
    for name, sign in (("oauthlib " + oauthlib.__version__, with_oauthlib), ("authlib " + authlib.__version__, with_authlib)):
        emit(name, "scheme", url, authorization=sign(url.replace("https:", "http:")))
        emit(name, "host", url, authorization=sign(url.replace("photos.example.net", "photos.internal")))
        emit(name, "host", url, authorization=sign(url.replace("photos.example.net", "www.photos.example.net")))
        emit(name, "port", url.replace("example.net", "example.net:8443"), authorization=sign(url))
        emit(name, "path_prefix", url, authorization=sign(url.replace("/photos?", "/gallery/photos?")))
        emit(name, "trailing_slash", url, authorization=sign(url.replace("/photos?", "/photos/?")))
        emit(name, "query_left_out", url, authorization=sign(bare))
        emit(name, "form_left_out", bare, "POST", "title=a+b", FORM, sign(bare, "POST", None, "text/plain"))
        emit(name, "form_added", bare, "POST", "title=ab&x=1", "text/plain", sign(bare, "POST", "title=ab&x=1", FORM))
        emit(name, "token_secret_missing", url, authorization=sign(url, token_secret=""))
        emit(name, "token_secret_of_request_token", url, authorization=sign(url, token_secret="hdhd0244k9j7ao03"))
        emit(name, "previous_secret", url, authorization=sign(url, secret="the secret of before"))
        emit(name, "http_method", url, "DELETE", authorization=sign(url, "GET"))
        emit(name, "path_encoded_twice", "https://photos.example.net/a%20b", authorization=sign("https://photos.example.net/a%2520b"))
        emit(name, "parameters_encoded_twice", bare + "?q=a%20b", authorization=sign(bare + "?q=a%2520b"))
        emit(name, "empty_values_dropped", bare + "?a=1&b=", authorization=sign(bare + "?a=1"), accept=["query_left_out"])
        emit(name, "method_family", url, authorization=sign(url, alg="PLAINTEXT").replace("PLAINTEXT", "HMAC-SHA1"))
    emit("oauthlib " + oauthlib.__version__, "digest", url, authorization=relabel(url))

def relabel(url):
    """A consumer that names HMAC-SHA1 and signs with HMAC-SHA256."""
    import oauthlib.oauth1.rfc5849 as module
    right = module.signature.sign_hmac_sha1_with_client
    try:
        Client.SIGNATURE_METHODS["HMAC-SHA1"] = module.signature.sign_hmac_sha256_with_client
        return with_oauthlib(url)
    finally:
        Client.SIGNATURE_METHODS["HMAC-SHA1"] = right

if __name__ == "__main__":
    sys.exit(main())
