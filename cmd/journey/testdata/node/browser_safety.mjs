// What users are to be kept from: other people's forms, frames, links and
// sessions.

import assert from 'node:assert/strict';
import { Visit, control, exchange } from './browser_visit.mjs';

// hostilePage opens a page of somebody else's making at that origin.
async function hostilePage(page, origin, html) {
  await page.goto(`${origin}/page?html=${encodeURIComponent(`<!DOCTYPE html><title>Win a prize</title>${html}`)}`);
}

// decisionForm is the consent form as another site would copy it.
function decisionForm(round, fields) {
  const inputs = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`);
  return `<form method="post" action="${round.base}/oauth/authorize">${inputs.join('')}<button>Claim</button></form>`;
}

const fieldsOf = async (page, ask) => ({
  oauth_token: ask.token, form_token: await page.locator('main form .stub input[name=form_token]').getAttribute('value'), decision: 'allow',
});

// stillUndecided proves that what was tried before had no effect.
async function stillUndecided(visit, as, ask) {
  await visit.page.goto(visit.authorizeURL(ask));
  assert.match(await visit.heading(), /^Allow /, 'the request is still open');
  await visit.press('Allow');
  const got = await visit.arrived();
  assert.equal(await exchange(visit.round, as, ask, got.get('oauth_verifier')), 200);
}

// refusedPage opens a page that must be an error page and must stay there.
async function refusedPage(visit, path, status, heading) {
  const answer = await visit.page.goto(visit.round.base + path);
  assert.equal(answer.status(), status, path);
  assert.equal(answer.request().redirectedFrom(), null, `${path} redirects`);
  assert.match(await visit.heading(), heading);
}

export const safety = {
  async 'the session cookie is for the daemon alone, and new after sign-in'(round) {
    const visit = await Visit.open(round);
    await visit.ask('printer');
    const before = await visit.session();
    assert.deepEqual(
      { name: before.name, httpOnly: before.httpOnly, sameSite: before.sameSite, path: before.path, secure: before.secure, domain: before.domain },
      { name: 'oauth1d', httpOnly: true, sameSite: 'Lax', path: '/', secure: false, domain: new URL(round.base).hostname },
    );
    assert.equal(before.expires, -1, 'it ends with the browser');
    await visit.signIn('ada');
    const after = await visit.session();
    assert.notEqual(after.value, before.value);
    assert.ok(after.httpOnly && after.sameSite === 'Lax');

    // Who planted the first one is not signed in by it.
    const other = await Visit.open(round);
    await other.context.addCookies([before]);
    await other.ask('printer');
    assert.match(await other.heading(), /^Sign in/);
    await other.end();
    await visit.end();
  },

  async 'a session id from elsewhere is not taken'(round) {
    const visit = await Visit.open(round);
    const planted = 'A'.repeat(43);
    await visit.context.addCookies([{ name: 'oauth1d', value: planted, url: round.base }]);
    await visit.ask('printer');
    assert.notEqual((await visit.session()).value, planted);
    await visit.end();
  },

  async 'another site cannot decide, not even with a stolen form'(round) {
    const visit = await Visit.open(round, { user: 'ada' });
    const ask = await visit.ask('printer');
    const fields = await fieldsOf(visit.page, ask);
    // The neighbour is the same site to SameSite: the cookie comes along.
    for (const origin of [round.evil, round.neighbour]) {
      await hostilePage(visit.page, origin, decisionForm(round, fields));
      const answer = visit.page.waitForResponse((r) => r.request().method() === 'POST');
      await visit.press('Claim');
      assert.equal((await answer).status(), 403, origin);
      assert.match(await visit.heading(), /^This form came from somewhere else$/);
    }
    await stillUndecided(visit, 'printer', ask);
    await visit.end();
  },

  async 'another site cannot sign in or out'(round) {
    const visit = await Visit.open(round, { user: 'ada' });
    for (const path of ['/oauth/signout', '/oauth/signin']) {
      await hostilePage(visit.page, round.neighbour,
        `<form method="post" action="${round.base}${path}"><input name="username" value="grace"><input name="password" value="x"><button>Claim</button></form>`);
      await visit.press('Claim');
      assert.match(await visit.heading(), /^This form came from somewhere else$/);
    }
    await visit.ask('printer');
    assert.match(await visit.page.locator('main').innerText(), /signed in as ada/);
    await visit.end();
  },

  async 'a form of another session, or none, decides nothing'(round) {
    const visit = await Visit.open(round, { user: 'ada' });
    const ask = await visit.ask('printer');
    const stranger = await Visit.open(round, { user: 'grace' });
    await stranger.page.goto(visit.authorizeURL(ask));
    const foreign = (await fieldsOf(stranger.page, ask)).form_token;
    await stranger.end();
    for (const value of [foreign, '']) {
      await visit.page.goto(visit.authorizeURL(ask));
      await visit.page.locator('main form .stub input[name=form_token]').evaluate((e, v) => { e.value = v; }, value);
      await visit.press('Allow');
      assert.match(await visit.heading(), /^This form is out of date$/);
    }
    await stillUndecided(visit, 'printer', ask);
    await visit.end();
  },

  async 'a link cannot decide'(round) {
    const visit = await Visit.open(round, { user: 'ada' });
    const ask = await visit.ask('printer');
    const { form_token } = await fieldsOf(visit.page, ask);
    await visit.page.goto(`${visit.authorizeURL(ask)}&decision=allow&form_token=${form_token}`);
    await stillUndecided(visit, 'printer', ask);
    await visit.end();
  },

  async 'no site can frame a page'(round) {
    const visit = await Visit.open(round, { user: 'ada' });
    const ask = await control(round, 'token', { as: 'printer' });
    for (const origin of [round.evil, round.neighbour]) {
      const refused = visit.page.waitForEvent('console', (m) => /frame-ancestors 'none'/.test(m.text()));
      await hostilePage(visit.page, origin, `<iframe src="${visit.authorizeURL(ask)}"></iframe>`);
      await refused;
      const text = await visit.page.frames()[1].locator('body').innerText().catch(() => '');
      assert.ok(!text.includes('Photo Printer'), text);
    }
    visit.wrong = visit.wrong.filter((w) => !w.includes("frame-ancestors 'none'"));
    await visit.end();
  },

  async 'a request that is unknown, used or broken ends on a page'(round) {
    const visit = await Visit.open(round, { user: 'ada' });
    const lure = `&oauth_callback=${encodeURIComponent(round.evil + '/page')}`;
    await refusedPage(visit, `/oauth/authorize?oauth_token=nobody${lure}`, 404, /^This request is no longer valid$/);
    await refusedPage(visit, `/oauth/authorize?${lure}`, 400, /^This link is incomplete$/);
    await refusedPage(visit, `/oauth/authorize?oauth_token=a&oauth_token=b${lure}`, 400, /^This link is incomplete$/);
    await refusedPage(visit, `/oauth/authorize?oauth_token=%zz${lure}`, 400, /^This form could not be read$/);
    await refusedPage(visit, '/oauth/nothing', 404, /./);

    const ask = await visit.ask('printer');
    await visit.press('Allow');
    const got = await visit.arrived();
    const path = `/oauth/authorize?oauth_token=${ask.token}${lure}`;
    await refusedPage(visit, path, 409, /^This request was already answered$/);
    assert.equal(await exchange(round, 'printer', ask, got.get('oauth_verifier')), 200);
    await refusedPage(visit, path, 404, /^This request is no longer valid$/);
    await visit.end();
  },

  async 'a callback in the link is not looked at'(round) {
    const visit = await Visit.open(round, { user: 'ada' });
    const ask = await control(round, 'token', { as: 'printer' });
    await visit.page.goto(`${visit.authorizeURL(ask)}&oauth_callback=${encodeURIComponent(round.evil + '/page')}`);
    assert.ok(!(await visit.page.content()).includes('evil.test'));
    await visit.press('Allow');
    await visit.arrived();
    await visit.end();
  },

  async 'sign-in leads to no other site'(round) {
    const visit = await Visit.open(round);
    for (const to of ['https://evil.test/', '//evil.test', '/\\evil.test']) {
      await visit.page.goto(`${round.base}/oauth/signin?return=${encodeURIComponent(to)}`);
      assert.ok(!(await visit.page.content()).includes('evil.test'), to);
    }
    await visit.signIn('ada');
    assert.ok(visit.page.url().startsWith(round.base + '/'), visit.page.url());
    await visit.end();
  },

  async 'markup in names is text'(round) {
    const visit = await Visit.open(round, { user: 'ada' });
    await visit.ask('hostile');
    assert.ok((await visit.heading()).includes('<script>alert(1)</script>'));
    assert.equal(await visit.page.locator('script, main img').count(), 0);
    await visit.press('Allow');
    assert.ok((await visit.heading()).includes('<script>alert(1)</script>'));
    await visit.end();
  },
};

// expiry opens a request token that was given out when the scripts began.
export const expiry = (expired) => ({
  async 'an expired request ends on a page'(round) {
    const visit = await Visit.open(round);
    const path = `/oauth/authorize?oauth_token=${expired.token}`;
    for (const end = Date.now() + 5000; Date.now() < end;) {
      if ((await fetch(round.base + path, { redirect: 'manual' })).status === 404) break;
    }
    await refusedPage(visit, path, 404, /^This request is no longer valid$/);
    await visit.end();
  },
});
