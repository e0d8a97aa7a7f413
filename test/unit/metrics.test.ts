// What metrics say: within bounds whatever comes from outside, in both formats, and while the database is away.
import { describe, expect, it } from 'vitest';
import type { TimelineEvent } from '../../src/core/events.ts';
import type { RunState } from '../../src/core/run/state.ts';
import { createWatchStuck } from '../../src/engine/runs/watch-stuck.ts';
import type { IncidentChange } from '../../src/ports/ledger.ts';
import type { Gauges } from '../../src/ports/metrics.ts';
import type { StuckRun } from '../../src/ports/stuck.ts';
import { changeFrom } from '../support/engine/append-events.ts';
import { ana, playbook, Story } from '../support/given/given.ts';
import { opened, stateOf } from '../support/given/incident.ts';
import { emptyGauges, givenMetrics, happenedIn, namesIn, samplesOf } from '../support/given/metrics.ts';

const openMetrics = 'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3';

const book = playbook(
  '  - { id: look, uses: shell.run, with: { command: [/bin/true] }, retry: { maxAttempts: 3, baseDelay: 1s } }\n' +
    '  - { id: act, uses: shell.run, with: { command: [/bin/true] }, approval: { from: ["@sre"] }, onFailure: compensate,\n' +
    '      compensate: { uses: shell.run, with: { command: [/bin/true] } } }\n',
  'class: critical\nsla: { completeWithin: 1m }\n',
);

const incident = stateOf('inc_1', opened);
const before = { incident, head: { version: 1, hash: '00' } };

/** The changes that a story leads to, one for each of its events. */
function changesOf(story: Story): readonly IncidentChange[] {
  let runs: readonly RunState[] = [new Story(story.book).state];
  return story.events.map((event) => {
    const change = changeFrom({
      incidentId: 'inc_1',
      before,
      runs,
      playbooks: [story.book],
      events: [event],
      at: event.at,
    });
    runs = change.runs.map(({ state }) => state);
    return change;
  });
}

const textOf = async (metrics: ReturnType<typeof givenMetrics>, accept?: string) => (await metrics.expose(accept)).text;

describe('what is stuck', () => {
  it('is counted by the judge of all lists, each run once however many of its states last too long, beside what is open', async () => {
    const open = { playbook: 'restart', state: 'running', count: 3, overSla: 0, oldestMs: 1 };
    const metrics = givenMetrics({ gauges: async () => ({ ...emptyGauges, runs: [open] }) });
    const one = { playbook: 'restart', state: 'running', runId: 'run_1', incident: { id: 'inc_1' } } as StuckRun;
    const called: (readonly StuckRun[])[] = [];
    let items = [one, { ...one, step: 'b' }, { ...one, runId: 'run_2', playbook: 'drain', state: 'paused' }];
    const watch = createWatchStuck({
      look: async ({ seen }) => ({ at: '', cut: false, items: seen === null ? items : [] }),
      metrics,
      call: async (stuck) => void called.push(stuck),
    });
    expect(samplesOf(await textOf(metrics), 'firebreak_runs_stuck')).toEqual({
      'playbook="restart",state="running"': 0,
    });
    await watch();
    expect(called).toEqual([items]);
    const said = samplesOf(await textOf(metrics), 'firebreak_runs_stuck');
    expect(said).toEqual({ 'playbook="restart",state="running"': 1, 'playbook="drain",state="paused"': 1 });
    items = [];
    await watch();
    expect(samplesOf(await textOf(metrics), 'firebreak_runs_stuck')).toEqual({
      'playbook="restart",state="running"': 0,
    });
  });
});

