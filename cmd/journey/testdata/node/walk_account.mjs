// A user's own pages: what was allowed, and what was proposed.

import assert from 'node:assert/strict';
import { Visit, control } from './browser_visit.mjs';
import { look } from './walk_look.mjs';
import { inLanguage } from './walk_people.mjs';

const all = ['light', 'dark', 'narrow'];

async function accountOf(round, user) {
  const visit = await Visit.open(round);
  await visit.page.goto(`${round.base}/oauth/account`);
  await visit.signIn(user, round.users.grace);
  return visit;
}

const follow = (visit, name) => Promise.all([visit.page.waitForEvent('load'), visit.page.getByRole('link', { name, exact: true }).first().click()]);

// shorten leaves one of many applications, which were allowed in one second and
// stand in any order.
async function shorten(page) {
  await page.locator('.grants').evaluate((list) => {
    while (list.children.length > 1) list.lastElementChild.remove();
    list.querySelector('h2 bdi').textContent = 'Application 01';
    list.querySelector('a').href = '/oauth/account/revoke/crowd00-key';
  });
}

export const account = {
  async 'account: nothing allowed'(round) {
    const visit = await accountOf(round, 'newt');
    await look(visit, 'account-empty', { pictures: all });
    await visit.end();
  },

  async 'account: one application, revoked'(round) {
    const visit = await accountOf(round, 'grace');
    await look(visit, 'account', { pictures: all });
    for (const language of ['de', 'ar']) await inLanguage(visit, `${round.base}/oauth/account`, language, 'account');
    await visit.page.goto(`${round.base}/oauth/account`);
    await follow(visit, 'Revoke');
    await look(visit, 'account-confirm', { pictures: all });
    await follow(visit, 'Keep');
    await follow(visit, 'Revoke');
    await visit.press('Revoke');
    assert.match(await visit.page.getByRole('status').innerText(), /can no longer use your account/);
    await look(visit, 'account-revoked');
    await visit.end();
  },

  async 'account: many applications, all revoked'(round) {
    const visit = await accountOf(round, 'crowd');
    const named = () => visit.page.locator('.grants h2').count();
    const first = await named();
    await shorten(visit.page);
    await look(visit, 'account-many', { pictures: [] });
    await follow(visit, 'More');
    assert.equal(first + await named(), 51);
    await shorten(visit.page);
    await look(visit, 'account-last');
    await visit.page.goto(`${round.base}/oauth/account`);
    await follow(visit, 'Revoke all');
    await look(visit, 'account-confirm-all');
    await visit.press('Revoke all');
    await look(visit, 'account-revoked-all');
    await visit.end();
  },

  async 'proposals: mistakes, a proposal, the list, the secret once'(round) {
    const visit = await Visit.open(round, { user: 'ada' });
    const { page } = visit;
    const list = `${round.base}/oauth/account/proposals`;
    await page.goto(list);
    await look(visit, 'proposals', { pictures: all });
    await page.getByLabel('Name', { exact: true }).fill('Album Maker');
    await page.getByLabel('Contact').fill('nobody at all');
    await page.getByLabel('Callback URL').fill('javascript:alert(1)');
    await visit.press('Propose');
    assert.equal(await page.getByLabel('Callback URL').inputValue(), 'javascript:alert(1)', 'what was typed is kept');
    await look(visit, 'proposals-wrong');
    await page.getByLabel('Contact').fill('maker@printer.test');
    await page.getByLabel('Callback URL').fill(`${round.consumer}/ready`);
    await visit.press('Propose');
    const key = await page.locator('.grants code').first().textContent();
    await look(visit, 'proposals-proposed', { pictures: all });
    await control(round, 'api', { do: 'approve', value: key });
    await page.goto(list);
    await follow(visit, 'Get the secret');
    await look(visit, 'proposal-claim');
    await visit.press('Get the secret');
    const secret = await page.getByLabel('Consumer secret').inputValue();
    for (const [button, name] of [['Download .env', /\.env$/], ['Download JSON', /\.json$/]]) {
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: button }).click();
      assert.match((await download).suggestedFilename(), name);
    }
    await look(visit, 'proposal-secret', { pictures: all });
    await page.goto(list);
    assert.ok(secret.length >= 20 && !(await page.content()).includes(secret), 'and not again');
    assert.equal(await page.getByRole('link', { name: 'Get the secret' }).count(), 0);
    await visit.end();
  },
};
