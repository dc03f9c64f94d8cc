"""What Debian's python3-oauthlib makes of requests, one a line.

A line holds, in hex and separated by commas: method, scheme, host, request
target, Authorization value, form body, digest, consumer secret, token secret; "-"
stands for an Authorization or a form that is not there. The answer to it is one
line: "=", the normalized parameters, the base string and the HMAC, or "!" and why
oauthlib refuses the request. An empty line has the answers so far written out.
"""

import sys
import urllib.parse

from oauthlib.oauth1.rfc5849 import signature


def text(field):
    # oauthlib works on text. Octets that are none stay visible as surrogates.
    return None if field == "-" else bytes.fromhex(field).decode("utf-8", "surrogateescape")


def answer(line):
    method, scheme, host, target, authorization, form, digest, secret, token_secret = map(text, line.split(","))
    uri = scheme + "://" + host + target
    try:
        parameters = signature.collect_parameters(
            uri_query=urllib.parse.urlparse(uri).query,
            headers={} if authorization is None else {"Authorization": authorization},
            body=form,
        )
        normalized = signature.normalize_parameters(parameters)
        base = signature.signature_base_string(method, signature.base_string_uri(uri), normalized)
        mac = signature._sign_hmac(digest, base, secret, token_secret)
    except (ValueError, UnicodeError) as e:
        return "! " + type(e).__name__
    return "= %s %s %s" % (normalized, base, mac)


def main():
    out = sys.stdout
    for line in sys.stdin:
        line = line.rstrip("\n")
        if line:
            out.write(answer(line) + "\n")
        else:
            out.flush()


main()
