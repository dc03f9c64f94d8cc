#!/usr/bin/env python3
"""Writes the corpus of mis-signed requests to standard output, one JSON object a line.

Everything here is written after the text of RFC 5849 and shares nothing with the
Go code that it tests. Each deviation is applied to each request; where it changes
nothing, no entry is made, and where several make one and the same signature, each
of them is an acceptable explanation. The output is the same every time.
"""
import base64, hashlib, hmac, itertools, json, os, random, sys
from urllib.parse import unquote_to_bytes

HERE = os.path.dirname(os.path.abspath(__file__))
UNRESERVED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
DIGESTS = {"SHA1": hashlib.sha1, "SHA256": hashlib.sha256, "SHA512": hashlib.sha512}


def b(s):
    return s if isinstance(s, bytes) else s.encode("utf-8")


def esc(s, raw=b"", more=b"", lower=False):
    """Percent-encoding of section 3.6, or a wrong one."""
    out = []
    for c in b(s):
        if (c in UNRESERVED and c not in more) or c in raw:
            out.append(chr(c))
        else:
            out.append(("%%%02x" if lower else "%%%02X") % c)
    return "".join(out)


def undo(s):
    """A name or value of a query or form, decoded."""
    return unquote_to_bytes(s.replace("+", " "))


def pieces(raw, where):
    out = []
    for piece in raw.split("&") if raw else []:
        if piece:
            name, eq, value = piece.partition("=")
            out.append((undo(name), undo(value), where, eq == ""))
    return out


CONSUMER, TOKEN = b"kd94hf93k423kf44", b"pfkkdhi9sl3r4s00"
ODD_CONSUMER, ODD_TOKEN = b"kd94 hf93/k4&23", b"pfk%kdh+i9"
PREVIOUS, REQUEST_TOKEN = b"the secret of before", b"hdhd0244k9j7ao03"


def request(method, url, form=None, json_body=None, alg="HMAC-SHA1", via="header", token="nnch734d00sl2jdk", extra=(), realm=None, odd=False, hashed=False, version=True):
    scheme, rest = url.split("://", 1)
    host, slash, target = rest.partition("/")
    path, _, query = (slash + target).partition("?")
    r = dict(method=method, scheme=scheme, host=host, path=path or "/", query=query, form=form, body=json_body,
             alg=alg, via=via, token=token, realm=realm,
             consumer_secret=ODD_CONSUMER if odd else CONSUMER, token_secret=(ODD_TOKEN if odd else TOKEN) if token else b"")
    oauth = [("oauth_consumer_key", "dpf43f3p2l4k3l03"), ("oauth_signature_method", alg),
             ("oauth_timestamp", "1191242096"), ("oauth_nonce", "kllo9940pd9333jh")]
    if version:
        oauth.append(("oauth_version", "1.0"))
    if token is not None:
        oauth.append(("oauth_token", token))
    if hashed:
        digest = DIGESTS[alg.split("-")[1]]
        oauth.append(("oauth_body_hash", base64.b64encode(digest(b(json_body or "")).digest()).decode()))
    oauth += list(extra)
    r["oauth"] = [(b(n), b(v), "oauth", False) for n, v in oauth]
    return r


def signed(r):
    """What is to be signed of a request: the specification that deviations change."""
    host, _, port = r["host"].lower().partition(":")
    return dict(method=r["method"].upper(), scheme=r["scheme"].lower(), host=host, port=port, keep=False, path=r["path"], tail="",
                params=r["oauth"] + pieces(r["query"], "query") + (pieces(r["form"], "form") if r["form"] else []),
                name=esc, value=esc, outer=esc, uri=esc, equals="always", sort="right", digest=None, family=None,
                cs=r["consumer_secret"], ts=r["token_secret"], enc=esc, amp="&", both=True, spell=lambda s: s)


