// The administrators' pages.

import assert from 'node:assert/strict';
import { Visit } from './browser_visit.mjs';
import { look, withoutHost } from './walk_look.mjs';
import { inLanguage } from './walk_people.mjs';

const wide = { width: 1000 };
const all = { width: 1000, pictures: ['light', 'dark', 'narrow'] };
const unseen = { width: 1000, pictures: [] };

const go = (visit, path) => visit.page.goto(visit.round.admin + '/admin/' + path);

export const office = {
  async 'sign-in of administrators, by password and by token'(round) {
    const visit = await Visit.open(round);
    await go(visit, '');
    await look(visit, 'admin-signin', { pictures: ['light', 'dark', 'narrow'] });
    await visit.signIn('ada');
    await look(visit, 'admin-signin-refused', { pictures: [] });
    await visit.page.getByLabel('Token').fill('a guess');
    await visit.press('Sign in with the token');
    await look(visit, 'admin-signin-wrong-token', { pictures: [] });
    await visit.page.getByLabel('Token').fill(round.token);
    await visit.press('Sign in with the token');
    assert.match(await visit.heading(), /Overview/);
    await visit.end();
  },

  async 'overview with findings, in three languages'(round) {
    const visit = await Visit.open(round, { user: 'boss' });
    await go(visit, '');
    await withoutHost(visit.page);
    await look(visit, 'admin-overview', { ...all, pictures: [...all.pictures, 'forced'] });
    for (const language of ['de', 'ar']) await inLanguage(visit, `${round.admin}/admin/`, language, 'admin-overview', { ...wide, first: withoutHost });
    await visit.end();
  },

  async 'consumers: the list of links, searched and filtered'(round) {
    const visit = await Visit.open(round, { user: 'boss' });
    const lists = { 'consumers': 'consumers', 'consumers-found': 'consumers?q=printer', 'consumers-not-found': 'consumers?q=nothing+of+this+name', 'consumers-proposed': 'consumers?state=proposed', 'consumers-disabled': 'consumers?state=disabled' };
    for (const [name, path] of Object.entries(lists)) {
      await go(visit, path);
      await look(visit, `admin-${name}`, name === 'consumers' ? all : unseen);
    }
    await visit.end();
  },

  async 'a consumer: details, incoming authentication, rights, limits'(round) {
    const visit = await Visit.open(round, { user: 'boss' });
    for (const tab of ['details', 'incoming', 'rights', 'limits']) {
      await go(visit, `consumers/printer-key?tab=${tab}`);
      await look(visit, `admin-${tab}`, all);
    }
    await go(visit, 'consumers/overlong-key');
    await look(visit, 'admin-details-overlong', { width: 1000, pictures: ['narrow'] });
    await go(visit, 'consumers/disabled-key?tab=incoming');
    await look(visit, 'admin-incoming-disabled', wide);
    await go(visit, 'consumers/printer-key/two-legged');
    await look(visit, 'admin-two-legged', all);
    await go(visit, 'consumers/nobody');
    await look(visit, 'admin-not-found', wide);
    await visit.end();
  },

  async 'a consumer is added: mistakes keep what was typed, the secret is shown once'(round) {
    const visit = await Visit.open(round, { user: 'boss' });
    const { page } = visit;
    await go(visit, 'consumers/new');
    await look(visit, 'admin-new-consumer', all);
    await page.locator('#name').fill('Added <b>Viewer</b>');
    await page.locator('#contact').fill('nobody at all');
    await page.locator('#callbacks').fill('http://plain.test/\njavascript:alert(1)');
    await visit.press('Add consumer');
    assert.equal(await page.locator('#name').inputValue(), 'Added <b>Viewer</b>');
    await look(visit, 'admin-new-consumer-wrong', { width: 1000, pictures: ['light', 'narrow'] });
    await page.locator('#contact').fill('viewer@printer.test');
    await page.locator('#callbacks').fill('oob');
    await page.locator('#key').fill('added-key');
    await visit.press('Add consumer');
    const secret = await page.locator('#consumer_secret').inputValue();
    assert.ok(secret.length >= 20, 'a secret is shown');
    for (const format of ['.env', 'JSON']) {
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: `Save as ${format}` }).click();
      assert.match((await download).suggestedFilename(), format === '.env' ? /\.env$/ : /\.json$/);
    }
    await look(visit, 'admin-secret', all);
    await go(visit, 'consumers/added-key?tab=incoming');
    assert.ok(!(await page.content()).includes(secret), 'and not again');
    await visit.end();
  },

  async 'a secret is rotated with an overlap'(round) {
    const visit = await Visit.open(round, { user: 'boss' });
    const { page } = visit;
    await go(visit, 'consumers/doomed-key/rotate');
    await look(visit, 'admin-rotate', all);
    await page.getByLabel('7 days').check();
    await visit.press('Make a new secret');
    await look(visit, 'admin-rotated', wide);
    await go(visit, 'consumers/doomed-key?tab=incoming');
    await look(visit, 'admin-incoming-grace', wide);
    await visit.end();
  },

  async 'a consumer is removed by whoever types its name'(round) {
    const visit = await Visit.open(round, { user: 'boss' });
    const { page } = visit;
    await go(visit, 'consumers/doomed-key/remove');
    await look(visit, 'admin-remove', all);
    await page.getByLabel('Type it here').fill('something else');
    await visit.press('Remove');
    await look(visit, 'admin-remove-mistyped', unseen);
    await page.getByLabel('Type it here').fill((await page.locator('code.type').textContent()).trim());
    await visit.press('Remove');
    await look(visit, 'admin-removed', unseen);
    await visit.end();
  },

  async 'tokens and users: pages of them, one of them, revoked in bulk'(round) {
    const visit = await Visit.open(round, { user: 'boss' });
    const { page } = visit;
    await go(visit, 'tokens?consumer=printer-key');
    const first = await page.locator('tbody tr').count();
    assert.ok(first > 0 && first < 51, `${first} rows on a page`);
    await go(visit, 'tokens?consumer=printer-key&user=ada');
    await page.locator('table').evaluate((e) => { for (const row of [...e.querySelectorAll('tbody tr')].slice(3)) row.remove(); });
    await look(visit, 'admin-tokens', all);
    await go(visit, 'tokens?consumer=printer-key');
    await Promise.all([page.waitForEvent('load'), page.locator('a[rel=next]').click()]);
    assert.ok(await page.locator('tbody tr').count() > 0);
    await go(visit, 'tokens/revoke?consumer=printer-key&user=ada');
    await look(visit, 'admin-revoke', wide);
    await visit.press('Revoke');
    await page.evaluate(() => document.querySelector('table')?.remove());
    await look(visit, 'admin-revoked', unseen);
    for (const [name, path] of Object.entries({ users: 'users', user: 'users/ada', 'user-yourself': 'users/boss', 'new-user': 'users/new' })) {
      await go(visit, path);
      await look(visit, `admin-${name}`, name === 'user-yourself' ? unseen : all);
    }
    await visit.end();
  },

  async 'refused requests, and why'(round) {
    const visit = await Visit.open(round, { user: 'boss' });
    await go(visit, 'requests');
    await look(visit, 'admin-requests', all);
    await go(visit, 'requests');
    await Promise.all([visit.page.waitForEvent('load'), visit.page.locator('tbody a').last().click()]);
    await look(visit, 'admin-request', all);
    await visit.end();
  },

  async 'audit log, filtered'(round) {
    const visit = await Visit.open(round, { user: 'boss' });
    await go(visit, 'audit?action=consumer.disabled');
    await look(visit, 'admin-audit', all);
    await go(visit, 'audit?since=yesterday');
    await look(visit, 'admin-audit-wrong', unseen);
    await visit.end();
  },

  async 'configuration, read again'(round) {
    const visit = await Visit.open(round, { user: 'boss' });
    await go(visit, 'config?show=changed');
    await look(visit, 'admin-config', all);
    await visit.press('Read it again');
    await look(visit, 'admin-config-reloaded', unseen);
    await visit.end();
  },

  async 'the keyboard is enough to add a consumer'(round) {
    const visit = await Visit.open(round, { user: 'boss' });
    const { page } = visit;
    const until = async (wanted) => {
      for (let i = 0; i < 40; i++) {
        await page.keyboard.press('Tab');
        const { name, outline } = await page.locator(':focus').evaluate((e) => ({ name: e.name || e.innerText, outline: getComputedStyle(e).outlineStyle }));
        assert.notEqual(outline, 'none', `the focus on ${name} is not to be seen`);
        if (name === wanted) return;
      }
      assert.fail(`no way leads to ${wanted}`);
    };
    await go(visit, 'consumers');
    await until('Add a consumer');
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
    await until('name');
    await page.keyboard.type('By Hand');
    await until('callbacks');
    await page.keyboard.type('oob');
    await until('Add consumer');
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
    assert.match(await visit.heading(), /The secret of By Hand/);
    await visit.end();
  },
};
