// What the incident page asks for, over /api/v1 without a network: frames and ledgers, and what is asked wrongly.

import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { ApiFrame } from '../../src/contract/frame.ts';
import { ApiLedgerPage, ApiLedgerRecord } from '../../src/contract/ledger.ts';
import type { StoredEvent } from '../../src/core/events.ts';
import { ok } from '../../src/core/result.ts';
import { addMs } from '../../src/core/time.ts';
import { linkEvents } from '../../src/core/timeline/chain.ts';
import { entryKindOf, entryKinds } from '../../src/core/timeline/entry-kind.ts';
import { frameOf, recordedBy } from '../../src/core/timeline/frame.ts';
import { stateOfNode, stateOfRun, wordOfRun, wordOfStep } from '../../src/core/timeline/frame-state.ts';
import { eventTypes } from '../../src/core/timeline/read-event.ts';
import { createFrames } from '../../src/engine/record/frames.ts';
import { type ApiDeps, addApi } from '../../src/http/api/api.ts';
import { createServer } from '../../src/http/server.ts';
import type { LedgerReads } from '../../src/ports/ledger-reads.ts';
import type { IncidentRow } from '../../src/ports/reads.ts';
import { runWords } from '../../src/slack/views/states.ts';
import { ana, playbook, Story } from '../support/given/given.ts';
import { incidentStream, opened } from '../support/given/incident-stream.ts';
import { noMetrics } from '../support/given/metrics.ts';

const events = incidentStream('checkout\u202e');
const last = events.at(-1)?.at ?? '';
const incident = { id: 'inc_1', number: 7, version: events.length, openedAt: opened, updatedAt: last };

const ledgerOf = (stored: readonly StoredEvent[]): LedgerReads => ({
  async slice({ upTo, from, limit, types }) {
    const fits = stored.filter(
      ({ seq, type }) =>
        seq <= upTo &&
        (from.side === 'after' ? seq > from.seq : seq < from.seq) &&
        (types === null || types.types.includes(type) === (types.of === 'only')),
    );
    const items = from.side === 'after' ? fits.slice(0, limit) : fits.slice(-limit);
    return { items, more: fits.length > limit };
  },
  redactionsOf: async () => [],
  entry: async (_id, seq) => stored[seq - 1] ?? null,
  knownBy: async (_id, at) => recordedBy(stored, at),
  timesRedacted: async () => 0,
  async *eventsBetween(_id, { after, upTo }) {
    yield stored.filter(({ seq }) => seq > after && seq <= upTo);
  },
});

async function ask(path: string, stored: readonly StoredEvent[] = events, hidden = false) {
  const app = createServer({
    runtime: { nowMs: () => 0, monotonicMs: () => 0, random: () => 0.5, newId: () => 'req_1' },
    log: pino({ level: 'silent' }),
    ready: async () => null,
    metrics: noMetrics,
    parts: () => [],
    slack: null,
    countRefused: () => undefined,
    metricsArePublic: true,
  });
  const ledger = ledgerOf(stored);
  const row = { ...incident, version: stored.length } as IncidentRow;
  const given = {
    ...{
      localName: 'owner',
      localPeer: async () => 'own',
      people: {},
      surface: 'api',
      authorised: async () => ok(undefined),
    },
    ...{ log: pino({ level: 'silent' }), ledger },
    readsFor: () => ({
      incident: async () => (hidden ? null : row),
      seen: async () => [],
      archived: async () => null,
      sees: async () => true,
    }),
    frames: createFrames({ ledger, versions: { byDigest: async () => null } }),
  };
  addApi(app, given as unknown as ApiDeps);
  const answer = await app.inject({
    url: `/api/v1/incidents/7${path}`,
    headers: { host: 'localhost:3000' },
    remoteAddress: '127.0.0.1',
  });
  await app.close();
  return { status: answer.statusCode, body: answer.json() as Record<string, unknown> };
}

