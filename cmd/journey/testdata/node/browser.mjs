// Runs every scenario in one headless Chromium: the setup comes as JSON on
// stdin, and one line of JSON leaves on stdout for each scenario. Why a scenario
// failed stands in its line; this program itself then still ends well.

import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { Visit, control } from './browser_visit.mjs';
import { dance } from './browser_dance.mjs';
import { safety, expiry } from './browser_safety.mjs';
import { look } from './browser_look.mjs';

const setup = JSON.parse(readFileSync(0, 'utf8'));
const only = process.env.OAUTH1D_SCENARIO; // part of a name, for work on one

const browser = await chromium.launch({
  executablePath: setup.chromium,
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--host-resolver-rules=MAP *.test 127.0.0.1',
  ],
});
let told = 0;

function tell(line) {
  process.stdout.write(JSON.stringify(line) + '\n');
}

async function run(round, scenarios) {
  for (const [name, scenario] of Object.entries(scenarios)) {
    if (only && !name.includes(only)) continue;
    const began = Date.now();
    let failure = '';
    try {
      await scenario(round);
    } catch (err) {
      failure = String(err.stack ?? err).slice(0, 4000);
      for (const visit of round.open) failure += await visit.describe();
    }
    for (const visit of [...round.open]) await visit.abandon();
    told++;
    tell({ round: round.name, name, failure, ms: Date.now() - began });
  }
}

try {
  for (const round of [...setup.rounds, setup.hasty]) {
    Object.assign(round, { browser, screenshots: setup.screenshots, sessions: {}, open: new Set(), spare: [] });
  }
  // It expires while the others run.
  const expired = await control(setup.hasty, 'token', { as: 'printer' });
  for (const round of setup.rounds) {
    for (const user of Object.keys(round.users)) await Visit.prepare(round, user);
  }
  const looking = { ...setup.rounds.find((r) => r.javaScript), open: new Set(), spare: [] };
  await Promise.all([...setup.rounds.map((round) => run(round, { ...dance, ...safety })), run(looking, look)]);
  await run(setup.hasty, expiry(expired));
  tell({ scenes: told });
} finally {
  await browser.close();
}