def base_string(s):
    port = s["port"]
    default = {"http": "80", "https": "443"}[s["scheme"]]
    if s["keep"] and not port:
        port = default
    elif port == default and not s["keep"]:
        port = ""
    uri = s["scheme"] + "://" + s["host"] + (":" + port if port else "") + s["path"] + s["tail"]
    entries = []
    for n, v, where, bare in s["params"]:
        entries.append((s["name"](n), s["value"](v), n, v, bare))
    if s["sort"] == "right":
        entries.sort(key=lambda e: (e[0], e[1]))
    elif s["sort"] == "decoded":
        entries.sort(key=lambda e: (e[2], e[3]))
    elif s["sort"] == "text":
        entries.sort(key=lambda e: e[0] + "=" + e[1])
    elif s["sort"] == "names":
        entries.sort(key=lambda e: e[0])
    joined = []
    for n, v, _, _, bare in entries:
        if v == "" and (s["equals"] == "never" or s["equals"] == "bare" and bare):
            joined.append(n)
        else:
            joined.append(n + "=" + v)
    return s["outer"](s["method"]) + "&" + s["uri"](uri) + "&" + s["outer"]("&".join(joined))


def key_of(s):
    return b(s["enc"](s["cs"])) + b(s["amp"]) + (b(s["enc"](s["ts"])) if s["both"] else b"")


RSA = {}


def rsa(name):
    if name not in RSA:
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
        with open(os.path.join(HERE, name + ".pem"), "rb") as f:
            RSA[name] = load_pem_private_key(f.read(), None)
    return RSA[name]


def signature(r, s):
    alg = r["alg"]
    family, _, digest = alg.partition("-")
    family, digest = s["family"] or family, s["digest"] or digest
    if family == "PLAINTEXT":
        return s["spell"](key_of(s).decode())
    base = b(base_string(s))
    digest = digest or "SHA1"
    if family == "RSA":
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding
        raw = rsa(s.get("rsa", "consumer")).sign(base, padding.PKCS1v15(), {"SHA1": hashes.SHA1, "SHA256": hashes.SHA256, "SHA512": hashes.SHA512}[digest]())
    else:
        raw = hmac.new(key_of(s), base, DIGESTS[digest]).digest()
    return s["spell"](base64.b64encode(raw).decode())


def but(s, **changes):
    out = dict(s)
    out.update(changes)
    return out


def without(s, test):
    return but(s, params=[p for p in s["params"] if not test(p)])




def merged(s, how):
    out, seen = [], {}
    for n, v, w, bare in s["params"]:
        if n in seen:
            i = seen[n]
            if how == "last":
                out[i] = (n, v, w, bare)
            elif how == "comma":
                out[i] = (n, out[i][1] + b"," + v, w, False)
            continue
        seen[n] = len(out)
        out.append((n, v, w, bare))
    return but(s, params=out)


def twice(s):
    return esc(esc(s))


def plain(s):
    return b(s).decode("utf-8", "surrogateescape")


def as_blank(by):
    return lambda s: esc(s).replace("%20", by)


HASH_OF_NOTHING = base64.b64encode(hashlib.sha1(b"").digest())

