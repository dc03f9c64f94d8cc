// A consumer made of the npm package oauth: JSON jobs in, JSON answers out, a line each.
import https from "node:https";
import querystring from "node:querystring";
import readline from "node:readline";
import oauth from "oauth";

// The library gives RSA keys in the place of the secret.
function client(job) {
  const secret = job.signature_method.startsWith("RSA") ? job.private_key : job.secret;
  return new oauth.OAuth(job.request_token_url, job.access_token_url, job.key, secret, "1.0",
    job.callback ?? null, job.signature_method);
}

const refusal = (e) => ({ error: e.statusCode ? `${e.statusCode} ${e.data}` : String(e) });

function requestToken(job, done) {
  client(job).getOAuthRequestToken((e, token, secret) =>
    done(e ? refusal(e) : { token, secret, url: `${job.authorize_url}?oauth_token=${encodeURIComponent(token)}` }));
}

// The library leaves the callback to its user.
function accessToken(job, done) {
  const verifier = job.verifier ?? new URL(job.callback_url).searchParams.get("oauth_verifier");
  if (!verifier) return done({ error: "the callback has no oauth_verifier" });
  client(job).getOAuthAccessToken(job.token, job.token_secret, verifier, (e, token, secret) =>
    done(e ? refusal(e) : { token, secret }));
}

// pairs gives the library what it takes for a form: an object, arrays where a
// name repeats.
function pairs(list) {
  const form = {};
  for (const [name, value] of list) {
    form[name] = name in form ? [].concat(form[name], value) : value;
  }
  return form;
}

function call(job, done) {
  const c = client(job);
  const url = job.query ? `${job.url}?${querystring.stringify(pairs(job.query))}` : job.url;
  const answer = (e, data, response) => (response
    ? done({ status: response.statusCode, problem: response.headers["x-oauth1-problem"] ?? "" })
    : done(refusal(e)));
  if (job.via === "query") return callSignedURL(c, url, job, done);
  switch (job.method) {
    case "GET": return c.get(url, job.token, job.token_secret, answer);
    case "DELETE": return c.delete(url, job.token, job.token_secret, answer);
    case "PUT": return c.put(url, job.token, job.token_secret, body(job), job.content_type, answer);
    case "POST": return c.post(url, job.token, job.token_secret, body(job), job.content_type, answer);
  }
  return done({ error: `the library has no ${job.method}` });
}

const body = (job) => (job.form ? pairs(job.form) : job.body ?? "");

// The library only signs the URL here; sending is its user's.
function callSignedURL(c, url, job, done) {
  if (job.form) return done({ error: "the library signs no form into a URL" });
  const signed = c.signUrl(url, job.token, job.token_secret, job.method);
  const headers = job.content_type ? { "Content-Type": job.content_type } : {};
  const r = https.request(signed, { method: job.method, headers }, (response) => {
    response.resume();
    response.on("end", () => done({ status: response.statusCode, problem: response.headers["x-oauth1-problem"] ?? "" }));
  });
  r.on("error", (e) => done(refusal(e)));
  r.end(job.body);
}

const jobs = { request_token: requestToken, access_token: accessToken, call };

for await (const line of readline.createInterface({ input: process.stdin })) {
  const job = JSON.parse(line);
  const answer = await new Promise((done) => {
    try {
      jobs[job.do](job, done);
    } catch (e) { // whatever the library does is the answer
      done({ error: String(e) });
    }
  });
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
