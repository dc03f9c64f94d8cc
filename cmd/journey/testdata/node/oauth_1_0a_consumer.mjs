// A consumer made of the npm package oauth-1.0a, which takes its digests from its
// user: those of node:crypto.
import { createHmac, createSign } from "node:crypto";
import OAuth from "oauth-1.0a";
import { answer, grouped } from "./signer.mjs";

const digests = {
  "HMAC-SHA1": () => (base, key) => createHmac("sha1", key).update(base).digest("base64"),
  "HMAC-SHA256": () => (base, key) => createHmac("sha256", key).update(base).digest("base64"),
  "HMAC-SHA512": () => (base, key) => createHmac("sha512", key).update(base).digest("base64"),
  "RSA-SHA1": (pem) => (base) => createSign("RSA-SHA1").update(base).sign(pem, "base64"),
  "RSA-SHA256": (pem) => (base) => createSign("RSA-SHA256").update(base).sign(pem, "base64"),
  PLAINTEXT: () => undefined, // the library has it
};

// The library signs what it is given as data, and the query that it finds in the
// URL. It returns both among the protocol parameters.
function sign({ job, method, url, query, form, extra }) {
  const client = new OAuth({
    consumer: { key: job.key, secret: job.secret },
    signature_method: job.signature_method,
    hash_function: digests[job.signature_method](job.private_key),
  });
  const token = job.token ? { key: job.token, secret: job.token_secret } : undefined;
  const all = client.authorize({ method, url, data: { ...grouped([...query, ...form]), ...extra } }, token);
  const own = Object.fromEntries(Object.entries(all).filter(([name]) => name.startsWith("oauth_")));
  return { parameters: own, header: client.toHeader(own).Authorization };
}

await answer(sign);
