// A run that is stuck calls whoever can act: once, by a post that notifies them, with what can be done; and what was called for otherwise calls
// nobody twice.
import { afterEach, describe, expect, it } from 'vitest';
import { playbookRef } from '../../src/core/playbook/playbook.ts';
import { calloutsOf } from '../../src/core/run/callouts.ts';
import { standingOf } from '../../src/core/run/standing.ts';
import { stuckStates } from '../../src/core/run/stuck.ts';
import { minForUsual, usualKey } from '../../src/core/run/usual.ts';
import { createStuckJudge } from '../../src/engine/runs/look-for-stuck.ts';
import type { StuckAmong, StuckRun } from '../../src/ports/stuck.ts';
import { createCallForStuck } from '../../src/slack/outbound/call-for-stuck.ts';
import { playbook, Story, start } from '../support/given/given.ts';
import { type Past, received } from '../support/given/incident.ts';
import { givenTelling } from '../support/given/slack-telling.ts';

const minute = 60_000;
const id = 'inc_00000000000000000000000007';
const look = { type: 'advance' } as const;
const shell = 'uses: shell.run, with: { command: [/bin/true] }';
const roles = {
  lead: { users: ['U0BEN'], groups: [], people: [], tokens: [] },
  sre: { users: ['U0ANA'], groups: [], people: [], tokens: [] },
};
const workers = [{ pool: 'default', actions: ['shell.run', 'wait'] }];
const standing = ({ state, book, at }: Story) =>
  standingOf(state, book, { at, incident: 'open', switches: [], workers });

let world: Awaited<ReturnType<typeof givenTelling>> | null = null;
afterEach(async () => {
  await world?.sandbox.close();
  world = null;
});

/** An incident with one run, judged by the judge that lists and metrics have; `usual`: runs that succeeded before. */
async function runOf(steps: string, rest = '', usual: readonly Story[] = []) {
  const book = playbook(steps, rest);
  const run = new Story(book);
  run.when(look);
  const { among } = createStuckJudge({
    reads: { open: async () => [], succeeded: async () => usual.map(({ state }) => state) },
    show: async (rows) =>
      rows.map(({ state }) => ({
        ...{ ...state, ...standing(run), id: state.runId, steps: [], wakeAt: null, updatedAt: start, traceUrl: null },
      })),
    versions: { byDigest: async () => book },
    catalog: { byName: () => book },
    runtime: { nowMs: () => Date.parse(run.at), monotonicMs: () => 0 },
  });
  const stuckAmong: StuckAmong = among;
  const given = await givenTelling({ invite: ['@sre'] }, [], {
    ...{ roles, stuckAmong },
    membersOf: (name) => roles[name.slice(1) as keyof typeof roles]?.users ?? (/^U/.test(name) ? [name] : []),
  });
  world = given;
  given.books.set(playbookRef(book).digest, book);
  const firebreak = given.start();
  const opened: Past = {
    type: 'incident.opened',
    data: { number: 7, title: 'checkout is slow', severity: 1, groupKey: 'group' },
    at: start,
  };
  const tell = async () => {
    const { incidentId: _, ...state } = run.state;
    given.runs.set(id, [{ ...state, incidentId: id }]);
    given.put(id, opened, received('a'));
    await firebreak.notify(id);
  };
  const posts = () => (given.channelOf(id)?.messages ?? []).filter(({ subtype }) => subtype === undefined);
  const calls = () => posts().filter(({ text }) => /is stuck|No longer/.test(text));
  await tell();
  return { run, tell, posts, calls };
}

type Element = {
  readonly text?: { readonly text: string };
  readonly options?: readonly { readonly text: { readonly text: string } }[];
};
const offered = (blocks: readonly { readonly type: string; readonly elements?: unknown }[] = []) =>
  blocks
    .flatMap(({ type, elements }) => (type === 'actions' ? (elements as readonly Element[]) : []))
    .flatMap(({ text, options = [] }) => [...(text ? [text.text] : []), ...options.map((one) => one.text.text)]);

/** Runs of one step that took so long. */
const past = (steps: string, ms: number) =>
  Array.from({ length: minForUsual }, () => {
    const run = new Story(playbook(steps));
    run.when(look);
    run.later(ms).succeed('a');
    return run;
  });