describe('a frame over the API', () => {
  it('is that of the pure fold, now and then, and says how far the whole incident goes', async () => {
    const now = ApiFrame.parse((await ask('/frame')).body);
    expect(now.digest).toBe(frameOf(events, { playbooks: new Map() })?.digest);
    expect(now).toMatchObject({
      at: null,
      until: { from: now.incident.clocks.began, to: last },
      events: events.length,
    });
    const at = addMs(opened, 65_000);
    const then = ApiFrame.parse((await ask(`/frame?at=${at}`)).body);
    expect(then.digest).toBe(frameOf(events, { at, playbooks: new Map() })?.digest);
    expect(then).toMatchObject({ at, until: now.until });
    expect(then.events).toBeLessThan(now.events);
  });

  it('shows text that changes how text reads as what it is', async () => {
    // A fingerprint is an identity: it is compared, not shown.
    const shown = JSON.stringify((await ask('/frame')).body, (name, value) => (name === 'fingerprint' ? '' : value));
    expect(shown).not.toContain('\u202e');
  });

  it('takes an instant of any offset, after the end as now, and says what is wrong with others', async () => {
    expect(ApiFrame.parse((await ask('/frame?at=2099-01-01T00:00:00%2B02:00')).body)).toMatchObject({
      events: events.length,
    });
    const before = await ask(`/frame?at=${addMs(opened, -1)}`);
    expect([before.status, before.body['detail']]).toEqual([
      404,
      `nothing was known of incident #7 then: it was opened at ${opened}; ask for that instant or a later one`,
    ]);
    for (const at of ['yesterday', '2026-02-30T00:00:00Z', '1', ''])
      expect(await ask(`/frame?at=${at}`)).toMatchObject({ status: 400, body: { code: 'invalid' } });
  });

  it('is not there for whoever may not know of the incident', async () => {
    for (const path of ['/frame', '/ledger', '/ledger/1', '/similar'])
      expect(await ask(path, events, true)).toMatchObject({
        status: 404,
        body: { detail: 'there is no such incident' },
      });
  });
});

describe('a ledger over the API', () => {
  const page = async (query: string, stored = events) =>
    ApiLedgerPage.parse((await ask(`/ledger${query}`, stored)).body);

  it('has the last entries first asked for, and leads to those before and to those that come', async () => {
    const end = await page('?limit=3');
    expect(end.items.map(({ seq }) => seq)).toEqual([-2, -1, 0].map((back) => events.length + back));
    expect(end).toMatchObject({ total: events.length, before: events.length - 2, after: events.length, more: false });
    const before = await page(`?limit=3&before=${end.before}`);
    expect(before.items.at(-1)?.seq).toBe((end.before ?? 0) - 1);
    expect(before).toMatchObject({ after: (end.before ?? 0) - 1, more: true });
    expect(await page(`?after=${end.after}`)).toMatchObject({ items: [], after: events.length, more: false });
    expect(await page('?limit=500&after=0')).toMatchObject({ before: null, more: false });
  });

  it('has entries of one kind, and refuses kinds that there are not', async () => {
    const approvals = await page('?kind=approval&limit=500');
    expect(approvals.items.length).toBeGreaterThan(0);
    expect(new Set(approvals.items.map(({ kind }) => kind))).toEqual(new Set(['approval']));
    expect(approvals.items[0]?.refs).toMatchObject({
      step: 'act',
      run: expect.any(String),
      approval: expect.any(String),
    });
    for (const query of ['?kind=gossip', '?limit=0', '?after=-1', '?after=1&before=2', '?after=x', '?seq=1'])
      expect(await ask(`/ledger${query}`), query).toMatchObject({ status: 400 });
  });

  it('knows no more at an instant than the frame does', async () => {
    const at = addMs(opened, 65_000);
    expect((await page(`?at=${at}&after=0&limit=500`)).items).toHaveLength(recordedBy(events, at));
  });

  it('cuts long texts in the list and has them whole in the entry; what it does not know stays in it', async () => {
    const text = `needle ${'x'.repeat(1_000_000)}`;
    const odd = [
      { type: 'note.added', at: last, actor: ana, cause: 'c', data: { text } },
      { type: 'from.the.future', at: last, actor: ana, cause: 'c', data: { runId: 7, artifacts: 'none', alert: null } },
    ];
    const head = { version: events.length, hash: events.at(-1)?.hash ?? '' };
    const stored = [...events, ...linkEvents('inc_1', head, odd)];
    const { items } = await page('?limit=2', stored);
    expect(items.map(({ kind, cut }) => [kind, cut])).toEqual([
      ['message', true],
      ['other', false],
    ]);
    expect(JSON.stringify(items).length).toBeLessThan(3000);
    const one = ApiLedgerRecord.parse((await ask(`/ledger/${events.length + 1}`, stored)).body);
    expect([one.entry.cut, one.entry.text.length > 1_000_000, one.recorded.data['text'] === text]).toEqual([
      false,
      true,
      true,
    ]);
    expect(await ask('/ledger/9999')).toMatchObject({ status: 404 });
    expect(await ask('/ledger/0')).toMatchObject({ status: 400 });
  });
});

