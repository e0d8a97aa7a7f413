// Redaction with proof: what may be taken out, what vouches for it, and that nothing else passes for a redaction.
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/core/events.ts';
import type { Json } from '../../src/core/json.ts';
import { planRedaction } from '../../src/core/redaction/plan-redaction.ts';
import { redactData, tombstone } from '../../src/core/redaction/redact-data.ts';
import { redactionsIn, vouchedFor } from '../../src/core/redaction/vouched.ts';
import { toBundle, verifyBundle } from '../../src/core/timeline/bundle.ts';
import { linkEvents, verifyChain } from '../../src/core/timeline/chain.ts';
import { signerOf } from '../../src/core/timeline/key-text.ts';
import { ana, start } from '../support/given/given.ts';

const streamId = `inc_${'1'.repeat(26)}`;
const link = (stream: string, events: readonly { type: string; data: { [key: string]: unknown } }[]) =>
  linkEvents(
    stream,
    null,
    events.map((event) => ({ ...event, at: start, actor: ana, cause: 'test' })),
  );
const stream = link(streamId, [
  { type: 'incident.opened', data: { number: 1, title: 'Disk', severity: 2, groupKey: null } },
  { type: 'note.added', data: { text: 'the password is hunter2-hunter2' } },
  { type: 'note.added', data: { text: 'seen' } },
]);
const head = { version: 3, hash: stream[2]?.hash ?? '' };

function planned(what: { path: string; text: string | null }, seq = 2) {
  const plan = planRedaction(stream, { seq, what, vouched: {} });
  if (!plan.ok) throw new Error(plan.error.message);
  return plan.value;
}
const recorded = ({ event, now, paths }: ReturnType<typeof planned>, change: { readonly now?: string } = {}) =>
  link('system', [
    {
      type: 'record.redacted',
      data: { streamId, seq: event.seq, hash: event.hash, now, paths: [...paths], reason: 'it leaked', ...change },
    },
  ]);
const replaced = (one: StoredEvent) => stream.map((event) => (event.seq === one.seq ? one : event));
const verified = (events: readonly StoredEvent[], system: readonly StoredEvent[]) => {
  const { events: vouched } = redactionsIn(system);
  return verifyChain(streamId, events, head, [], (event) => vouchedFor(vouched, event));
};

describe('taking something out of an event', () => {
  it('takes a text out wherever it stands, and leaves the rest', () => {
    const data = { text: 'a secret-1 b', deep: [{ k: 'secret-1' }], n: 1 };
    expect(redactData(data, { path: '', text: 'secret-1' })).toMatchObject({
      ok: true,
      value: { data: { text: `a ${tombstone} b`, deep: [{ k: tombstone }], n: 1 }, paths: ['/text', '/deep/0/k'] },
    });
  });

  it('takes all of a path, with keys that hold slashes', () => {
    const data = { labels: { 'a/b': 'x', c: 'y' } };
    expect(redactData(data, { path: '/labels/a~1b', text: null })).toMatchObject({
      ok: true,
      value: { data: { labels: { 'a/b': tombstone, c: 'y' } }, removed: ['x'] },
    });
  });

  const refused: readonly (readonly [string, { [key: string]: Json }, { path: string; text: string | null }])[] = [
    ['what the record refers to', { runId: 'run_1' }, { path: '/runId', text: null }],
    ['what is not there', { a: 'b' }, { path: '/c', text: null }],
    ['everything at once', { a: 'b' }, { path: '', text: null }],
    ['a text that is too short', { a: 'bcd' }, { path: '', text: 'b' }],
    ['a path that is none', { a: 'bcd' }, { path: 'a', text: null }],
  ];
  it.each(refused)('refuses %s', (_, data, what) => {
    expect(redactData(data, what).ok).toBe(false);
  });

  it('refuses what decides about more than it says', () => {
    const opened = (path: string) => planRedaction(stream, { seq: 1, what: { path, text: null }, vouched: {} });
    expect(opened('/number').ok).toBe(false);
    expect(opened('/severity').ok).toBe(false);
    expect(opened('/title').ok).toBe(true);
    const led = link(streamId, [
      { type: 'incident.opened', data: { number: 1, title: 'Disk', severity: 2, groupKey: null } },
      { type: 'role.assigned', data: { role: 'lead', user: 'U0ANA' } },
    ]);
    const user = { seq: 2, what: { path: '/user', text: null }, vouched: {} };
    expect(planRedaction(led, user)).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('decides') },
    });
  });

  it('refuses an event that was edited, and one that records a redaction', () => {
    const edited = stream.map((event) => (event.seq === 2 ? { ...event, data: { text: 'edited' } } : event));
    const what = { path: '/text', text: null };
    expect(planRedaction(edited, { seq: 2, what, vouched: {} })).toMatchObject({ error: { code: 'record_fault' } });
    const system = recorded(planned(what));
    expect(planRedaction(system, { seq: 1, what: { path: '/reason', text: null }, vouched: {} }).ok).toBe(false);
  });
});

