// An OpenID Connect provider on loopback, with accounts that a test makes and
// removes. The first line on stdin is the setup, and every later one is a change;
// each is answered by one line of JSON on stdout. It ends when stdin does.

import { createServer } from 'node:https';
import { createInterface } from 'node:readline';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { Provider } from 'oidc-provider';

console.info = console.warn = console.error; // stdout is for answers

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const setup = JSON.parse((await lines.next()).value);
const accounts = new Map(Object.entries(setup.accounts ?? {})); // by sub: { password, claims }

function key(type, options, alg) {
  const { privateKey } = generateKeyPairSync(type, options);
  return { ...privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: alg };
}

const server = createServer({ cert: setup.cert, key: setup.key });
await new Promise((listening) => server.listen(setup.port ?? 0, '127.0.0.1', listening));
const issuer = `https://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: setup.clients,
  jwks: { keys: [key('rsa', { modulusLength: 2048 }, 'RS256'), key('ec', { namedCurve: 'P-256' }, 'ES256')] },
  cookies: { keys: [randomBytes(32).toString('hex')] },
  claims: { openid: ['sub'], profile: ['preferred_username', 'name'], email: ['email', 'email_verified'], groups: ['groups'] },
  scopes: ['openid', 'offline_access'],
  conformIdTokenClaims: !setup.claims_in_id_token,
  pkce: { required: () => true },
  rotateRefreshToken: true,
  features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 3600, IdToken: 600, Interaction: 600, RefreshToken: 3600, Session: 3600 },
  findAccount: (ctx, sub) => accounts.has(sub)
    ? { accountId: sub, claims: () => ({ sub, ...accounts.get(sub)?.claims }) }
    : undefined,
});

async function form(req) {
  let body = '';
  for await (const part of req) body += part;
  return new URLSearchParams(body);
}

// interact shows one form, for signing in or for agreeing, and takes its answer.
async function interact(req, res) {
  const { prompt, params, session, grantId } = await provider.interactionDetails(req, res);
  if (req.method !== 'POST') {
    const fields = prompt.name === 'login' ? '<input name="name"><input name="password" type="password">' : '';
    res.writeHead(200, { 'content-type': 'text/html' });
    res.end(`<form method="post" data-prompt="${prompt.name}">${fields}<button>Go on</button><button name="deny" value="1">Cancel</button></form>`);
    return;
  }
  const answer = await form(req);
  if (answer.has('deny')) {
    await provider.interactionFinished(req, res, { error: 'access_denied', error_description: 'the user cancelled' });
  } else if (prompt.name === 'login') {
    const found = [...accounts].find(([, a]) => a.claims.preferred_username === answer.get('name') && a.password === answer.get('password'));
    if (!found) {
      res.writeHead(401);
      res.end('wrong name or password');
      return;
    }
    await provider.interactionFinished(req, res, { login: { accountId: found[0] } });
  } else {
    const grant = grantId ? await provider.Grant.find(grantId) : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    grant.addOIDCScope(params.scope);
    await provider.interactionFinished(req, res, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
  }
}

const rest = provider.callback();
server.on('request', (req, res) => {
  if (!req.url.startsWith('/interaction/')) {
    rest(req, res);
    return;
  }
  interact(req, res).catch((err) => {
    console.error(err);
    res.writeHead(500);
    res.end(String(err.message));
  });
});

const tell = (line) => process.stdout.write(JSON.stringify(line) + '\n');
tell({ issuer });
for await (const line of lines) {
  const { remove, change, claims } = JSON.parse(line);
  if (remove) accounts.delete(remove);
  if (change) accounts.get(change).claims = claims;
  tell({ done: true });
}
process.exit(0);
