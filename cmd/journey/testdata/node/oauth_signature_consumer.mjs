// A consumer made of the npm package oauth-signature: it gets the parameters of
// query and form taken apart.
import signature from "oauth-signature";
import { answer, fresh, grouped } from "./signer.mjs";

function sign({ job, method, url, query, form, extra }) {
  const own = fresh(job, extra);
  const inURL = url.includes("?") ? [...new URL(url).searchParams] : [];
  const all = grouped([...inURL, ...query, ...form, ...Object.entries(own)]);
  own.oauth_signature = signature.generate(method, url, all, job.secret, job.token_secret, { encodeSignature: false });
  return { parameters: own };
}

await answer(sign);
