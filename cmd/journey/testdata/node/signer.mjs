// What a library that only signs leaves to its user: sending. JSON jobs in, JSON
// answers out, a line each.
import https from "node:https";
import readline from "node:readline";

// encode is encodeURIComponent with the five characters that it leaves (§3.6).
export const encode = (s) => encodeURIComponent(s).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

const encoded = (list) => list.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&");

// grouped is what the libraries take for parameters: an object, arrays where a
// name repeats.
export function grouped(list) {
  const o = {};
  for (const [name, value] of list) {
    o[name] = Object.hasOwn(o, name) ? [].concat(o[name], value) : value;
  }
  return o;
}

// The nonce and the timestamp of a library that has none.
export const fresh = (job, extra) => ({
  oauth_consumer_key: job.key, oauth_nonce: crypto.randomUUID(), oauth_signature_method: job.signature_method,
  oauth_timestamp: String(Math.floor(Date.now() / 1000)), oauth_version: "1.0",
  ...(job.token ? { oauth_token: job.token } : {}), ...extra,
});

// send has a request signed by the library and sends it. sign gets the protocol
// parameters beyond the usual ones and returns all of them, signature included.
function send(sign, job, method, url, extra = {}) {
  const own = sign({ job, method, url, query: job.query ?? [], form: job.form ?? [], extra });
  const headers = {};
  let query = encoded(job.query ?? []);
  let body = job.form ? encoded(job.form) : job.body ?? "";
  if (job.content_type) headers["Content-Type"] = job.content_type;
  if (job.via === "header") headers.Authorization = own.header ?? header(own.parameters);
  if (job.via === "query") query = [query, encoded(Object.entries(own.parameters))].filter(Boolean).join("&");
  if (job.via === "form") body = [body, encoded(Object.entries(own.parameters))].filter(Boolean).join("&");
  if (job.form || job.via === "form") headers["Content-Type"] = "application/x-www-form-urlencoded";
  if (body) headers["Content-Length"] = Buffer.byteLength(body);
  const target = query ? `${url}${url.includes("?") ? "&" : "?"}${query}` : url;
  return new Promise((done, fail) => {
    const r = https.request(target, { method, headers }, (response) => {
      let data = "";
      response.on("data", (chunk) => { data += chunk; });
      response.on("end", () => done({ status: response.statusCode, problem: response.headers["x-oauth1-problem"] ?? "", data }));
    });
    r.on("error", fail);
    r.end(body);
  });
}

const header = (o) => `OAuth ${Object.entries(o).map(([name, value]) => `${encode(name)}="${encode(value)}"`).join(", ")}`;

async function credentials(asked) {
  const { status, data } = await asked;
  if (status !== 200) return { error: `${status} ${data}` };
  const answer = new URLSearchParams(data);
  return { token: answer.get("oauth_token"), secret: answer.get("oauth_token_secret") };
}

async function requestToken(sign, job) {
  const got = await credentials(send(sign, job, "POST", job.request_token_url, { oauth_callback: job.callback }));
  return got.error ? got : { ...got, url: `${job.authorize_url}?oauth_token=${encodeURIComponent(got.token)}` };
}

async function accessToken(sign, job) {
  const verifier = job.verifier ?? new URL(job.callback_url).searchParams.get("oauth_verifier");
  if (!verifier) return { error: "the callback has no oauth_verifier" };
  return credentials(send(sign, job, "POST", job.access_token_url, { oauth_verifier: verifier }));
}

const call = (sign, job) => send(sign, job, job.method, job.url);

const jobs = { request_token: requestToken, access_token: accessToken, call };

// answer does the jobs one after the other. Whatever the library does is the answer.
export async function answer(sign) {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const job = JSON.parse(line);
    const got = await jobs[job.do](sign, job).catch((e) => ({ error: String(e) }));
    process.stdout.write(`${JSON.stringify(got)}\n`);
  }
}
