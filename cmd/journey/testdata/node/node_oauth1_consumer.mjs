// A consumer made of the npm package node-oauth1, the oauth.js of 2008 as it is
// kept for node.
import oauth from "node-oauth1";
import { answer } from "./signer.mjs";

// The library takes the query out of the URL itself.
function sign({ job, method, url, query, form, extra }) {
  const message = {
    method, action: url,
    parameters: [...query, ...form, ...Object.entries(extra), ["oauth_signature_method", job.signature_method]],
  };
  const accessor = {
    consumerKey: job.key, consumerSecret: job.secret, privateKey: job.private_key,
    token: job.token, tokenSecret: job.token_secret,
  };
  oauth.completeRequest(message, accessor);
  const own = message.parameters.filter(([name]) => name.startsWith("oauth_"));
  return { parameters: Object.fromEntries(own), header: oauth.getAuthorizationHeader("", own) };
}

await answer(sign);