describe('the chain of a redacted stream', () => {
  const plan = planned({ path: '', text: 'hunter2-hunter2' });

  it('verifies with the redaction, and does not hold the text any more', async () => {
    expect(await verified(replaced(plan.redacted), recorded(plan))).toEqual({ outcome: 'ok', head });
    expect(JSON.stringify(replaced(plan.redacted))).not.toContain('hunter2');
  });

  it('does not verify without a redaction', async () => {
    expect(await verified(replaced(plan.redacted), [])).toMatchObject({ outcome: 'bad', place: { seq: 2 } });
  });

  it('does not verify where the redaction names other data', async () => {
    const other = recorded(plan, { now: 'f'.repeat(64) });
    expect(await verified(replaced(plan.redacted), other)).toMatchObject({
      outcome: 'bad',
      place: { seq: 2, problem: expect.stringContaining('not what its redaction records') },
    });
    const again = { ...plan.redacted, data: { text: 'something else' } };
    expect(await verified(replaced(again), recorded(plan))).toMatchObject({ outcome: 'bad', place: { seq: 2 } });
  });

  it('does not verify where another event was edited', async () => {
    const third = stream[2];
    if (!third) throw new Error('there are three');
    const both = replaced(plan.redacted).map((event) => (event === third ? { ...third, data: { text: 'x' } } : event));
    expect(await verified(both, recorded(plan))).toMatchObject({ outcome: 'bad', place: { seq: 3 } });
  });

  it('can be redacted once more', async () => {
    const vouched = redactionsIn(recorded(plan)).events;
    const once = replaced(plan.redacted);
    const again = planRedaction(once, { seq: 2, what: { path: '/text', text: null }, vouched });
    if (!again.ok) throw new Error(again.error.message);
    expect(again.value.event.hash).toBe(plan.event.hash);
    expect(await verified(replaced(again.value.redacted), recorded(again.value))).toMatchObject({ outcome: 'ok' });
  });
});

describe('a bundle of a redacted stream', () => {
  const signer = signerOf(generateKeyPairSync('ed25519').privateKey);
  const plan = planned({ path: '/text', text: null });
  const parts = { streamId, head, checkpoint: null, artifacts: [], events: [...replaced(plan.redacted)] };
  const bundled = (redactions: readonly StoredEvent[]) =>
    toBundle(redactions.length > 0 ? { ...parts, redactions: [...redactions] } : parts, signer);
  const check = (bundle: unknown) => verifyBundle(JSON.stringify(bundle), [signer.publicKey]);

  it('verifies offline with its tombstone', async () => {
    expect(await check(bundled(recorded(plan)))).toMatchObject({ outcome: 'ok', events: 3, trusted: true });
  });

  it('does not verify without the redaction, with one of other data, or with one that was edited', async () => {
    expect(await check(bundled([]))).toMatchObject({ outcome: 'bad', place: { seq: 2 } });
    expect(await check(bundled(recorded(plan, { now: '0'.repeat(64) })))).toMatchObject({ outcome: 'bad' });
    const [redaction] = recorded(plan);
    const edited = { ...redaction, data: { ...redaction?.data, reason: 'another' } } as StoredEvent;
    expect(await check(bundled([edited]))).toMatchObject({
      outcome: 'bad',
      place: { problem: expect.stringContaining('a redaction was edited') },
    });
  });

  it('does not verify where a redaction was added after it was signed', async () => {
    const whole = bundled(recorded(plan));
    const added = { ...whole, redactions: [...(whole.redactions ?? []), ...(whole.redactions ?? [])] };
    expect(await check(added)).toMatchObject({
      outcome: 'bad',
      place: { problem: expect.stringContaining('signature') },
    });
  });
});
