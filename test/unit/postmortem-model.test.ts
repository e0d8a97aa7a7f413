// The answers of a postmortem, from a stream in which nearly everything happens.
import { describe, expect, it } from 'vitest';
import { type Postmortem, toPostmortem } from '../../src/core/postmortem/model.ts';
import { addMs } from '../../src/core/time.ts';
import { incidentStream, opened } from '../support/given/incident-stream.ts';

const events = incidentStream('checkout');
const of = (stream: Parameters<typeof toPostmortem>[0]): Postmortem => {
  const postmortem = toPostmortem(stream);
  if (!postmortem) throw new Error('there is no postmortem');
  return postmortem;
};
const p = of(events);

describe('a postmortem', () => {
  it('says what the incident was, with its last severity and its roles', () => {
    expect(p.incident).toEqual({
      ...{ id: 'inc_1', number: 7, title: 'checkout', severity: 1, status: 'resolved' },
      ...{ openedAt: opened, resolvedAt: addMs(opened, 360_000), roles: [{ role: 'checkout', user: 'checkout' }] },
      ...{ closedAt: null, mergedInto: null },
    });
  });

  it('counts the impact from the first sign to the end', () => {
    expect(p.impact).toEqual({
      ...{ firstSignAt: addMs(opened, -240_000), durationMs: 600_000 },
      ...{ services: ['checkout'], alerts: 1, notifications: 4 },
    });
    expect(p.alerts).toMatchObject([{ count: 4, resolvedAt: addMs(opened, 300_000) }]);
  });

  it('measures the first action, the first person, the end, and the time that approvals took', () => {
    expect(p.times).toMatchObject({
      firstActionMs: 60_000,
      firstHumanMs: 40_000,
      resolveMs: 360_000,
      approvalMs: 60_000,
    });
    expect(
      p.times.steps.map(({ step, attempts, elapsedMs, workedMs }) => [step, attempts, elapsedMs, workedMs]),
    ).toEqual([
      ['look', 2, 13_000, 3000],
      ['act', 1, 3000, 3000],
      ['last', 1, 0, 0],
      ['act~undo', 1, 4000, 4000],
    ]);
  });

  it('tells what ran, what was retried and why', () => {
    expect(p.runs).toMatchObject([
      { playbook: 'test', version: '1.0.0', outcome: 'compensated', startedBy: 'the alert checkout' },
    ]);
    expect(p.attempts.map(({ step, attempt, outcome }) => [step, attempt, outcome])).toEqual([
      ['look', 1, 'failed, tried again (transient: checkout)'],
      ['look', 2, 'succeeded'],
      ['act', 1, 'succeeded'],
      ['last', 1, 'failed (invalid: checkout)'],
      ['act~undo', 1, 'succeeded'],
    ]);
    expect(p.retries).toMatchObject([
      { step: 'look', attempt: 1, delayMs: expect.any(Number), reason: expect.stringMatching(/transient: checkout/) },
    ]);
  });

  it('tells who approved what, and how long it took', () => {
    expect(p.approvals).toMatchObject([
      { step: 'act', outcome: 'granted', by: ['ana'], asked: ['@sre'], quorum: 1, waitedMs: 60_000 },
    ]);
  });

  it('tells how each step can be reversed, the last one first', () => {
    expect(p.reverse.map(({ step, state }) => [step, state])).toEqual([
      ['last', 'not completed'],
      ['act', 'undone'],
      ['look', 'nothing to undo'],
    ]);
  });

  it('lists the evidence, and every event in a sentence', () => {
    expect(p.evidence).toMatchObject([{ step: 'look', name: 'checkout', digest: 'sha256:00ff', bytes: 12 }]);
    expect(p.timeline.map(({ seq }) => seq)).toEqual(events.map(({ seq }) => seq));
    expect(p.summary).toBe(
      'A SEV1 incident on checkout began at 28 Feb 23:55 UTC: checkout. It was detected 4 m after it began. One playbook ran (test): no change stayed, 2 attempts did not help. It was over after 10 m, 1 m of it waiting for an approval.',
    );
  });

  it('is there at every moment: of each beginning of the stream', () => {
    for (let length = 1; length <= events.length; length++) {
      const part = of(events.slice(0, length));
      expect(part.timeline).toHaveLength(length);
      expect(JSON.parse(JSON.stringify(part))).toEqual(part);
    }
    expect(of(events.slice(0, 3))).toMatchObject({
      times: { firstActionMs: null, resolveMs: null },
      impact: { durationMs: null },
    });
  });

  it('is open again once an alert fires after the end', () => {
    const last = events.at(-1);
    const [, received] = events;
    if (!last || !received) throw new Error('the stream is short');
    const again = { ...received, seq: last.seq + 1, at: addMs(last.at, 1000) };
    expect(of([...events, again]).incident).toMatchObject({ status: 'open', resolvedAt: null });
  });

  it('is open again once people reopen it, and closed once it is merged into another', () => {
    const last = events.at(-1);
    if (!last) throw new Error('the stream is empty');
    const next = (ms: number, type: string, data: (typeof last)['data']) => ({
      ...last,
      seq: last.seq + 1,
      at: addMs(last.at, ms),
      type,
      data,
    });
    const reopened = next(1000, 'incident.reopened', { reason: 'it is back' });
    const merged = next(2000, 'incident.merged', { into: 'inc_2', intoNumber: 8 });
    expect(of([...events, reopened]).incident).toMatchObject({ status: 'open', resolvedAt: null });
    expect(of([...events, reopened, merged]).incident).toMatchObject({ status: 'closed', resolvedAt: merged.at });
    expect(of([...events, merged]).incident).toMatchObject({
      ...{ status: 'closed', resolvedAt: last.at, closedAt: merged.at, mergedInto: 8 },
    });
  });

  it('lists events of another version as unknown, and needs an incident to begin with', () => {
    const [first] = events;
    if (!first) throw new Error('the stream is empty');
    expect(of([...events, { ...first, seq: 99, type: 'moon.landed', data: { x: 1 } }]).timeline.at(-1)).toMatchObject({
      ...{ type: 'moon.landed', text: 'unknown event moon.landed', tone: 'warning' },
    });
    expect(toPostmortem([])).toBeNull();
    expect(toPostmortem(events.slice(1))).toBeNull();
  });
});
