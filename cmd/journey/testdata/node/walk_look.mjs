// How a page looks: to a screen reader, to axe, to the eye. What changes from run
// to run is replaced first, on the page itself, so that it is on no picture.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];
// What else axe asks for does not change with the colours or the width.
const ofColour = ['color-contrast', 'link-in-text-block'];
const ofWidth = [...ofColour, 'target-size', 'scrollable-region-focusable', 'aria-hidden-focus', 'skip-link'];

const views = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark', rules: ofColour },
  forced: { colorScheme: 'light', forcedColors: 'active', rules: ofColour },
  narrow: { colorScheme: 'light', narrow: true, rules: ofWidth },
};

// look holds a page to all that is asked of pages. Pictures are taken in the
// views that are named, and the page is looked at in all of them.
export async function look(visit, name, { pictures = ['light'], width = 720 } = {}) {
  const { page, round } = visit;
  assert.equal(await page.locator('script, style, [style], [onclick], [onsubmit], [onload]').count(), 0, 'it has script or style of its own');
  await page.mouse.move(0, 0); // nothing lies there that would light up
  await page.evaluate(freeze, masks);
  const told = mask(await page.locator('body').ariaSnapshot());
  writeFileSync(`${round.out}/${name}.aria`, `${await page.title()}\n\n${told}\n`);
  if (!round.javaScript) return;
  await page.evaluate(axe);
  const found = [];
  for (const [view, { colorScheme, forcedColors = 'none', narrow, rules }] of Object.entries(views)) {
    await page.setViewportSize(narrow ? { width: 320, height: 640 } : { width, height: 800 });
    await page.emulateMedia({ colorScheme, forcedColors });
    for (const problem of [...await accessible(page, rules), ...await layout(page)]) found.push(`${view}: ${problem}`);
    if (pictures.includes(view)) await photograph(page, `${round.out}/${name}.${view}.png`);
  }
  if (pictures.includes('print')) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ media: 'print', colorScheme: 'light' });
    await photograph(page, `${round.out}/${name}.print.png`);
  }
  await page.emulateMedia({ media: 'screen', colorScheme: 'light', forcedColors: 'none' });
  await page.setViewportSize({ width, height: 800 });
  assert.deepEqual(found, [], name);
}

async function photograph(page, path) {
  const { width, height } = await page.evaluate(() => ({ width: document.documentElement.clientWidth, height: document.documentElement.scrollHeight }));
  await page.screenshot({ path, fullPage: true, animations: 'disabled', clip: { x: 0, y: 0, width, height: Math.min(height, 2200) } });
}

// accessible returns axe's findings. The pages' policy keeps its script out, as
// it should; evaluate comes in by the debugger's door.
async function accessible(page, rules) {
  return page.evaluate(async ([values, rules]) => {
    const runOnly = rules ? { type: 'rule', values: rules } : { type: 'tag', values };
    const { violations } = await window.axe.run(document, { runOnly, resultTypes: ['violations'] });
    return violations.map((v) => `${v.impact} ${v.id}: ${v.nodes.slice(0, 5).map((n) => `${n.target} ${n.failureSummary}`).join('; ')}`);
  }, [tags, rules]);
}

async function layout(page) {
  return page.evaluate(() => {
    const problems = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) {
      const wide = [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > root.clientWidth + 1).pop();
      problems.push(`it scrolls sideways: ${root.scrollWidth} > ${root.clientWidth}, ${wide?.outerHTML.slice(0, 120)}`);
    }
    if (document.querySelectorAll('h1').length !== 1) problems.push('it has no single h1');
    return problems;
  });
}

// withoutHost takes off the overview what is wrong with the machine below the
// daemon, which is not the same everywhere.
export async function withoutHost(page) {
  await page.evaluate(() => {
    const list = document.querySelector('.findings');
    for (const e of list?.querySelectorAll('li') ?? []) if (/chrony|db check|Make room/.test(e.innerText)) e.remove();
    if (list && !list.querySelector('li')) list.outerHTML = '<p class="fine">Nothing is wrong.</p>';
  });
}

const masks = [
  ['-nojs\\.test', '.test'],
  ['\\b[A-Z2-7]{26}\\b', 'kd94hf93k423kf44pfkkd94hf93k423k'],
  ['\\b20[2-9]\\d-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d(:\\d\\d)?', '2026-03-01 12:00'],
  ['\\b\\d{1,2} (January|February|March|April|May|June|July|August|September|October|November|December) 20\\d\\d\\b', '1 March 2026'],
  ['\\b\\d\\d:\\d\\d UTC', '12:00 UTC'],
  ['\\b[0-9a-f]{16,64}\\b', '0123456789abcdef'],
  ['(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]*[0-9])(?=[A-Za-z0-9_-]*[A-Z])(?=[A-Za-z0-9_-]*[a-z])[A-Za-z0-9_-]{20,64}(?![A-Za-z0-9_-])', 'kd94hf93k423kf44pfkkd94hf93k423k'],
  ['oauth_nonce%3D[A-Z2-7]{26}', 'oauth_nonce%3Dkllo9940pd9333jh'],
  ['oauth_timestamp%3D\\d+', 'oauth_timestamp%3D1191242096'],
  ['127\\.0\\.0\\.1:\\d+', '127.0.0.1:5849'],
  ['/tmp/\\S*/d/', '/etc/oauth1d/'],
  ['oauth1d \\S+, running', 'oauth1d v1.0.0, running'],
  ['\\b\\d+ (minutes|seconds)', '10 $1'],
];

function mask(text) {
  for (const [pattern, by] of masks) text = text.replace(new RegExp(pattern, 'g'), by);
  return text;
}

// freeze runs on the page.
function freeze(masks) {
  const mask = (text) => masks.reduce((t, [pattern, by]) => t.replace(new RegExp(pattern, 'g'), by), text);
  // Days in other languages are not worth a pattern each.
  if (document.documentElement.lang !== 'en') {
    for (const e of document.querySelectorAll('time')) e.textContent = '2026-03-01';
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const masked = mask(texts.currentNode.data);
    if (masked !== texts.currentNode.data) texts.currentNode.data = masked;
  }
  for (const e of document.querySelectorAll('input:not([type=hidden]), textarea')) {
    const masked = mask(e.value);
    if (masked !== e.value && e.type !== 'file') e.value = masked;
  }
  const pin = document.getElementById('oauth_verifier');
  if (pin) pin.textContent = 'K7QZ5G2X';
  document.activeElement?.blur();
}
