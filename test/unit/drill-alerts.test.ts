// A drill that begins with an alert goes the whole way: alert through the six stages, run, approval, verification, undo. It passes only if all of
// it would have worked, and its alert touches nothing that is real.
import { describe, expect, it } from 'vitest';
import { readPlaybook } from '../../src/core/playbook/compile.ts';
import { alertStory } from '../support/engine/alert-story.ts';
import { ScheduleStory } from '../support/engine/schedule-story.ts';
import { actions, ana, ben, playbook, start } from '../support/given/given.ts';
import { principalOf } from '../support/given/principals.ts';

const shell = 'uses: shell.run, with: { command: [/bin/true] }';
const caller = { principal: principalOf(ana), cause: 'req_1' };
const head = `triggers: [{ source: alertmanager, when: alert.labels.alertname == "Down" }]
inputs: { host: { type: string, from: alert.labels.host, default: live-1 } }
`;
const withAlert = (labels: string, inputs = 'host: drill-1') =>
  `${head}drill: { inputs: { ${inputs} }, alert: { labels: { ${labels} } } }\n`;
const asked = 'risk: high, approval: { from: ["@sre"], expiresIn: 10m }';
const steps = `  - { id: a, ${asked}, ${shell}, verify: { uses: http.request, with: { url: "https://example.com" }, until: "true" }, compensate: { ${shell} } }`;
const right = 'alertname: Down, host: drill-1';

/** The drill of a playbook where this is configured; `end`: carries it out until it has ended. */
async function drilled(rest: string, yaml = 'groups: []\n') {
  const story = alertStory(yaml);
  const { world, engine } = story;
  world.publish({ ...playbook(steps, rest), name: 'move' });
  await engine.start();
  const started = await engine.operations.startDrill({ ...caller, playbook: 'move' });
  if (!started.ok) throw new Error(started.error.message);
  const { runId } = started.value.run;
  await world.deliver(engine);
  const state = () => {
    const run = world.tables.runs.get(runId)?.state;
    if (!run) throw new Error('the run is not there');
    return run;
  };
  async function end() {
    const [approval] = Object.values(state().approvals);
    const decision = { approvalId: approval?.id ?? '', planDigest: approval?.planDigest ?? '' };
    await engine.operations.decideApproval({
      principal: principalOf(ben),
      cause: 'req_2',
      decision: 'approve',
      ...decision,
    });
    await world.deliver(engine);
    for (let n = 0; n < 5 && state().drill?.outcome == null; n++) {
      for (const step of ['a', 'a~undo']) {
        if (state().nodes[step]?.status !== 'running') continue;
        world.held.take(runId, step).succeed(null);
        await world.deliver(engine);
      }
    }
    return state();
  }
  return { story, state, end };
}

describe('a drill that begins with an alert', () => {
  it('goes from the alert through the six stages, run, approval and verification to its undoing, marked all the way', async () => {
    const { story, state, end } = await drilled(withAlert(right));
    const { trigger, alert } = state();
    expect(trigger).toMatchObject({ type: 'manual', drill: true, rehearsal: { led: true, reason: null } });
    const { rehearsal } = trigger as { readonly rehearsal: { readonly stages: readonly { readonly stage: string }[] } };
    expect(rehearsal.stages.map(({ stage }) => stage)).toEqual([
      'dedupe',
      'enrich',
      'group',
      'route',
      'suppress',
      'act',
    ]);
    expect(alert).toMatchObject({ title: '[DRILL] move', labels: { host: 'drill-1', firebreak_drill: 'true' } });
    expect(Object.values(state().approvals)).toMatchObject([{ status: 'open' }]);
    const ended = await end();
    expect(ended).toMatchObject({ status: 'compensated', drill: { outcome: 'passed', undone: ['a'] } });
    expect(story.incidents()).toMatchObject([{ kind: 'operation', title: 'Drill of move', status: 'resolved' }]);
    expect(story.world.errors).toEqual([]);
  });

  it('touches nothing that is real: no group holds its alert, no incident has it, and it inhibits nothing', async () => {
    const { story } = await drilled(
      withAlert(right),
      `inhibition: [{ name: down, source: { match: 'alertname="Down"' }, target: { match: 'alertname="Slow"' }, equal: [] }]\n`,
    );
    expect(story.groups()).toEqual([]);
    expect(story.incidents().flatMap(({ alerts }) => Object.keys(alerts))).toEqual([]);
    await story.fires('slow', { labels: { alertname: 'Slow' } });
    expect(story.incidents()).toHaveLength(2);
  });

  it.each([
    ['no trigger fits it', 'alertname: Up, host: drill-1', 'groups: []\n', /no trigger fits it/],
    ['a trigger cannot be evaluated', 'host: drill-1', 'groups: []\n', /could be evaluated/],
    ['it gives what is in use', 'alertname: Down', 'groups: []\n', /other inputs than `drill:` names: host/],
    [
      'a silence holds it back',
      right,
      `silences: [{ name: quiet, sets: [{ match: 'alertname="Down"' }], startsAt: "${start}", endsAt: "2027-01-01T00:00:00Z", owner: ana, reason: x }]\n`,
      /quiet holds it back/,
    ],
  ])('fails in an incident of its own where %s, however well its run goes', async (_, labels, yaml, reason) => {
    const { story, end } = await drilled(withAlert(labels), yaml);
    expect(await end()).toMatchObject({ drill: { outcome: 'failed', reason: expect.stringMatching(reason) } });
    expect(story.incidents()[1]).toMatchObject({
      severity: 4,
      status: 'open',
      title: expect.stringMatching(/^Drill of move failed: its alert does not lead to it/),
    });
  });

  it('is what a scheduled game day begins with too', async () => {
    const story = new ScheduleStory(`  - { cron: "0 * * * *" }\n`);
    story.publish(`  - { cron: "0 * * * *", drill: true }\n`, 'nightly', withAlert(right));
    await story.at('2026-03-02T00:10:00Z');
    await story.at('2026-03-02T01:00:01Z');
    const [run] = [...story.world.tables.runs.values()];
    expect(run?.state.trigger).toMatchObject({ type: 'schedule', drill: true, rehearsal: { led: true } });
  });

  it('is refused for a playbook that no alert starts', () => {
    const text = `apiVersion: firebreak/v1\nname: t\nversion: 1.0.0\nowner: { product: p, technical: t, escalation: e }\ndrill: { alert: { labels: { a: b } } }\nsteps:\n  - { id: a, ${shell} }\n`;
    const faults = readPlaybook(text, 't.yaml', actions).faults.map(({ message }) => message);
    expect(faults).toEqual([expect.stringContaining('has no `triggers:`')]);
  });
});
