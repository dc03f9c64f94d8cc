// A visit is one user's time in a browser that knows nobody yet. It watches all
// the while: what the console says, and the headers of every page of the daemon.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';

// What every page must carry: nothing runs, nobody frames, nothing is kept.
const wanted = {
  'x-frame-options': /^DENY$/,
  'x-content-type-options': /^nosniff$/,
  'cache-control': /no-store/,
  'referrer-policy': /^same-origin$/,
  'content-security-policy': /^default-src 'none';.*frame-ancestors 'none'/,
};

// control has a consumer do something: token or exchange.
export async function control(round, act, values) {
  const answer = await fetch(`${round.control}/${act}`, { method: 'POST', body: new URLSearchParams(values) });
  assert.equal(answer.status, 200, `the consumer could not do ${act}`);
  return answer.json();
}

// exchange trades an allowed request token and says the status.
export async function exchange(round, as, ask, verifier) {
  const got = await control(round, 'exchange', { as, token: ask.token, secret: ask.secret, verifier });
  return got.status;
}

export class Visit {
  // prepare signs a user in once, for all visits that are not about signing in.
  static async prepare(round, user, at = `${round.base}/oauth/signin`) {
    const visit = await Visit.open(round);
    await visit.page.goto(at);
    await visit.signIn(user);
    round.sessions[user] = await visit.context.cookies();
    await visit.end();
  }

  static async open(round, { user } = {}) {
    const visit = new Visit();
    visit.round = round;
    visit.wrong = [];
    // A new context costs as much as a scenario, so that one without cookies
    // serves as well.
    visit.context = round.spare.pop() ?? await round.browser.newContext({ javaScriptEnabled: round.javaScript, ignoreHTTPSErrors: true });
    visit.context.setDefaultTimeout(30_000);
    visit.listeners = {
      console: (m) => visit.heard(m),
      weberror: (e) => visit.wrong.push(`script: ${e.error()}`),
      response: (r) => visit.answered(r),
    };
    for (const [event, listener] of Object.entries(visit.listeners)) visit.context.on(event, listener);
    if (user) await visit.context.addCookies(round.sessions[user]);
    visit.page = visit.context.pages()[0] ?? await visit.context.newPage();
    round.open.add(visit);
    return visit;
  }

  heard(message) {
    const text = message.text();
    // Chromium repeats the status of a page that is an error page.
    if (/^Failed to load resource: the server responded with a status of 4/.test(text)) return;
    // On plain http it has no use for the policy, and says so.
    if (text.includes('Cross-Origin-Opener-Policy header has been ignored') && [this.round.base, this.round.admin].some((base) => base?.startsWith('http://') && base.includes('.test'))) return;
    // A secret that is typed into a form is no password of anybody's.
    if (text.includes('Password forms should have (optionally hidden) username fields')) return;
    this.wrong.push(`console: ${text} (${message.location().url})`);
  }

  answered(response) {
    const ours = [this.round.base, this.round.admin].some((base) => base && response.url().startsWith(base + '/'));
    if (!ours || !response.request().isNavigationRequest()) return;
    const headers = response.headers();
    for (const [name, want] of Object.entries(wanted)) {
      if (!want.test(headers[name] ?? '')) this.wrong.push(`${response.status()} ${response.url()}: ${name}: ${headers[name]}`);
    }
  }

  // ask begins a dance at the consumer's site, which sends the browser here.
  async ask(as, page = this.page) {
    const ask = await control(this.round, 'token', { as });
    await page.goto(`${this.round.consumer}/start?oauth_token=${encodeURIComponent(ask.token)}`);
    return ask;
  }

  authorizeURL(ask) {
    return `${this.round.base}/oauth/authorize?oauth_token=${encodeURIComponent(ask.token)}`;
  }

  async signIn(user, password = this.round.users[user]) {
    await this.page.getByLabel('User name').fill(user);
    await this.page.getByLabel('Password').fill(password);
    await this.press('Sign in');
  }

  // press presses a button and waits for the page that it leads to.
  async press(name, page = this.page) {
    await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name, exact: true }).click()]);
  }

  async heading(page = this.page) {
    return (await page.getByRole('heading', { level: 1 }).innerText()).trim();
  }

  // arrived waits for the consumer's page and returns what it was told.
  async arrived(at = `${this.round.consumer}/ready`) {
    await this.page.waitForURL((u) => u.href.startsWith(at + '?'));
    return new URLSearchParams(await this.page.locator('#got').textContent());
  }

  async session() {
    const cookies = await this.context.cookies(this.round.base);
    assert.equal(cookies.length, 1, `cookies: ${JSON.stringify(cookies)}`);
    return cookies[0];
  }

  async photograph(name) {
    if (!this.round.screenshots) return;
    mkdirSync(this.round.screenshots, { recursive: true });
    await this.page.screenshot({ path: `${this.round.screenshots}/${name}.png`, fullPage: true });
  }

  // end leaves the browser as it was and complains about what was seen.
  async end() {
    this.round.open.delete(this);
    for (const page of this.context.pages().slice(1)) await page.close();
    await this.page.goto('about:blank');
    await this.context.clearCookies();
    for (const [event, listener] of Object.entries(this.listeners)) this.context.off(event, listener);
    this.round.spare.push(this.context);
    assert.deepEqual(this.wrong, []);
  }

  // abandon is for a visit that came to no good end.
  async abandon() {
    this.round.open.delete(this);
    await this.context.close();
  }

  // describe says where a visit stood when its scenario failed.
  async describe() {
    const text = await this.page.locator('body').innerText({ timeout: 1000 }).catch(() => '');
    return `\nat ${this.page.url()}: ${text.slice(0, 600)}\n${this.wrong.join('\n')}`;
  }
}