DEVIATIONS = [
    ("scheme", lambda r, s: but(s, scheme={"http": "https", "https": "http"}[s["scheme"]])),
    ("host", lambda r, s: but(s, host="photos.internal")),
    ("host", lambda r, s: but(s, host="www." + s["host"])),
    ("port", lambda r, s: but(s, keep=True) if not s["port"] else s),
    ("port", lambda r, s: but(s, port="") if s["port"] not in ("", "80", "443") else s),
    ("port", lambda r, s: but(s, port="8080", keep=True)),
    ("path_prefix", lambda r, s: but(s, path="/gallery" + s["path"])),
    ("path_prefix", lambda r, s: but(s, path=s["path"][s["path"].index("/", 1):]) if s["path"].count("/") > 1 else s),
    ("trailing_slash", lambda r, s: but(s, path=s["path"] + "/") if not s["path"].endswith("/") else but(s, path=s["path"][:-1])),
    ("path_encoded_twice", lambda r, s: but(s, path=s["path"].replace("%", "%25"))),
    ("path_not_encoded", lambda r, s: but(s, path=plain(unquote_to_bytes(s["path"])))),
    ("parameters_encoded_twice", lambda r, s: but(s, value=twice)),
    ("parameters_encoded_twice", lambda r, s: but(s, value=twice, name=twice)),
    ("parameters_not_encoded", lambda r, s: but(s, value=plain)),
    ("parameters_not_encoded", lambda r, s: but(s, value=plain, name=plain)),
    ("parameters_not_encoded", lambda r, s: but(s, value=lambda v: esc(v, raw=b"!*'()"), name=lambda v: esc(v, raw=b"!*'()"))),
    ("plus_sign", lambda r, s: but(s, value=as_blank("+"), name=as_blank("+"))),
    ("plus_sign", lambda r, s: but(s, value=as_blank("%2B"), name=as_blank("%2B"))),
    ("unreserved_encoded", lambda r, s: but(s, value=lambda v: esc(v, more=b"~"), name=lambda v: esc(v, more=b"~"), outer=lambda v: esc(v, more=b"~"), uri=lambda v: esc(v, more=b"~"))),
    ("lower_case_hex", lambda r, s: but(s, value=lambda v: esc(v, lower=True), name=lambda v: esc(v, lower=True), outer=lambda v: esc(v, lower=True), uri=lambda v: esc(v, lower=True))),
    ("lower_case_hex", lambda r, s: but(s, value=lambda v: esc(v, lower=True), name=lambda v: esc(v, lower=True))),
    ("query_left_out", lambda r, s: without(s, lambda p: p[2] == "query")),
    ("query_added", lambda r, s: but(s, tail="?" + r["query"]) if r["query"] else s),
    ("query_added", lambda r, s: without(but(s, tail="?" + r["query"]), lambda p: p[2] == "query") if r["query"] else s),
    ("query_added", lambda r, s: but(s, params=s["params"] + [p for p in s["params"] if p[2] == "query"])),
    ("form_left_out", lambda r, s: without(s, lambda p: p[2] == "form")),
    ("form_added", lambda r, s: but(s, params=s["params"] + pieces(r["body"], "added")) if r["body"] and not r["body"].startswith("{") else s),
    ("form_added", lambda r, s: but(s, params=s["params"] + [(b(r["body"]), b"", "added", True)]) if r["body"] else s),
    ("realm_signed", lambda r, s: but(s, params=s["params"] + [(b"realm", b(r["realm"]), "oauth", False)]) if r["realm"] else s),
    ("sorted_before_encoding", lambda r, s: but(s, sort="decoded")),
    ("not_sorted", lambda r, s: but(s, sort="arrived")),
    ("not_sorted", lambda r, s: but(s, sort="text")),
    ("not_sorted", lambda r, s: but(s, sort="names")),
    ("duplicates_merged", lambda r, s: merged(s, "first")),
    ("duplicates_merged", lambda r, s: merged(s, "last")),
    ("duplicates_merged", lambda r, s: merged(s, "comma")),
    ("empty_values_dropped", lambda r, s: without(s, lambda p: p[1] == b"")),
    ("empty_values_dropped", lambda r, s: but(s, equals="bare")),
    ("parameter_left_out", lambda r, s: without(s, lambda p: p[0] == b"oauth_version")),
    ("parameter_left_out", lambda r, s: without(s, lambda p: p[0] == b"oauth_token")),
    ("parameter_left_out", lambda r, s: without(s, lambda p: p[0] == b"oauth_callback")),
    ("parameter_left_out", lambda r, s: without(s, lambda p: p[0] == b"oauth_verifier")),
    ("token_secret_missing", lambda r, s: but(s, both=False)),
    ("token_secret_of_request_token", lambda r, s: but(s, ts=REQUEST_TOKEN) if r["token"] else s),
    ("ampersand_missing", lambda r, s: but(s, amp="")),
    ("secret_encoding", lambda r, s: but(s, enc=plain)),
    ("secret_encoding", lambda r, s: but(s, enc=twice)),
    ("previous_secret", lambda r, s: but(s, cs=PREVIOUS) if not r["alg"].startswith("RSA") else but(s, rsa="previous")),
    ("digest", lambda r, s: but(s, digest="SHA256" if not r["alg"].endswith("SHA256") else "SHA1") if "-" in r["alg"] else s),
    ("digest", lambda r, s: but(s, digest="SHA512") if "-" in r["alg"] and not r["alg"].endswith("SHA512") else s),
    ("method_family", lambda r, s: but(s, family="RSA") if r["alg"].startswith("HMAC") else but(s, family="HMAC") if r["alg"].startswith("RSA") else s),
    ("method_family", lambda r, s: but(s, family="PLAINTEXT") if r["alg"].startswith("HMAC") else s),
    ("http_method", lambda r, s: but(s, method=s["method"].lower())),
    ("http_method", lambda r, s: but(s, method="GET" if s["method"] != "GET" else "POST")),
    ("body_hash", lambda r, s: without(s, lambda p: p[0] == b"oauth_body_hash")),
    ("body_hash", lambda r, s: but(s, params=[(n, HASH_OF_NOTHING if n == b"oauth_body_hash" else v, w, bare) for n, v, w, bare in s["params"]]) if r["alg"].endswith("SHA1") else s),
    ("signature_encoding", lambda r, s: but(s, spell=lambda t: esc(t)) if r["alg"] != "PLAINTEXT" else s),
    ("signature_encoding", lambda r, s: but(s, spell=lambda t: t.rstrip("=")) if r["alg"] != "PLAINTEXT" else s),
    ("signature_encoding", lambda r, s: but(s, spell=lambda t: t.replace("+", "-").replace("/", "_")) if r["alg"] != "PLAINTEXT" else s),
    ("signature_encoding", lambda r, s: but(s, spell=lambda t: base64.b64decode(t).hex()) if r["alg"] != "PLAINTEXT" else s),
    ("signature_encoding", lambda r, s: but(s, spell=lambda t: t.replace("+", " ")) if r["alg"] != "PLAINTEXT" and r["via"] != "header" else s),
]