describe('a run that is stuck', () => {
  it('calls whom its playbook names after twice the usual time of its step, once, with nudge, cancel and the runbook', async () => {
    const steps = `  - { id: a, name: Drain the node, ${shell} }`;
    const { run, tell, posts, calls } = await runOf(
      steps,
      'runbook: https://wiki.example/drain\n',
      past(steps, 5 * minute),
    );
    run.later(10 * minute);
    await tell();
    expect(calls()).toEqual([]);
    const before = posts().length;
    run.later(1);
    await tell();
    const [call] = calls();
    expect(call?.text).toMatch(/^◐ \*Drain the node is stuck\*: it began .*, and it usually takes 5 m\.\n<@U0BEN>$/);
    expect(call?.notified).toEqual(['U0BEN']);
    expect(call?.broadcast).toBe(true);
    expect(offered(call?.blocks)).toEqual(['Nudge', 'Cancel run', 'Runbook', 'Open']);
    expect(JSON.stringify(call?.blocks)).toContain('https://wiki.example/drain');
    run.later(5 * minute);
    await tell();
    await tell();
    expect(posts()).toHaveLength(before + 1);
    run.succeed('a');
    await tell();
    expect(calls().map(({ text }) => text)).toEqual([expect.stringMatching(/^✓ No longer needs anybody/)]);
    expect(offered(calls()[0]?.blocks)).toEqual([]);
  });

  it('at a request calls who may decide it, with the decision, to ask somebody else and to remind', async () => {
    const steps = `  - { id: a, name: Failover, ${shell}, approval: { from: ["@sre"], expiresIn: 8h } }`;
    const { run, tell, calls } = await runOf(steps);
    run.later(2 * 60 * minute + 1);
    await tell();
    const [call] = calls();
    expect(call?.text).toMatch(/^◐ \*Failover is stuck\*: since .*, and nothing should last longer than 2 h\./);
    expect(call?.notified).toEqual(['U0ANA']);
    expect(offered(call?.blocks)).toEqual(
      expect.arrayContaining(['Approve', 'Deny', 'Ask somebody else…', 'Remind', 'Open']),
    );
  });

  it('that was called for already calls nobody twice: overdue, a decision, a request that went to further people', () => {
    const kinds = (run: Story, usualMs: number) => {
      const usual = new Map(
        ['step', 'approval'].map((of) => [usualKey(of as 'step', 'a'), { medianMs: usualMs, n: 9 }]),
      );
      const slaMs = run.book.sla?.completeWithinMs ?? null;
      const { waitingFor: waits } = standing(run);
      const stuck = new Map([[run.state.runId, stuckStates({ run: run.state, waits, slaMs, usual, at: run.at })]]);
      return calloutsOf(run.state, { playbook: run.book, runs: [run.state], incident: 'open', stuck }).map(
        ({ kind }) => kind,
      );
    };
    const late = new Story(playbook(`  - { id: a, ${shell} }`, 'sla: { completeWithin: 10m }\n'));
    late.when(look);
    late.later(10 * minute + 1).when(look);
    expect(kinds(late, 60 * minute)).toEqual(['overdue']);
    const unclear = new Story(playbook(`  - { id: a, ${shell} }`));
    unclear.when(look);
    unclear.fail('a', 'unknown_outcome');
    unclear.later(3 * 60 * minute);
    expect(kinds(unclear, minute)).toEqual(['unclear']);
    const rule = 'approval: { from: ["@sre"], expiresIn: 4h, escalate: ["@lead"] }';
    const asks = new Story(playbook(`  - { id: a, ${shell}, ${rule} }`, 'timeout: 12h\n'));
    asks.when(look);
    expect(kinds(asks.later(3 * minute), minute)).toEqual(['stalled']);
    asks.later(3 * 60 * minute).when(look);
    expect(kinds(asks, minute)).toEqual(['unanswered']);
  });
});

describe('what looks for the stuck', () => {
  const stuckAt = (runId: string, since = start) =>
    ({ runId, since, step: 'a', incident: { id: `inc_of_${runId}` } }) as unknown as StuckRun;

  it('has an incident told whose call is not out yet, again only after a rest, and nothing while Slack is away', async () => {
    let [nowMs, isUp] = [Date.parse(start), false];
    const keys = new Map([['inc_of_two', [{ key: `stalled/two/${start}/a/1` }]]]);
    const begun: string[] = [];
    const call = createCallForStuck({
      messages: { ofIncident: async (of) => (keys.get(of) ?? []) as never },
      begin: (of) => void begun.push(of),
      isUp: () => isUp,
      clock: { nowMs: () => nowMs },
    });
    await call([stuckAt('one')]);
    expect(begun).toEqual([]);
    isUp = true;
    await call([stuckAt('one'), stuckAt('two')]);
    await call([stuckAt('one'), stuckAt('two')]);
    expect(begun).toEqual(['inc_of_one']);
    nowMs += 11 * minute;
    await call([stuckAt('one'), stuckAt('two')]);
    expect(begun).toEqual(['inc_of_one', 'inc_of_one']);
    // Another state of the same run is told at once.
    await call([stuckAt('two', '2026-03-01T00:05:00.000Z')]);
    expect(begun).toEqual(['inc_of_one', 'inc_of_one', 'inc_of_two']);
  });
});