describe('words of a frame', () => {
  it('are those of the messages in Slack, for every state that a run comes to', () => {
    const book = playbook(
      '  - { id: a, uses: shell.run, with: { command: [/bin/true] }, risk: high, approval: { from: ["@sre"] } }',
    );
    const story = new Story(book);
    const states = [story.state, { ...story.state, paused: true }];
    for (const status of [
      'queued',
      'cancelling',
      'compensating',
      'finishing',
      'succeeded',
      'failed',
      'cancelled',
      'compensated',
      'compensation_failed',
    ] as const)
      states.push({ ...story.state, status });
    states.push({ ...story.state, status: 'finishing', ending: { outcome: 'compensated', reason: null } });
    for (const state of states) expect(wordOfRun(state)).toBe(runWords(state).word);
    expect(stateOfRun({ ...story.state, paused: true })).toBe('paused');
  });

  it('say of a step whether it is verified, held back, marked by a person or undone', () => {
    const base = { attempts: 1, round: 1, tries: 1, firstStartedAt: null, acted: null, probe: false };
    const error = { class: 'transient', code: 'target_left_alone', message: 'm' } as const;
    expect(stateOfNode({ ...base, status: 'retry_wait', retryAt: last, error, approvalId: null }, false)).toBe('held');
    expect(stateOfNode({ ...base, status: 'succeeded', output: null, at: last, artifacts: [] }, true)).toBe('undone');
    expect(wordOfStep('done', { undoes: false, markedBy: { ...ana, name: 'Ana' } })).toBe('Marked done by Ana');
    expect(wordOfStep('asked', { undoes: true, markedBy: null })).toBe('Undo: waiting for approval');
  });
});

it('knows what each type of an incident’s event is about', () => {
  const own = eventTypes.filter(
    (type) =>
      !/^(?:switch|token|delivery|stream|record|restore|session|silences?|window|heartbeat|schedule|slots?|slo|passkey|trust|rulebook|policies|playbook)\./.test(
        type,
      ),
  );
  const unknown = own.filter((type) => entryKindOf(type) === 'other');
  expect(unknown).toEqual([]);
  expect(entryKinds).toContain(entryKindOf('constructor.x'));
  expect(['constructor', '__proto__', '', '.'].map(entryKindOf)).toEqual(Array(4).fill('other'));
});

it('a frame that is drawn after something was taken out of the record shows nothing of it, though it had been read before', async () => {
  const ledger = ledgerOf(incidentStream('a-leaked-title'));
  const [leaked, without] = [ledger.eventsBetween, ledgerOf(incidentStream('gone')).eventsBetween];
  let times = 0;
  const frames = createFrames({
    versions: { byDigest: async () => null },
    ledger: {
      ...ledger,
      timesRedacted: async () => times,
      eventsBetween: (...asked) => (times === 0 ? leaked : without)(...asked),
    },
  });
  const shown = async () => JSON.stringify(await frames.now('inc_1', events.length));
  expect(await shown()).toContain('a-leaked-title');
  times = 1;
  expect(await shown()).not.toContain('a-leaked-title');
});