# In which of its causes a deviation that touches nothing but the key or the
# signature can be combined with one that touches the base string.
KEY_CAUSES = {"token_secret_missing", "token_secret_of_request_token", "ampersand_missing", "secret_encoding", "previous_secret", "digest", "method_family", "signature_encoding"}

RFC = "c2&a3=2+q"
REQUESTS = [
    ("RFC's photo", request("GET", "https://photos.example.net/photos?file=vacation.jpg&size=original")),
    ("odd characters", request("GET", "https://photos.example.net/a%20b/~c%2Fd?q=a+b%2Bc&x=~%21%2A%28%29&y=%C3%A9&n%20m=1")),
    ("RFC's form", request("POST", "http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b", form="c2&a3=2+q", realm="Example")),
    ("duplicates", request("GET", "https://photos.example.net/tags/?tag=b&tag=a&tag=b&z", realm="Photos")),
    ("explicit port", request("GET", "http://photos.example.net:8080/photos/list?page=1&page_size=20", alg="HMAC-SHA256")),
    ("JSON", request("POST", "https://photos.example.net/api/v1/photos?draft=1", json_body='{"name":"a b"}', alg="HMAC-SHA256", hashed=True)),
    ("a form without its type", request("POST", "https://photos.example.net/api/photos", json_body="title=a+b&tags=x", alg="HMAC-SHA512")),
    ("request token", request("POST", "https://photos.example.net/oauth/request-token", token=None, extra=[("oauth_callback", "http://printer.example.com/ready?a=b")])),
    ("access token", request("POST", "https://photos.example.net/oauth/access-token", extra=[("oauth_verifier", "hfdp7dh39dks9884")], realm="Photos")),
    ("empty token", request("GET", "https://photos.example.net/reports/daily?c%40=1&c2=2&day=", token="", alg="HMAC-SHA256")),
    ("in the query", request("GET", "https://photos.example.net/photos?file=vacation%20two.jpg", via="query")),
    ("in the form", request("POST", "https://photos.example.net/photos/42", form="title=A+title&note=x%2By~", via="form")),
    ("RSA", request("GET", "https://jira.example.net/rest/api/2/issue/TEST-1?fields=summary,status&expand=", alg="RSA-SHA1")),
    ("RSA-SHA256", request("POST", "https://jira.example.net/rest/api/2/search?x=%2F", json_body='{"jql":"a = b"}', alg="RSA-SHA256", version=False)),
    ("odd secrets", request("GET", "https://photos.example.net/photos/~ada?size=a%20b", odd=True)),
    ("PLAINTEXT", request("GET", "https://photos.example.net/photos", alg="PLAINTEXT", odd=True)),
    # Those from here on were made after the explainer, by somebody who had not seen it.
    ("orders", request("GET", "https://api.shop.test/v2/orders/?status=open&status=paid&q=r%C3%A9sum%C3%A9%20x&empty=&flag", alg="HMAC-SHA256", realm="Shop")),
    ("an item", request("PUT", "https://api.shop.test/v2/items/a%20b%2Bc?x=%2A%27&a-b=1&a=2&a_b=%7E", json_body='{"k":1}', hashed=True)),
    ("notes", request("POST", "http://api.shop.test:8081/v2/notes", form="text=one+two%26three&text=one&b=&c%20d=%C3%A9", realm="Shop")),
    ("notes in the form", request("POST", "https://api.shop.test/v2/notes?z=1", form="t=a+b~&t=a", alg="HMAC-SHA512", via="form")),
    ("find in the query", request("GET", "https://api.shop.test/find%2Fthis/x?k=v+w&k=v&u~=1", via="query")),
    ("a deletion", request("DELETE", "https://api.shop.test/v2/items/7", realm="Shop")),
    ("raw", request("POST", "https://api.shop.test/v2/raw?q=1", json_body="a=b+c&d=%C3%A9", alg="HMAC-SHA256")),
    ("RSA with a realm", request("GET", "https://api.shop.test/r%20s?x=&y=a,b&x=1&%C3%A9=~", alg="RSA-SHA1", realm="R")),
    ("RSA with a form", request("POST", "https://api.shop.test/r/f", form="a=1&a=2&b=c+d", alg="RSA-SHA256")),
    ("a request token with a scope", request("POST", "https://api.shop.test/oauth/request_token?scope=a%20b", token=None, alg="HMAC-SHA512", extra=[("oauth_callback", "https://c.test/ready?x=%20")])),
    ("a patch", request("PATCH", "https://api.shop.test/caf%C3%A9/1?A=1&a=1&%5B%5D=2", json_body="[1]", hashed=True)),
    ("the root", request("GET", "http://api.shop.test/", version=False)),
]

