// How the pages look: to axe, on a narrow screen, to a thumb, in every scheme of
// colours. One visit opens a page once and then changes the light.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Visit } from './browser_visit.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];

const wide = { width: 1000, height: 800 };
const views = {
  light: { colorScheme: 'light', size: wide },
  dark: { colorScheme: 'dark', size: wide },
  forced: { colorScheme: 'light', forcedColors: 'active', size: wide },
  narrow: { colorScheme: 'light', size: { width: 320, height: 640 } },
};

// inspect looks at the page of a visit in every view.
async function inspect(visit, name) {
  const found = [];
  assert.equal(await visit.page.locator('script, style, [style]').count(), 0, 'it has script or style of its own');
  for (const [view, { size, colorScheme, forcedColors = 'none' }] of Object.entries(views)) {
    await visit.page.setViewportSize(size);
    await visit.page.emulateMedia({ colorScheme, forcedColors });
    await visit.photograph(`${name}-${view}`);
    for (const problem of [...await accessible(visit.page), ...await layout(visit.page)]) found.push(`${view}: ${problem}`);
  }
  assert.deepEqual(found, []);
}

// accessible returns axe's findings. The pages' policy keeps its script out, as
// it should; evaluate comes in by the debugger's door.
async function accessible(page) {
  await page.evaluate(axe);
  const violations = await page.evaluate(async (values) => {
    const { violations } = await window.axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] });
    return violations.map((v) => `${v.impact} ${v.id}: ${v.nodes.map((n) => `${n.target} ${n.failureSummary}`).join('; ')}`);
  }, tags);
  return violations;
}

// layout finds what does not fit and what a thumb cannot hit.
async function layout(page) {
  return page.evaluate(() => {
    const problems = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) problems.push(`it scrolls sideways: ${root.scrollWidth} > ${root.clientWidth}`);
    for (const e of document.querySelectorAll('main :is(a, button, input:not([type=hidden])), footer :is(a, button)')) {
      // A link within a sentence is as high as its line, and may be (WCAG 2.5.8).
      if (e.tagName === 'A' && getComputedStyle(e).display === 'inline' && e.parentElement.innerText.trim() !== e.innerText.trim()) continue;
      const { width, height } = e.getBoundingClientRect();
      if (width < 44 || height < 44) problems.push(`${e.outerHTML.slice(0, 80)} is ${width} x ${height}`);
    }
    if (document.querySelectorAll('h1').length !== 1) problems.push('it has no single h1');
    return problems;
  });
}

export const look = {
  async 'sign-in looks right'(round) {
    const visit = await Visit.open(round);
    await visit.ask('printer');
    await inspect(visit, 'signin');
    await visit.signIn('nobody', 'x');
    await inspect(visit, 'signin-problem');
    await visit.end();
  },

  async 'consent looks right'(round) {
    const visit = await Visit.open(round, { user: 'ada' });
    await visit.ask('printer');
    await inspect(visit, 'consent');
    await visit.end();
  },

  async 'consent with an endless name looks right'(round) {
    const visit = await Visit.open(round, { user: 'ada' });
    await visit.ask('hostile');
    await inspect(visit, 'consent-endless');
    await visit.end();
  },

  async 'the code looks right'(round) {
    const visit = await Visit.open(round, { user: 'ada' });
    await visit.ask('device');
    await visit.press('Allow');
    await inspect(visit, 'pin');
    await visit.end();
  },

  async 'denied looks right'(round) {
    const visit = await Visit.open(round, { user: 'ada' });
    await visit.ask('device');
    await visit.press('Deny');
    await inspect(visit, 'denied');
    await visit.end();
  },

  async 'an error looks right'(round) {
    const visit = await Visit.open(round);
    await visit.page.goto(`${round.base}/oauth/authorize?oauth_token=nobody`);
    await inspect(visit, 'problem');
    await visit.end();
  },

  async 'home and goodbye look right'(round) {
    const visit = await Visit.open(round);
    await visit.page.goto(`${round.base}/oauth/signin`);
    await visit.signIn('grace');
    await inspect(visit, 'home');
    await visit.press('Sign out');
    await inspect(visit, 'signedout');
    await visit.end();
  },
};
