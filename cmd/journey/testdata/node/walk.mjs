// Walks every page in every state: the setup comes as JSON on stdin, and one line
// of JSON leaves on stdout for each scenario. What the pages looked like lies in
// the directory that each round names.

import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { Visit } from './browser_visit.mjs';
import { people } from './walk_people.mjs';
import { account } from './walk_account.mjs';
import { application, fresh } from './walk_elsewhere.mjs';
import { office } from './walk_office.mjs';

const setup = JSON.parse(readFileSync(0, 'utf8'));
const only = process.env.OAUTH1D_SCENARIO; // an expression for names, for work on some

const browser = await chromium.launch({
  executablePath: setup.chromium,
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
    '--disable-sync', '--disable-lcd-text', '--font-render-hinting=none', '--force-color-profile=srgb', `--host-resolver-rules=${setup.rules}`,
  ],
});
let told = 0;

function tell(line) {
  process.stdout.write(JSON.stringify(line) + '\n');
}

async function run(round, scenarios) {
  for (const [name, scenario] of Object.entries(scenarios)) {
    if (only && !new RegExp(only).test(name)) continue;
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

// walk goes down the whole street, one daemon after the other.
async function walk(street) {
  const common = { browser, spare: [], open: new Set() };
  const at = (place) => ({ ...street, ...place, ...common, sessions: {} });
  const round = at({});
  for (const user of ['ada', 'grace']) await Visit.prepare(round, user);
  await run(round, { ...people, ...account });
  await run(at(street.gate), application);
  await run(at(street.fresh), fresh);
  const desk = at(street.office);
  await Visit.prepare(desk, 'boss', `${desk.admin}/admin/`);
  await run(desk, office);
}

try {
  await Promise.all(setup.rounds.map(walk));
  tell({ scenes: told });
} finally {
  await browser.close();
}