ORIGINS = [dict(scheme="https", host="photos.example.net", prefix="/gallery"), dict(scheme="http", host="photos.internal", prefix="")]


def emit(name, deviation, r, s, expect, accept, theirs=False):
    sig = signature(r, s)
    oauth = [(n, v) for n, v, _, _ in r["oauth"]] + [(b"oauth_signature", b(sig))]
    e = dict(name=name, deviation=deviation, expect=expect, accept=accept, method=r["method"])
    query, form, header = r["query"], r["form"], ""
    encoded = "&".join(esc(n) + "=" + esc(v) for n, v in oauth)
    if r["via"] == "header":
        parts = ['realm="%s"' % r["realm"]] if r["realm"] else []
        header = "OAuth " + ", ".join(parts + ['%s="%s"' % (esc(n), esc(v)) for n, v in oauth])
    elif r["via"] == "query":
        query = query + "&" + encoded if query else encoded
    else:
        form = form + "&" + encoded if form else encoded
    e["url"] = r["scheme"] + "://" + r["host"] + r["path"] + ("?" + query if query else "")
    e["authorization"] = header
    if form is not None:
        e["content_type"], e["body"] = "application/x-www-form-urlencoded", form
    elif r["body"] is not None:
        e["content_type"], e["body"] = "application/json", r["body"]
    live = dict(name="live", consumer_secret=plain(r["consumer_secret"]), token_secret=plain(r["token_secret"]), public_key="consumer")
    before = dict(name="previous", consumer_secret=plain(PREVIOUS), token_secret=plain(r["token_secret"]), public_key="previous")
    e["keys"] = [live, before]
    if r["token"]:
        e["keys"].append(dict(name="request_token", consumer_secret=plain(r["consumer_secret"]), token_secret=plain(REQUEST_TOKEN)))
    e["origins"] = ORIGINS
    if theirs:
        e["theirs"] = base_string(s)
    json.dump(e, sys.stdout, ensure_ascii=True, sort_keys=True)
    sys.stdout.write("\n")


