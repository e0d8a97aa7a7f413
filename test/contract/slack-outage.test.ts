// Slack away for ten minutes in the middle of ten incidents, on a clock of our own: it refuses for the rate, breaks, does what it was asked
// and never says so. Afterwards each message stands there once and says how it ended; nobody is shown a replay.
import { pino } from 'pino';
import { afterEach, expect, it } from 'vitest';
import { playbookRef } from '../../src/core/playbook/playbook.ts';
import type { ApiFaultKind } from '../../src/sandbox/faults.ts';
import { createTellings } from '../../src/slack/outbound/tellings.ts';
import { ManualClock, settled } from '../support/given/clocks.ts';
import { ana, playbook, Story, start } from '../support/given/given.ts';
import { ended, later, type Past, received, resolved } from '../support/given/incident.ts';
import { givenTelling } from '../support/given/slack-telling.ts';

type World = Awaited<ReturnType<typeof givenTelling>>;
let world: World;
afterEach(() => world.sandbox.close());

const numbers = Array.from({ length: 10 }, (_, n) => n);
const idOf = (n: number) => `inc_${String(n).padStart(26, '0')}`;
const roles = { sre: { users: ['U0ANA'], groups: [], people: [], tokens: [] } };
const book = playbook(
  '  - { id: a, uses: assert, with: { that: true }, risk: high, approval: { from: ["@sre"], expiresIn: 2h } }\n',
);
const outages: readonly ApiFaultKind[] = ['rate_limited', 'http_500', 'effect_then_drop'];
const minuteMs = 60_000;
/** So many are told before Slack is away; the others begin then. */
const old = 7;

/** Nothing is under way, and nothing more follows from what has happened. */
async function calm(): Promise<void> {
  for (let quiet = 0; quiet < 4; quiet++) {
    await settled();
    if (world.calls.underWay > 0) quiet = -1;
  }
}

it('in the end each message stands there once, and says how it ended', async () => {
  const clock = new ManualClock(calm);
  clock.ms = Date.parse(start);
  const settings = { announce: '#alarms', invite: ['@sre'], storm: { incidents: 100 } };
  const membersOf = (name: string) => (name === '@sre' ? ['U0ANA'] : []);
  world = await givenTelling(settings, [], { roles, membersOf, clock, rateLimits: true });
  world.books.set(playbookRef(book).digest, book);
  const tellings = createTellings(world.start().notify, pino({ level: 'silent' }));
  const runs = numbers.map((n) => new Story(book, { runId: `run_${String(n).padStart(26, '0')}` }));
  const told = new Map<number, readonly Past[]>();
  const tell = (n: number, ...past: readonly Past[]) => {
    const data = { number: n + 1, title: 'down', severity: 1, groupKey: `group-${n}` };
    const before = told.get(n) ?? [{ type: 'incident.opened', data, at: start }, received('a')];
    told.set(n, [...before, ...past]);
    const run = runs[n];
    if (run) world.runs.set(idOf(n), [{ ...run.state, incidentId: idOf(n) }]);
    world.put(idOf(n), ...before, ...past);
    tellings.begin(idOf(n));
  };
  /** The reconciler asks again for what is not told yet; what is told already it asks in vain. */
  const pass = async (ms: number) => {
    for (let leftMs = ms; leftMs > 0; leftMs -= 20_000) {
      await clock.pass(20_000);
      for (const n of told.keys()) tellings.begin(idOf(n));
    }
  };
  for (const [n, run] of runs.entries()) {
    run.when({ type: 'advance' });
    if (n < old) tell(n);
  }
  await pass(minuteMs);
  for (const kind of outages) {
    world.sandbox.addFault({ method: '*', kind, times: 1_000_000 });
    for (const [n, run] of runs.entries()) {
      if (!told.has(n)) tell(n);
      else if (n % outages.length === outages.indexOf(kind)) {
        run.approve(ana);
        tell(n);
      }
    }
    await pass((10 * minuteMs) / outages.length);
    world.sandbox.clearFaults();
  }
  for (const [n, run] of runs.entries()) {
    if (Object.values(run.state.approvals).some(({ status }) => status === 'open')) run.approve(ana);
    run.when({ type: 'advance' });
    run.succeed('a');
    tell(n, ended('a'), { ...resolved, ...later(11 * minuteMs) });
  }
  await pass(5 * minuteMs);
  for (const n of numbers) {
    const texts = (world.channelOf(idOf(n))?.messages ?? []).filter(({ subtype }) => subtype === undefined);
    // What was decided before Slack could be asked is not asked there any more.
    const isOld = n < old;
    const shown = texts.map(({ text }) => kindOf(text)).filter((kind) => isOld || kind !== 'decided');
    expect(shown.toSorted(), `incident ${n + 1}`).toEqual(atTheEnd.filter((kind) => isOld || kind !== 'decided'));
  }
  const announced = world.said().map(({ text }) => /^Incident (\d+): .*resolved/.exec(text)?.[1] ?? text);
  expect(announced.toSorted()).toEqual(numbers.map((n) => String(n + 1)).toSorted());
}, 60_000);

const kinds: readonly (readonly [string, RegExp])[] = [
  ['card', /^Incident \d+: .*resolved/],
  ['decided', /^✓ \*<@U0ANA> approved/],
  ['details', /^Details of test/],
  ['ended', /^✓ \*test\* is done/],
  ['resolution', /^✓ \*Resolved\*/],
  ['run', /^Run of test \S+ Done\./],
];
const kindOf = (text: string) => kinds.find(([, pattern]) => pattern.test(text))?.[0] ?? text;
const atTheEnd = kinds.map(([kind]) => kind);