describe('labels', () => {
  it('a label with 10 000 values makes a bounded number of series, and the rest is counted as other', async () => {
    const metrics = givenMetrics();
    for (let i = 0; i < 10_000; i++) {
      metrics.countDelivery(`source-${i}`, 'accepted');
      metrics.slack.countCall(`family${i}.x`, 'ok');
      metrics.queue.observeHop(`queue-${i}`, 5);
    }
    const text = await textOf(metrics);
    const deliveries = samplesOf(text, 'firebreak_deliveries_total');
    expect(Object.keys(deliveries)).toHaveLength(101);
    expect(deliveries['source="other",outcome="accepted"']).toBe(9900);
    expect(deliveries['source="source-7",outcome="accepted"']).toBe(1);
    expect(text.length).toBeLessThan(200_000);
  });

  it('10 000 playbooks that an event names make a bounded number of series', async () => {
    const metrics = givenMetrics();
    const unclearTriggers = Array.from({ length: 10_000 }, (_, i) => `playbook-${i}`);
    const note: TimelineEvent = { type: 'note.added', data: { text: 'x', unclearTriggers } };
    metrics.countChange(
      changeFrom({ incidentId: 'inc_1', before, events: [{ ...note, actor: ana }], at: '2026-03-01T00:00:00.000Z' }),
    );
    const counted = samplesOf(await textOf(metrics), 'firebreak_trigger_errors_total');
    expect(Object.keys(counted)).toHaveLength(501);
    expect(counted['playbook="other"']).toBe(9500);
  });

  it('fields of one source that fill its bound leave those of another alone', async () => {
    const metrics = givenMetrics();
    for (let i = 0; i < 1000; i++) metrics.countFieldFault('grafana', `field-${i}`);
    metrics.countFieldFault('zabbix', 'severity');
    const faults = samplesOf(await textOf(metrics), 'firebreak_delivery_field_faults_total');
    expect(faults['source="grafana",field="other"']).toBe(950);
    expect(faults['source="zabbix",field="severity"']).toBe(1);
  });

  it('a value that is as long as a body is cut', async () => {
    const metrics = givenMetrics();
    metrics.countDelivery('x'.repeat(100_000), 'accepted');
    expect((await textOf(metrics)).length).toBeLessThan(100_000);
  });
});

describe('a scrape', () => {
  const one: Gauges = { ...emptyGauges, openApprovals: 3, incidents: [{ severity: 1, open: 2 }] };

  it('asks the database once within five seconds, however often it comes', async () => {
    const world = { asked: 0, atMs: 0 };
    const gauges = async () => {
      world.asked += 1;
      return one;
    };
    const metrics = givenMetrics({ gauges, monotonicMs: () => world.atMs });
    for (const atMs of [0, 1000, 4999]) {
      world.atMs = atMs;
      expect(samplesOf(await textOf(metrics), 'firebreak_approvals_open')).toEqual({ '': 3 });
    }
    await Promise.all([textOf(metrics), textOf(metrics, openMetrics)]);
    expect(world.asked).toBe(1);
    world.atMs = 5000;
    await Promise.all([textOf(metrics), textOf(metrics)]);
    expect(world.asked).toBe(2);
  });

  it('is answered while the database refuses, without what only that knows', async () => {
    const refuse = () => Promise.reject(new Error('connection refused'));
    const metrics = givenMetrics({ gauges: refuse, owed: refuse });
    metrics.countDelivery('grafana', 'accepted');
    const text = await textOf(metrics);
    expect(samplesOf(text, 'firebreak_deliveries_total')).toEqual({ 'source="grafana",outcome="accepted"': 1 });
    expect(samplesOf(text, 'firebreak_database_answered')).toEqual({ '': 0 });
    for (const name of ['approvals_open', 'incidents_open', 'obligations_open', 'queue_depth', 'record_complete_ratio'])
      expect(samplesOf(text, `firebreak_${name}`)).toEqual({});
  });

  it('is answered after two seconds while the database is silent, and asks it nothing more until it has answered', async () => {
    const world = { asked: 0, atMs: 0, slept: [] as number[] };
    const silent = () => {
      world.asked += 1;
      return new Promise<never>(() => undefined);
    };
    const sleep = async (ms: number) => void world.slept.push(ms);
    const metrics = givenMetrics({ gauges: silent, monotonicMs: () => world.atMs, sleep });
    for (const atMs of [0, 6000, 60_000]) {
      world.atMs = atMs;
      expect(samplesOf(await textOf(metrics), 'firebreak_database_answered')).toEqual({ '': 0 });
    }
    expect(world.asked).toBe(1);
    expect(world.slept).toContain(2000);
  });

  it('that comes after the database is back has its numbers again, and no old ones', async () => {
    const world = { atMs: 0, answer: one };
    const metrics = givenMetrics({ gauges: async () => world.answer, monotonicMs: () => world.atMs });
    expect(samplesOf(await textOf(metrics), 'firebreak_incidents_open')).toEqual({ 'severity="1"': 2 });
    world.answer = { ...one, incidents: [{ severity: 3, open: 1 }] };
    world.atMs = 5000;
    expect(samplesOf(await textOf(metrics), 'firebreak_incidents_open')).toEqual({ 'severity="3"': 1 });
  });
});

