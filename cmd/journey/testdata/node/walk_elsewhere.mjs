// Three hosts and an application with accounts of its own; and a daemon that has
// just been installed.

import assert from 'node:assert/strict';
import { Visit, control, exchange } from './browser_visit.mjs';
import { look, withoutHost } from './walk_look.mjs';

async function logIn(visit, user) {
  await visit.page.getByLabel('Who are you?').fill(user);
  await visit.press('Log in');
}

export const application = {
  async "from the consumer to the application's login, back to consent, back to the consumer, and to the account"(round) {
    const visit = await Visit.open(round);
    const { page } = visit;
    const ask = await visit.ask('printer');
    assert.ok(page.url().startsWith(`${round.app}/login?return_to=`), page.url());
    await logIn(visit, 'eve');
    assert.equal(page.url(), visit.authorizeURL(ask), 'the application sends the browser back to where it was');
    assert.match(await page.locator('main').innerText(), /signed in as eve/);
    await look(visit, 'consent-everything', { pictures: ['light', 'dark', 'narrow'] });
    await visit.press('Allow');
    const got = await visit.arrived();
    assert.equal(await exchange(round, 'printer', ask, got.get('oauth_verifier')), 200);

    await page.goto(`${round.base}/oauth/account`);
    assert.match(await page.locator('main').innerText(), /Photo Printer/);
    await look(visit, 'account-everything');
    await visit.end();
  },

  async 'somebody else at the application is somebody else here at once'(round) {
    const visit = await Visit.open(round);
    const ask = await visit.ask('printer');
    await logIn(visit, 'eve');
    await visit.page.goto(`${round.app}/login?return_to=${encodeURIComponent(visit.authorizeURL(ask))}`);
    await logIn(visit, 'adam');
    assert.match(await visit.page.locator('main').innerText(), /signed in as adam/);
    await visit.press('Deny');
    await visit.arrived();
    await visit.end();
  },
};

export const fresh = {
  async 'a new daemon says what to do first, and its lists say that they are empty'(round) {
    const visit = await Visit.open(round);
    const { page } = visit;
    await page.goto(`${round.admin}/admin/`);
    await page.getByLabel('Token').fill(round.token);
    await visit.press('Sign in with the token');
    await withoutHost(page);
    await look(visit, 'admin-overview-new', { width: 1000, pictures: ['light', 'dark', 'narrow'] });
    for (const list of ['consumers', 'tokens', 'users', 'requests']) {
      await page.goto(`${round.admin}/admin/${list}`);
      await look(visit, `admin-${list}-empty`, { width: 1000, pictures: list === 'consumers' ? ['light'] : [] });
    }
    await visit.end();
  },
};
