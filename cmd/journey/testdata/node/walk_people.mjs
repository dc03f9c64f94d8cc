// What users see on their way through a dance, in every state.

import assert from 'node:assert/strict';
import { Visit, control } from './browser_visit.mjs';
import { look } from './walk_look.mjs';

const all = ['light', 'dark', 'narrow'];

// administer has an administrator act behind the user's back.
const administer = (round, what, as) => control(round, 'api', { do: what, as });

// inLanguage opens a page once more as a browser of that language does.
export async function inLanguage(visit, url, language, name, options) {
  await visit.page.setExtraHTTPHeaders({ 'Accept-Language': language });
  await visit.page.goto(url);
  assert.equal(await visit.page.locator('html').getAttribute('lang'), language);
  await options?.first?.(visit.page);
  await look(visit, `${name}-${language}`, options);
  await visit.page.setExtraHTTPHeaders({});
}

export const people = {
  async 'sign-in: first, wrong, stale, throttled'(round) {
    const visit = await Visit.open(round);
    await visit.ask('printer');
    const url = visit.page.url();
    await look(visit, 'signin', { pictures: all });
    await visit.signIn('nobody', 'a wrong password');
    await look(visit, 'signin-wrong');
    await visit.context.clearCookies();
    await visit.signIn('ada');
    await look(visit, 'signin-stale');
    for (let i = 0; i < 6; i++) await visit.signIn('mallory', `guess ${i}`);
    assert.match(await visit.page.getByRole('alert').innerText(), /too many wrong attempts/);
    await look(visit, 'signin-throttled');
    for (const language of ['de', 'ar']) await inLanguage(visit, url, language, 'signin');
    await visit.end();
  },

  async 'consent: nothing ticked, less than was asked for, and again with more'(round) {
    const visit = await Visit.open(round, { user: 'ada' });
    const { page } = visit;
    let ask = await visit.ask('printer');
    await look(visit, 'consent', { pictures: [...all, 'forced', 'print'] });
    for (const language of ['de', 'ar']) await inLanguage(visit, visit.authorizeURL(ask), language, 'consent', { pictures: ['light', 'narrow'] });
    await page.goto(visit.authorizeURL(ask));
    for (const box of await page.getByRole('checkbox').all()) await box.uncheck();
    await visit.press('Allow');
    assert.match(await page.getByRole('alert').innerText(), /Tick at least one/);
    await look(visit, 'consent-nothing-ticked');
    await page.getByRole('checkbox', { name: /See your albums/ }).check();
    await visit.press('Allow');
    const verifier = (await visit.arrived()).get('oauth_verifier');
    await control(round, 'exchange', { as: 'printer', token: ask.token, secret: ask.secret, verifier });
    ask = await visit.ask('printer');
    await look(visit, 'consent-again');
    await visit.press('Deny');
    await visit.arrived();
    await visit.end();
  },

  async 'consent: long, right-to-left and hostile names'(round) {
    const visit = await Visit.open(round, { user: 'ada' });
    await visit.ask('overlong');
    await look(visit, 'consent-overlong', { pictures: ['light', 'narrow'] });
    await visit.ask('arabic');
    await look(visit, 'consent-rtl-name');
    await visit.ask('phone');
    await look(visit, 'consent-app');
    await visit.end();
  },

  async 'a code, and a refusal without a callback'(round) {
    const visit = await Visit.open(round, { user: 'ada' });
    await visit.ask('device');
    await look(visit, 'consent-code');
    await visit.press('Allow');
    await look(visit, 'pin', { pictures: all });
    await visit.ask('device');
    await visit.press('Deny');
    await look(visit, 'denied', { pictures: all });
    await visit.end();
  },

  async 'two tabs and the back button'(round) {
    const visit = await Visit.open(round, { user: 'ada' });
    const ask = await visit.ask('printer');
    const late = await visit.context.newPage();
    await late.goto(visit.authorizeURL(ask));
    await visit.press('Deny');
    await visit.arrived();
    await visit.page.goBack();
    await look(visit, 'problem-answered');
    await visit.press('Allow', late);
    assert.match(await visit.heading(late), /^This request was already answered$/);
    await visit.end();
  },

  async 'an administrator removes or disables the consumer while its page is open'(round) {
    const visit = await Visit.open(round, { user: 'ada' });
    for (const [what, as] of [['remove', 'removed'], ['disable', 'disabled']]) {
      await visit.ask(as);
      await administer(round, what, as);
      await visit.press('Allow');
      assert.ok(visit.page.url().startsWith(round.base), 'nobody is sent to a consumer that is gone');
      await look(visit, `problem-consumer-${as}`);
    }
    await administer(round, 'enable', 'disabled');
    await visit.end();
  },

  async 'errors, by their codes'(round) {
    const visit = await Visit.open(round, { user: 'ada' });
    const { page } = visit;
    const paths = {
      'problem-not-found': '/oauth/nothing', 'problem-incomplete': '/oauth/authorize',
      'problem-unknown': '/oauth/authorize?oauth_token=nobody', 'problem-unreadable': '/oauth/authorize?oauth_token=%zz',
      'problem-method': '/oauth/request-token',
    };
    for (const [name, path] of Object.entries(paths)) {
      await page.goto(round.base + path);
      if (await page.locator('main').count() > 0) await look(visit, name, { pictures: name === 'problem-unknown' ? all : [] });
    }
    await visit.ask('printer');
    await page.locator('main form .stub input[name=form_token]').evaluate((e) => { e.value = ''; });
    await visit.press('Allow');
    await look(visit, 'problem-stale', { pictures: [] });
    await visit.end();
  },

  async 'the keyboard is enough to choose and to allow'(round) {
    const visit = await Visit.open(round, { user: 'grace' });
    const { page } = visit;
    const ask = await visit.ask('keyboard');
    const seen = [];
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press('Tab');
      const at = page.locator(':focus');
      const { text, outline } = await at.evaluate((e) => ({ text: e.value && e.name ? `${e.name}=${e.value}` : e.innerText, outline: getComputedStyle(e).outlineStyle }));
      assert.notEqual(outline, 'none', `the focus on ${text} is not to be seen`);
      seen.push(text);
      if (text === 'scope=delete') await page.keyboard.press('Space');
      if (text === 'decision=allow') break;
    }
    assert.deepEqual(seen.slice(-4), ['scope=albums', 'scope=comments', 'scope=delete', 'decision=allow']);
    await page.keyboard.press('Enter');
    const verifier = (await visit.arrived()).get('oauth_verifier');
    assert.ok(verifier, `${ask.token} has no verifier`);
    await visit.end();
  },

  async 'home and goodbye'(round) {
    const visit = await Visit.open(round);
    await visit.page.goto(`${round.base}/oauth/signin`);
    await visit.signIn('grace');
    await visit.page.goto(round.base + '/');
    await look(visit, 'home', { pictures: all });
    await visit.press('Sign out');
    await look(visit, 'signedout', { pictures: all });
    await visit.end();
  },
};
