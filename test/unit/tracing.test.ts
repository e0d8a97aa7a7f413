// What is told of a durable change: its spans, and its lines of the log. What failed for good is an error, what was dealt with is none.
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import type { TimelineEvent } from '../../src/core/events.ts';
import { callsOf } from '../../src/core/trace/calls.ts';
import { attemptPlace, traceIdOf, tracePlaceOf, traceparentOf } from '../../src/core/trace/place.ts';
import type { TraceSpan } from '../../src/core/trace/span.ts';
import { intercept } from '../../src/engine/interceptors/interceptor.ts';
import { levelOf, logAppends } from '../../src/engine/interceptors/log-events.ts';
import { recordSpans, tracing } from '../../src/engine/interceptors/tracing.ts';
import type { Appended, IncidentChange } from '../../src/ports/ledger.ts';
import { noTracing } from '../../src/ports/tracing.ts';
import { changeFrom } from '../support/engine/append-events.ts';
import { MemoryEngines } from '../support/engine/memory-engines.ts';
import { ana, playbook, start } from '../support/given/given.ts';
import { opened, stateOf } from '../support/given/incident.ts';
import { principalOf } from '../support/given/principals.ts';

const caller = { principal: principalOf(ana), cause: 'req_1' };

/** A world whose spans and lines are kept. */
function traced(steps: string, isOn = true) {
  const spans: TraceSpan[] = [];
  const lines: { readonly [member: string]: unknown }[] = [];
  const world = new MemoryEngines();
  world.publish({ ...playbook(steps), name: 'book' });
  const log = pino({ level: 'debug' }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const engine = world.engine(
    { publicUrl: 'https://firebreak.example.com' },
    {
      log,
      tracing: { isOn, record: (span) => spans.push(span), traceparent: (place) => traceparentOf(place, true) },
    },
  );
  const begin = async () => {
    await engine.start();
    const started = await engine.operations.startRun({ ...caller, playbook: 'book', inputs: {}, incidentId: null });
    if (!started.ok) throw new Error(started.error.message);
    await world.deliver(engine);
    return started.value.run.runId;
  };
  return { world, engine, spans, lines, begin };
}

const broken = { class: 'invalid', code: 'exit_1', message: 'it said my-own-words' } as const;
const errors = (spans: readonly TraceSpan[]) => spans.map(({ name, error }) => [name, error]);
const act = (more = '') => `  - { id: a, uses: shell.run, with: { command: [/bin/true] }${more} }`;

describe('a span', () => {
  it('of a failure that ends the run is an error, and so is the run; neither says what was said', async () => {
    const { world, engine, spans, begin } = traced(act());
    const runId = await begin();
    world.ms += 700;
    world.held.take(runId, 'a').fail(broken);
    await world.deliver(engine);
    expect(errors(spans)).toEqual([
      ['a', 'exit_1'],
      ['RUN book', 'run.failed'],
    ]);
    expect(spans[0]).toMatchObject({
      ...{ place: attemptPlace({ runId, step: 'a', attempt: 1 }), parent: tracePlaceOf(runId).spanId },
      attributes: {
        'error.type': 'exit_1',
        'firebreak.error.class': 'invalid',
        'cicd.pipeline.task.run.result': 'failure',
      },
    });
    expect((spans[0]?.endMs ?? 0) - (spans[0]?.startMs ?? 0)).toBe(700);
    expect(spans[1]?.attributes).toMatchObject({
      'cicd.pipeline.result': 'failure',
      'cicd.pipeline.run.url.full': `https://firebreak.example.com/runs/${runId}`,
    });
    expect(JSON.stringify(spans)).not.toContain('my-own-words');
  });

  it('of a failure from which the playbook goes on is none', async () => {
    const { world, engine, spans, begin } = traced(act(', onFailure: continue'));
    const runId = await begin();
    world.held.take(runId, 'a').fail(broken);
    await world.deliver(engine);
    expect(errors(spans)[0]).toEqual(['a', null]);
    expect(spans[0]?.attributes['error.type']).toBe('exit_1');
  });

  it('of a try that is made again is none', async () => {
    const { world, engine, spans, begin } = traced(act(', replay: safe, retry: { maxAttempts: 2 }'));
    const runId = await begin();
    world.held.take(runId, 'a').fail({ ...broken, class: 'transient' });
    await world.deliver(engine);
    world.ms += 120_000;
    await world.deliver(engine);
    world.held.take(runId, 'a').succeed(null);
    await world.deliver(engine);
    expect(errors(spans)).toEqual([
      ['a', null],
      ['a', null],
      ['RUN book', null],
    ]);
    expect(new Set(spans.map(({ place }) => place.spanId)).size).toBe(3);
    expect(new Set(spans.map(({ place }) => place.traceId))).toEqual(new Set([traceIdOf(runId)]));
  });

  it('of an outcome that nobody knows is an error, because people are asked', async () => {
    const { world, engine, spans, begin } = traced(act());
    const runId = await begin();
    world.held.take(runId, 'a').fail({ ...broken, class: 'unknown_outcome' });
    await world.deliver(engine);
    expect(errors(spans)).toEqual([['a', 'step.outcome_unknown']]);
  });

  it('of a refusal is none: it is an answer, and it ends what was asked', async () => {
    const { world, engine, spans, begin } = traced(act(', approval: { from: ["@sre"], expiresIn: 1h }'));
    const runId = await begin();
    const [approval] = Object.values(world.tables.runs.get(runId)?.state.approvals ?? {});
    world.ms += 60_000;
    await engine.operations.decideApproval({
      ...{ ...caller, approvalId: approval?.id ?? '', decision: 'deny', planDigest: approval?.planDigest ?? '' },
    });
    await world.deliver(engine);
    const asked = spans.find(({ name }) => name === 'approval of a');
    expect(asked).toMatchObject({ error: null, attributes: { 'firebreak.approval.outcome': 'denied' } });
    expect((asked?.endMs ?? 0) - (asked?.startMs ?? 0)).toBe(60_000);
  });
});

describe('a call', () => {
  it('is measured by the clock that does not jump', () => {
    const spans: TraceSpan[] = [];
    const clock = { nowMs: 1_000_000, monotonicMs: 50 };
    const calls = callsOf(
      {
        isOn: true,
        record: (span) => spans.push(span),
        traceparent: (place) => traceparentOf(place, true),
        nowMs: () => clock.nowMs,
        monotonicMs: () => clock.monotonicMs,
        newId: () => 'cmd_1',
      },
      { runId: 'run_1', step: 'a', attempt: 2 },
    );
    const call = calls.begin({ name: 'GET', kind: 'client', attributes: { a: 1 } });
    Object.assign(clock, { nowMs: 1, monotonicMs: 90 });
    call.end({ b: 2 }, 'http_503');
    expect(spans).toMatchObject([
      {
        ...{ startMs: 1_000_000, endMs: 1_000_040, error: null, attributes: { a: 1, b: 2, 'error.type': 'http_503' } },
        parent: attemptPlace({ runId: 'run_1', step: 'a', attempt: 2 }).spanId,
      },
    ]);
    expect(call.traceparent).toBe(`00-${traceIdOf('run_1')}-${spans[0]?.place.spanId}-01`);
  });
});

const before = { incident: stateOf('inc_1', opened), head: { version: 1, hash: '00' } };
const changeOf = (...events: readonly TimelineEvent[]): IncidentChange =>
  changeFrom({ incidentId: 'inc_1', before, events: events.map((event) => ({ ...event, actor: ana })), at: start });
const appendIn = (interceptor: Parameters<typeof intercept>[0][number], change: IncidentChange, appended: Appended) =>
  intercept([interceptor]).append([change], async () => appended);

describe('tracing that is off', () => {
  it('has no interceptor, so that a run is carried out as if there were none', () => {
    expect(tracing.make({ ports: { tracing: noTracing }, options: {} } as never)).toBeNull();
  });
});

describe('a change that was not appended', () => {
  it('is told to nobody', async () => {
    const told: unknown[] = [];
    const log = pino({ level: 'trace' }, { write: (line: string) => told.push(line) });
    const noted = changeOf({ type: 'incident.resolved', data: { reason: 'x' } });
    await appendIn(logAppends(log, true), noted, 'conflict');
    await appendIn(recordSpans({ record: (span) => told.push(span) }, null), noted, 'conflict');
    expect(told).toEqual([]);
    await appendIn(logAppends(log, true), noted, 'appended');
    expect(told).toHaveLength(1);
  });
});

describe('the line of an event', () => {
  it('names what it is about and who did it, and holds no data', async () => {
    const { lines, begin, world, engine } = traced(act());
    const runId = await begin();
    world.ms += 5;
    world.held.take(runId, 'a').fail(broken);
    await world.deliver(engine);
    expect(lines.filter(({ event }) => event === 'step.failed')).toMatchObject([
      {
        ...{ level: 30, msg: 'step.failed', event: 'step.failed', runId, step: 'a', attempt: 1, durationMs: 5 },
        ...{ traceId: traceIdOf(runId), incidentId: expect.stringMatching(/^inc_/), seq: 4, by: 'system' },
      },
    ]);
    expect(lines.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['incident.opened', 'run.started', 'step.started', 'step.failed', 'run.failed']),
    );
    expect(lines.find(({ event }) => event === 'run.started')).toMatchObject({ by: 'user', cause: 'req_1' });
    expect(JSON.stringify(lines)).not.toContain('my-own-words');
  });

  it('names no trace where nothing is traced', async () => {
    const { lines, begin } = traced(act(), false);
    await begin();
    const started = lines.find(({ event }) => event === 'run.started');
    expect(started).toMatchObject({ runId: expect.stringMatching(/^run_/) });
    expect(started).not.toHaveProperty('traceId');
  });

  it('is for people where something begins, ends, fails or is asked of them, and for debugging otherwise', () => {
    const all = ['run.started', 'run.failed', 'incident.opened', 'approval.requested', 'step.failed', 'switch.engaged'];
    for (const type of [...all, 'silence.created', 'role.assigned', 'severity.changed', 'evidence.failed'])
      expect([type, levelOf(type)]).toEqual([type, 'info']);
    const steps = ['step.started', 'step.succeeded', 'step.retry_scheduled', 'alert.received', 'alert.repeated'];
    for (const type of [...steps, 'group.alert_held', 'message.posted', 'chat.kept', 'run.admitted', 'constructor', ''])
      expect([type, levelOf(type)]).toEqual([type, 'debug']);
  });
});
