// A consumer made of the npm package oauth-sign, used as the package request used
// it: it gets the parameters of query and form taken apart.
import querystring from "node:querystring";
import oauth from "oauth-sign";
import { answer, fresh, grouped } from "./signer.mjs";

function sign({ job, method, url, query, form, extra }) {
  const u = new URL(url);
  const own = fresh(job, extra);
  const pairs = [...entries(querystring.parse(u.search.slice(1))), ...query, ...form, ...Object.entries(own)];
  const secret = job.signature_method.startsWith("RSA") ? job.private_key : job.secret;
  own.oauth_signature = oauth.sign(job.signature_method, method, u.origin + u.pathname, grouped(pairs), secret, job.token_secret);
  return { parameters: own };
}

const entries = (o) => Object.entries(o).flatMap(([name, value]) => [value].flat().map((v) => [name, v]));

await answer(sign);
