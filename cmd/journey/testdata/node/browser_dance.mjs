// What users do who mean well: sign in, allow, deny, change their minds.

import assert from 'node:assert/strict';
import { Visit, exchange } from './browser_visit.mjs';

export const dance = {
  async 'a wrong password is said aloud, the right one leads to the consent page'(round) {
    const visit = await Visit.open(round);
    const { page } = visit;
    await visit.ask('printer');
    assert.match(page.url(), /\/oauth\/signin\?return=/);
    assert.match(await page.locator('main').innerText(), /Photo Printer asks to use your account/);
    const name = page.getByLabel('User name'), password = page.getByLabel('Password');
    assert.equal(await name.getAttribute('autocomplete'), 'username');
    assert.equal(await password.getAttribute('autocomplete'), 'current-password');
    assert.equal(await password.getAttribute('type'), 'password');
    assert.equal(await page.getByRole('alert').count(), 0);

    await visit.signIn('ada', 'not her password');
    const alert = page.getByRole('alert');
    assert.match(await alert.innerText(), /The user name or the password is wrong/);
    assert.match(await page.title(), /^Problem: /);
    assert.equal(await name.inputValue(), 'ada');
    assert.equal(await password.inputValue(), '');
    assert.equal(await name.getAttribute('aria-invalid'), 'true');
    await alert.getByRole('link').click();
    assert.equal(await page.locator(':focus').getAttribute('id'), 'username');

    await visit.signIn('ada');
    assert.match(await visit.heading(), /^Allow Photo Printer to use your Lighthouse Photos account\?$/);
    await visit.end();
  },

  async 'consent says who asks, who is asked, for what, and where it leads'(round) {
    const visit = await Visit.open(round, { user: 'ada' });
    await visit.ask('printer');
    const text = await visit.page.locator('main').innerText();
    const parts = [
      'Allow Photo Printer to use your Lighthouse Photos account?', 'You are signed in as ada', 'Prints your holiday photos.',
      'Printers Ltd', 'Not verified.', 'See everything that you can see', 'Change everything that you can change',
      'Only allow this if you trust all code in the application', `return to ${new URL(round.consumer).host}`,
    ];
    for (const part of parts) assert.ok(text.replace(/\s+/g, ' ').includes(part), `${part} is not in:\n${text}`);
    assert.equal(await visit.page.locator('html').getAttribute('lang'), 'en');
    const [allow, deny] = await Promise.all(['Allow', 'Deny'].map((name) => visit.page.getByRole('button', { name, exact: true }).boundingBox()));
    assert.deepEqual([allow.width, allow.height], [deny.width, deny.height]);
    await visit.end();
  },

  async 'allow brings token and verifier to the callback, and they work once'(round) {
    const visit = await Visit.open(round, { user: 'ada' });
    const ask = await visit.ask('printer');
    await visit.press('Allow');
    const got = await visit.arrived();
    assert.deepEqual([...got.keys()], ['album', 'oauth_token', 'oauth_verifier']);
    assert.equal(got.get('oauth_token'), ask.token);
    assert.equal(await exchange(round, 'printer', ask, got.get('oauth_verifier')), 200);
    assert.equal(await exchange(round, 'printer', ask, got.get('oauth_verifier')), 401);
    await visit.ask('printer');
    assert.match(await visit.heading(), /^Allow Photo Printer/, 'a second dance asks again');
    await visit.end();
  },

  async 'a callback that redirects to a third site does not strand the user'(round) {
    for (const decision of ['Allow', 'Deny']) {
      const visit = await Visit.open(round, { user: 'ada' });
      const ask = await visit.ask('hopper');
      await visit.press(decision);
      const got = await visit.arrived(`${round.third}/landed`);
      assert.equal(got.get('oauth_token'), ask.token);
      await visit.end();
    }
  },

  async 'deny is told to the callback as user_refused'(round) {
    const visit = await Visit.open(round, { user: 'ada' });
    const ask = await visit.ask('printer');
    await visit.press('Deny');
    const got = await visit.arrived();
    assert.deepEqual([...got], [['album', '7'], ['oauth_token', ask.token], ['oauth_problem', 'user_refused']]);
    assert.equal(await exchange(round, 'printer', ask, 'guess'), 401);
    await visit.end();
  },

  async 'deny is told to an Atlassian consumer in its own word'(round) {
    const visit = await Visit.open(round, { user: 'ada' });
    const ask = await visit.ask('tracker');
    await visit.press('Deny');
    const got = await visit.arrived();
    assert.deepEqual([...got], [['oauth_token', ask.token], ['oauth_verifier', 'denied']]);
    assert.equal(await exchange(round, 'tracker', ask, 'denied'), 401);
    await visit.end();
  },

  async 'without a callback allow shows a code that works'(round) {
    const visit = await Visit.open(round, { user: 'ada' });
    const ask = await visit.ask('device');
    assert.match(await visit.page.locator('main').innerText(), /you will get a code/);
    await visit.press('Allow');
    assert.match(await visit.heading(), /^Your code for Picture Frame$/);
    const code = await visit.page.locator('#oauth_verifier').textContent();
    assert.match(code, /^[0-9A-Za-z]{8,}$/);
    assert.match(await visit.page.locator('main').innerText(), /Works once, within \d+ minutes/);
    assert.equal(await exchange(round, 'device', ask, code), 200);
    await visit.end();
  },

  async 'without a callback deny says that nothing was given'(round) {
    const visit = await Visit.open(round, { user: 'ada' });
    const ask = await visit.ask('device');
    await visit.press('Deny');
    assert.match(await visit.heading(), /^You did not allow Picture Frame$/);
    assert.equal(await visit.page.locator('#oauth_verifier').count(), 0);
    assert.equal(await exchange(round, 'device', ask, 'denied'), 401);
    await visit.end();
  },

  async 'an installed application is called by its own scheme'(round) {
    const visit = await Visit.open(round, { user: 'ada' });
    const ask = await visit.ask('phone');
    assert.match(await visit.page.locator('main').innerText(), /return to the application com\.example\.phone/);
    const answer = visit.page.waitForResponse((r) => r.request().method() === 'POST');
    // No such application is here; that the browser tries to call it is enough.
    await Promise.all([visit.page.getByRole('button', { name: 'Allow' }).click(), answer]);
    const to = (await answer).headers().location;
    assert.ok(to.startsWith(`com.example.phone:/ready?oauth_token=${ask.token}&oauth_verifier=`), to);
    assert.deepEqual(visit.wrong.filter((w) => !w.includes('scheme does not have a registered handler')), []);
    // A page that has called for an application submits no form afterwards.
    await visit.abandon();
  },

  async 'not you signs out and comes back to the same request'(round) {
    const visit = await Visit.open(round);
    const ask = await visit.ask('printer');
    await visit.signIn('ada');
    assert.match(await visit.page.locator('main').innerText(), /signed in as ada/);
    await visit.press('Not you?');
    assert.match(await visit.page.locator('main').innerText(), /Photo Printer asks to use your account/);
    await visit.signIn('grace');
    assert.match(await visit.page.locator('main').innerText(), /signed in as grace/);
    await visit.press('Allow');
    const got = await visit.arrived();
    assert.equal(await exchange(round, 'printer', ask, got.get('oauth_verifier')), 200);
    await visit.end();
  },

  async 'a second answer changes nothing and says so'(round) {
    const visit = await Visit.open(round, { user: 'ada' });
    const ask = await visit.ask('printer');
    const late = await visit.context.newPage();
    await late.goto(visit.authorizeURL(ask));
    await visit.press('Allow');
    const got = await visit.arrived();

    await visit.press('Deny', late);
    assert.match(await visit.heading(late), /^This request was already answered$/);
    await visit.page.goBack();
    assert.match(await visit.heading(), /^This request was already answered$/);
    assert.equal(await visit.page.getByRole('button', { name: 'Deny' }).count(), 0);
    assert.equal(await exchange(round, 'printer', ask, got.get('oauth_verifier')), 200, 'the first answer counts');
    await visit.end();
  },

  async 'a session that ended meanwhile is asked for again, and the answer too'(round) {
    const visit = await Visit.open(round, { user: 'ada' });
    const ask = await visit.ask('printer');
    await visit.context.clearCookies();
    await visit.press('Allow');
    assert.match(await visit.page.locator('main').innerText(), /Photo Printer asks to use your account/);
    await visit.context.clearCookies();
    await visit.signIn('ada');
    assert.match(await visit.page.getByRole('alert').innerText(), /open for too long/);
    assert.equal(await exchange(round, 'printer', ask, 'guess'), 401);
    await visit.end();
  },

  async 'the keyboard is enough'(round) {
    const visit = await Visit.open(round);
    const { page } = visit;
    const focus = async (to) => {
      await page.keyboard.press('Tab');
      const at = page.locator(':focus');
      assert.equal(((await at.getAttribute('name')) ?? '') || (await at.innerText()).trim(), to);
      const outline = await at.evaluate((e) => getComputedStyle(e).outlineStyle);
      assert.notEqual(outline, 'none', `the focus on ${to} is not to be seen`);
    };
    const ask = await visit.ask('printer');
    await focus('Skip to the main content');
    await focus('username');
    await page.keyboard.type('grace');
    await focus('password');
    await page.keyboard.type(round.users.grace);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/oauth\/authorize/);
    await focus('Skip to the main content');
    await page.keyboard.press('Enter');
    await focus('Not you?');
    await focus('decision');
    assert.equal(await page.locator(':focus').getAttribute('value'), 'allow');
    await focus('decision');
    assert.equal(await page.locator(':focus').getAttribute('value'), 'deny');
    await focus('Applications you have allowed');
    await focus('Get help');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    const got = await visit.arrived();
    assert.equal(await exchange(round, 'printer', ask, got.get('oauth_verifier')), 200);
    await visit.end();
  },
};