describe('formats', () => {
  it('who asks for OpenMetrics gets it with exemplars, and who asks next for Prometheus text gets the same names as before', async () => {
    const metrics = givenMetrics({ playbooks: [book], isTraced: true });
    const story = new Story(book);
    story.when({ type: 'advance' });
    story.succeed('look');
    for (const change of changesOf(story)) metrics.countChange(change);
    const plain = await textOf(metrics);
    const { contentType, text } = await metrics.expose(openMetrics);
    expect(contentType).toContain('application/openmetrics-text');
    expect(text.endsWith('# EOF\n')).toBe(true);
    expect(text).toMatch(
      /^firebreak_step_duration_seconds_bucket\{.*\} 1 # \{run_id="run_0+",trace_id="[0-9a-f]{32}"\} /m,
    );
    expect(text).toContain('# TYPE firebreak_step_attempts counter\n');
    expect(text).toMatch(/^firebreak_step_attempts_total\{/m);
    expect(text).not.toContain('_total_total');
    const after = await textOf(metrics);
    expect(namesIn(after)).toEqual(namesIn(plain));
    expect(after).not.toContain('# {');
  });

  it.each([
    [undefined, 'text/plain'],
    ['*/*', 'text/plain'],
    ['text/html,application/xhtml+xml', 'text/plain'],
    ['text/plain;q=0.9, application/openmetrics-text;q=0.1', 'text/plain'],
    ['application/openmetrics-text; version=1.0.0', 'application/openmetrics-text'],
    ['application/openmetrics-text;q=0', 'text/plain'],
    ['application/openmetrics-text;q=nonsense', 'text/plain'],
  ])('Accept: %s is answered with %s', async (accept, expected) => {
    expect((await givenMetrics().expose(accept)).contentType.startsWith(expected)).toBe(true);
  });
});

describe('a run', () => {
  const counted = async (story: Story) => {
    const metrics = givenMetrics({ playbooks: [book] });
    for (const change of changesOf(story)) metrics.countChange(change);
    return textOf(metrics);
  };
  const sum = (text: string, name: string) => Object.values(samplesOf(text, name)).reduce((all, one) => all + one, 0);

  it('is counted with its tries, its waiting for people and its end, under its playbook and class', async () => {
    const story = new Story(book);
    story.later(4000).when({ type: 'advance' });
    story.later(2000).fail('look', 'transient');
    story.later(60_000).when({ type: 'advance' });
    story.later(1000).succeed('look');
    story.later(90_000).approve(ana);
    story.when({ type: 'advance' });
    story.succeed('act');
    const text = await counted(story);
    expect(happenedIn(text, 'firebreak_runs_ended_total')).toEqual({
      'playbook="test",class="critical",outcome="succeeded",trigger="manual"': 1,
    });
    expect(sum(text, 'firebreak_run_start_delay_seconds_sum')).toBe(4);
    expect(sum(text, 'firebreak_run_duration_seconds_sum')).toBe(157);
    expect(samplesOf(text, 'firebreak_step_attempts_total')).toEqual({
      'playbook="test",step="look",outcome="retried"': 1,
      'playbook="test",step="look",outcome="succeeded"': 1,
      'playbook="test",step="act",outcome="succeeded"': 1,
    });
    expect(samplesOf(text, 'firebreak_step_retries_total')).toEqual({ 'playbook="test",error="transient"': 1 });
    expect(samplesOf(text, 'firebreak_step_failures_total')).toEqual({ 'action="shell.run",error="transient"': 1 });
    expect(happenedIn(text, 'firebreak_approvals_decided_total')).toEqual({ 'playbook="test",decision="granted"': 1 });
    expect(samplesOf(text, 'firebreak_cost_human_wait_seconds_total')).toEqual({ 'playbook="test"': 90 });
    expect(samplesOf(text, 'firebreak_cost_machine_seconds_total')).toEqual({ 'playbook="test"': 3 });
    expect(samplesOf(text, 'firebreak_cost_attempts_total')).toEqual({ 'playbook="test"': 3 });
    expect(sum(text, 'firebreak_manual_interventions_total')).toBe(0);
  });

  it('that people paused, and that ended with something done, says so', async () => {
    const story = new Story(book);
    story.when({ type: 'advance' });
    story.succeed('look');
    story.order('pause');
    story.order('resume');
    story.order('cancel');
    const text = await counted(story);
    expect(samplesOf(text, 'firebreak_manual_interventions_total')).toEqual({
      'playbook="test",kind="pause"': 1,
      'playbook="test",kind="resume"': 1,
      'playbook="test",kind="cancel"': 1,
    });
    expect(happenedIn(text, 'firebreak_runs_partial_total')).toEqual({ 'playbook="test"': 1 });
  });

  it('that never happened is counted as 0 under its playbook, so that the first one is seen as an increase', async () => {
    const text = await textOf(givenMetrics({ playbooks: [book] }));
    const failed = 'playbook="test",class="critical",outcome="failed",trigger="manual"';
    expect(samplesOf(text, 'firebreak_runs_ended_total')[failed]).toBe(0);
    expect(samplesOf(text, 'firebreak_runs_over_sla_total')).toEqual({ 'playbook="test",class="critical"': 0 });
    expect(samplesOf(text, 'firebreak_approvals_decided_total')['playbook="test",decision="expired"']).toBe(0);
    expect(samplesOf(text, 'firebreak_compensations_ended_total')['playbook="test",outcome="failed"']).toBe(0);
    expect(samplesOf(text, 'firebreak_escalations_total')['playbook="test",kind="undo"']).toBe(0);
  });

  it('or an incident of which there was none yet is there all the same, as empty buckets, so that a rate sees the first', async () => {
    const text = await textOf(givenMetrics());
    expect(samplesOf(text, 'firebreak_incidents_opened_total')['severity="4"']).toBe(0);
    for (const what of ['acknowledge', 'containment', 'recovery'])
      expect(samplesOf(text, `firebreak_incident_${what}_seconds_bucket`)['le="900",severity="1"']).toBe(0);
    expect(samplesOf(text, 'firebreak_approval_wait_seconds_count')['decision="expired"']).toBe(0);
    expect(samplesOf(text, 'firebreak_remediation_seconds_count')['class="critical"']).toBe(0);
    expect(samplesOf(text, 'firebreak_slack_calls_total')['family="chat",outcome="ambiguous"']).toBe(0);
  });

  it('whose playbook is gone is important, and its actions are unknown', async () => {
    const metrics = givenMetrics();
    const story = new Story(book);
    story.when({ type: 'advance' });
    story.succeed('look');
    for (const change of changesOf(story)) metrics.countChange(change);
    const text = await textOf(metrics);
    expect(samplesOf(text, 'firebreak_step_duration_seconds_count')).toEqual({
      'action="unknown",outcome="succeeded"': 1,
    });
    expect(Object.keys(samplesOf(text, 'firebreak_run_start_delay_seconds_count'))).toEqual(['class="important"']);
  });
});