def fingerprint(r, s):
    return signature(r, s) if not (s["family"] or r["alg"]).startswith("RSA") else base_string(s) + s.get("rsa", "") + str(s["digest"])


def main():
    rng = random.Random(5849)
    combos = 0
    for name, r in REQUESTS:
        right = signed(r)
        emit(name, "right", r, right, [], [])
        groups = {}
        for cause, change in DEVIATIONS:
            s = change(r, right)
            if fingerprint(r, s) != fingerprint(r, right) or s["family"] and s["family"] != r["alg"].split("-")[0]:
                groups.setdefault(fingerprint(r, s), []).append((cause, s))
        kept = []
        for group in groups.values():
            causes = sorted({cause for cause, _ in group})
            emit(name, group[0][0], r, group[0][1], [group[0][0]], causes)
            kept.append((group[0][0], causes))
        # Two at once: one in the base string and one in the key or signature, or
        # two in the base string that do not touch the same thing.
        pairs = [(x, y) for x, y in itertools.combinations(range(len(DEVIATIONS)), 2) if DEVIATIONS[x][0] != DEVIATIONS[y][0]]
        rng.shuffle(pairs)
        made = 0
        for x, y in pairs:
            if made == 6 or r["alg"] == "PLAINTEXT":
                break
            (ca, a), (cb, bb) = DEVIATIONS[x], DEVIATIONS[y]
            if ca in KEY_CAUSES and cb in KEY_CAUSES:
                continue
            sa, sb = a(r, right), bb(r, right)
            s = bb(r, a(r, right))
            other = a(r, bb(r, right))
            prints = [fingerprint(r, t) for t in (right, sa, sb, s, other)]
            if len(set(prints[:4])) < 4 or prints[3] != prints[4] or prints[3] in groups:
                continue
            emit(name, "two", r, s, sorted([ca, cb]), sorted([ca, cb]))
            made += 1
        # What nobody can explain.
        if r["alg"] == "PLAINTEXT":
            emit(name, "unknown", r, but(right, cs=b"another"), ["unknown"], ["unknown"])
            continue
        for i in range(2):
            wrong = bytes(rng.randrange(256) for _ in range(20))
            emit(name, "unknown", r, but(right, spell=lambda t, w=wrong: base64.b64encode(w).decode()), ["unknown"], ["unknown"])
        emit(name, "unknown", r, but(right, spell=lambda t: base64.b64encode(base64.b64decode(t)[:-3]).decode()), ["unknown"], ["unknown"])
        if r["alg"].startswith("HMAC"):
            emit(name, "unknown", r, but(right, cs=b"a secret of somebody else"), ["unknown"], ["unknown"])
        else:
            emit(name, "unknown", r, but(right, rsa="stranger"), ["unknown"], ["unknown"])
        # With the consumer's own base string, though its secret is unknown.
        for cause, change in DEVIATIONS[:12]:
            s = change(r, right)
            if base_string(s) != base_string(right) and r["alg"].startswith("HMAC"):
                causes = sorted({c for c, ch in DEVIATIONS if base_string(ch(r, right)) == base_string(s)})
                emit(name, "theirs", r, but(s, cs=b"a secret of somebody else"), [cause], causes, theirs=True)


if __name__ == "__main__":
    main()
