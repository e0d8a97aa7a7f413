// What a version in shadow would have done otherwise: said once, in the thread of what it is about, and to nobody in particular.
import { afterEach, expect, it } from 'vitest';
import { playbookRef } from '../../src/core/playbook/playbook.ts';
import type { RunState } from '../../src/core/run/state.ts';
import { redactedIncident } from '../../src/slack/outbound/redacted.ts';
import { shadowMessage } from '../../src/slack/views/shadow-message.ts';
import { playbook, Story, start } from '../support/given/given.ts';
import { opened, type Past, received, stateOf } from '../support/given/incident.ts';
import { givenTelling } from '../support/given/slack-telling.ts';
import { redact } from '../support/given/sound-messages.ts';

type World = Awaited<ReturnType<typeof givenTelling>>;
let world: World;
afterEach(() => world?.sandbox.close());

const id = 'inc_00000000000000000000000007';
const book = { ...playbook('  - { id: a, uses: wait, with: { for: 1s } }\n'), name: 'restart' };
const shadowed = (change: object = {}): Past => ({
  type: 'shadow.decided',
  data: {
    shadow: { name: 'restart', version: '2.0.0', digest: 'sha256:2' },
    live: playbookRef(book),
    fingerprint: 'a',
    receipt: 'dlv_0',
    starts: true,
    liveStarts: true,
    steps: [],
    differences: ['step a: would do something else'],
    ...change,
  },
});
const trigger = { type: 'alert' as const, fingerprint: 'a', source: 'alertmanager', receipt: 'dlv_0' };
const started = (runId: string, rest: Partial<RunState> = {}): RunState => ({
  ...new Story(book, { runId, trigger }).state,
  incidentId: id,
  ...rest,
});

/** An incident with these runs and decisions, told. */
async function told(runs: readonly RunState[], ...decisions: readonly Past[]) {
  world = await givenTelling({ invite: ['U0ANA'] }, [], { membersOf: (name) => [name] });
  const firebreak = world.start();
  world.runs.set(id, runs);
  const tell = async (...more: readonly Past[]) => {
    world.put(id, opened, received('a'), ...decisions, ...more);
    await firebreak.notify(id);
  };
  await tell();
  return tell;
}
const posts = () => (world.channelOf(id)?.messages ?? []).filter(({ subtype }) => subtype === undefined);
const notes = () => posts().filter(({ text }) => text.includes('In shadow'));
const tsOf = (pattern: RegExp) => posts().find(({ text }) => pattern.test(text))?.ts;

it('it is said in the thread of the run that the alert started, and calls nobody', async () => {
  const other = started('run_other', { trigger: { ...trigger, receipt: 'dlv_9' } });
  await told([other, started('run_own')], shadowed());
  expect(notes().map(({ text }) => text)).toEqual([
    '○ In shadow, restart 2.0.0 decided otherwise than 1.0.0. Nothing of it was done.\n•  step a: would do something else',
  ]);
  const [note] = notes();
  const ofRuns = posts().filter(({ text }) => text.startsWith('Run of restart'));
  expect(ofRuns.map(({ ts }) => ts)).toContain(note?.threadTs);
  expect(JSON.stringify(posts().find(({ ts }) => ts === note?.threadTs)?.blocks)).toContain('run_own');
  expect(note?.notified).toEqual([]);
  expect(note?.broadcast ?? false).toBe(false);
  expect(JSON.stringify(note?.blocks)).toContain('https://fb.test/playbooks/restart?tab=stages');
});

it('it is said once, however often the incident is told, and after a restart', async () => {
  const tell = await told([started('run_own')], shadowed());
  await tell({ type: 'severity.changed', data: { from: 2, to: 1 } });
  await world.start().notify(id);
  expect(notes()).toHaveLength(1);
});

it('it is said in the thread of the card, once for the version, where only the shadow would start', async () => {
  const alone = { liveStarts: false, differences: ['it would start, and the live version does not'] };
  const tell = await told([], shadowed(alone));
  await tell(shadowed({ ...alone, fingerprint: 'b', receipt: 'dlv_1' }));
  expect(notes().map(({ threadTs }) => threadTs)).toEqual([tsOf(/^Incident 7/)]);
});

it('nothing is said of a version that would do the same, nor where an alert joined what was at work already', async () => {
  await told([started('run_own')], shadowed({ differences: [] }), shadowed({ receipt: 'dlv_1' }));
  expect(notes()).toEqual([]);
});

it('a few differences are told and the rest is counted; nothing foreign in them comes alive, and no secret is shown', () => {
  const differences = ['<!here> hunter2-is-the-secret-of-the-day', '*two*', '`three', 'four', 'five'];
  const state = { ...stateOf('inc_1', opened, shadowed({ differences })), version: 1, updatedAt: start };
  const [decision] = redactedIncident(state, redact).shadowed ?? [];
  if (!decision) throw new Error('nothing was kept');
  const { text, blocks } = shadowMessage(decision, 'https://fb.test');
  expect(text).toMatch(/&lt;!here&gt;[\s\S]*'three\n• {2}… and 2 more$/);
  expect(JSON.stringify(blocks)).not.toMatch(/<!here>|hunter2/);
});

it('an incident keeps the latest decisions, and no more than a few', () => {
  const many = Array.from({ length: 30 }, (_, i) => shadowed({ receipt: `dlv_${i}` }));
  const { shadowed: kept = [] } = stateOf('inc_1', opened, ...many);
  expect(kept).toHaveLength(20);
  expect(kept.at(-1)?.receipt).toBe('dlv_29');
});
