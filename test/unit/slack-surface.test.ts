// Which place an incident gets in Slack, as a table: its severity, its route, its runs, a storm, and what was shown before.
import { describe, expect, it } from 'vitest';
import type { RunState } from '../../src/core/run/state.ts';
import { type Loudness, type Surface, surfaceOf } from '../../src/slack/outbound/surface.ts';
import { SlackSettings } from '../../src/slack/settings.ts';
import { opened, type Past, stateOf } from '../support/given/incident.ts';

const incident = (severity: number, change: object = {}, ...events: readonly Past[]) => {
  const data = { number: 7, title: 'checkout is slow', severity, groupKey: 'group', ...change };
  return stateOf('inc_1', { ...opened, type: 'incident.opened', data }, ...events);
};
const settings = SlackSettings.parse({});
const calm: Loudness = { settings, runs: [], announces: true, rank: 0, shown: 'none' };
const run = (members: object): RunState =>
  ({
    ...{ runId: 'run_1', status: 'running', trigger: { type: 'manual' }, approvals: {}, overdueAt: null, nodes: {} },
    ...members,
  }) as unknown as RunState;
const asking = run({ approvals: { one: { status: 'open' } } });

describe('the place of an incident', () => {
  it.each([
    [1, 'channel', 'channel'],
    [2, 'channel', 'channel'],
    [3, 'thread', 'channel'],
    [4, 'line', 'none'],
  ] as const)('of severity %i is a %s, and without an announce channel %s', (severity, announced, alone) => {
    expect(surfaceOf(incident(severity), calm)).toBe(announced);
    expect(surfaceOf(incident(severity), { ...calm, announces: false })).toBe(alone);
  });

  it('is as the settings say for its severity', () => {
    const loudness = SlackSettings.parse({ loudness: { 3: 'channel', 1: 'line' } });
    expect(surfaceOf(incident(3), { ...calm, settings: loudness })).toBe('channel');
    expect(surfaceOf(incident(1), { ...calm, settings: loudness })).toBe('line');
  });

  it('never becomes quieter than it was', () => {
    const order: readonly Surface[] = ['none', 'line', 'thread', 'channel'];
    for (const shown of order)
      expect(surfaceOf(incident(4), { ...calm, shown })).toBe(shown === 'none' ? 'line' : shown);
  });

  it.each<[string, RunState]>([
    ['asks for approval', asking],
    ['is late', run({ overdueAt: '2026-03-01T00:00:00.000Z' })],
    ['waits for people to say what became of a step', run({ nodes: { a: { status: 'unknown' } } })],
    ['would speak in the channel', run({ nodes: { a: { status: 'retry_wait', error: { code: 'no_channel' } } } })],
  ])('is a channel once a run %s', (_why, one) => {
    expect(surfaceOf(incident(4), { ...calm, runs: [one] })).toBe('channel');
    expect(surfaceOf(incident(2, { handling: { channel: 'none' } }), { ...calm, runs: [one] })).toBe('channel');
    expect(surfaceOf(incident(4), { ...calm, runs: [{ ...one, status: 'cancelled' }] })).toBe('line');
  });

  const failed = run({ status: 'failed', nodes: { a: { status: 'failed', at: '', error: { code: 'x' } } } });
  const deniedNode = { a: { status: 'failed', at: '', error: { code: 'approval_denied' } } };
  it('is a thread at least once a run failed, and a channel without an announce channel; what a person denied changes nothing', () => {
    const operation = incident(3, { groupKey: null, kind: 'operation' });
    for (const one of [incident(4), operation]) {
      expect(surfaceOf(one, { ...calm, runs: [failed] })).toBe('thread');
      expect(surfaceOf(one, { ...calm, runs: [failed], announces: false })).toBe('channel');
      const denied = [{ ...failed, nodes: deniedNode } as unknown as RunState];
      expect(surfaceOf(one, { ...calm, runs: denied })).toBe(surfaceOf(one, calm));
    }
  });

  it('is a channel for what a person has declared, and nothing for an operation that asks nobody', () => {
    expect(surfaceOf(incident(4, { groupKey: null }), calm)).toBe('channel');
    const operation = incident(3, { groupKey: null, kind: 'operation' });
    expect(surfaceOf(operation, calm)).toBe('none');
    expect(surfaceOf(operation, { ...calm, runs: [asking] })).toBe('channel');
  });

  it('in a storm is a line at the utmost, a thread if people are asked, a channel for the worst, and bounded in number', () => {
    const storm = { ...calm, rank: 10 };
    expect(surfaceOf(incident(1), storm)).toBe('channel');
    expect(surfaceOf(incident(2), storm)).toBe('line');
    expect(surfaceOf(incident(2), { ...storm, runs: [asking] })).toBe('thread');
    expect(surfaceOf(incident(1), { ...storm, rank: 20 })).toBe('none');
    expect(surfaceOf(incident(1), { ...storm, rank: 20, runs: [asking] })).toBe('channel');
    expect(surfaceOf(incident(1), { ...storm, rank: 20, announces: false })).toBe('channel');
  });
});

describe('settings', () => {
  it('name the announce channel or its id, and nothing else', () => {
    expect(SlackSettings.safeParse({ announce: '#incidents' }).success).toBe(true);
    expect(SlackSettings.safeParse({ announce: 'C012ABCDEF' }).success).toBe(true);
    expect(SlackSettings.safeParse({ announce: 'incidents' }).error?.message).toContain('must be a channel such as');
    expect(SlackSettings.safeParse({ loudness: { 5: 'line' } }).success).toBe(false);
    expect(SlackSettings.safeParse({ loudness: { 1: 'loud' } }).success).toBe(false);
  });
});
