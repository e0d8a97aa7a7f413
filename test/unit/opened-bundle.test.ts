// A verified bundle, read as an incident by the page's worker: the ledger in parts, frames, raw entries, evidence by what it is.
import { describe, expect, it } from 'vitest';
import { ApiFrame } from '../../src/contract/frame.ts';
import { ApiLedgerEntry } from '../../src/contract/ledger.ts';
import { frameOf } from '../../src/core/timeline/frame.ts';
import { maxFileBytes, type OpeningStep, type Questions } from '../../src/web/verify/messages.ts';
import { createAnswerer } from '../../src/web/verify/worker/answer.ts';
import { bundleOf } from '../support/given/bundle.ts';

const bundle = bundleOf(300);
const { events } = bundle;

async function opened() {
  const answer = createAnswerer();
  const steps: OpeningStep[] = [];
  const ask = <N extends keyof Questions>(name: N, asked: Questions[N]['asked']) =>
    answer({ id: 1, name, asked } as Parameters<typeof answer>[0], (step) => steps.push(step)) as Promise<
      Questions[N]['answer']
    >;
  const verdict = await ask('open', { file: new Blob([JSON.stringify(bundle)]) });
  return { ask, steps, verdict };
}

describe('a bundle that is open', () => {
  it('tells how far it is, in order', async () => {
    const { steps } = await opened();
    expect(steps.map(({ step }) => step)).toEqual(['reading', 'parsing', 'chain', 'evidence']);
  });

  it('has its ledger in parts, of every kind or of one, as known by an entry', async () => {
    const { ask, verdict } = await opened();
    const part = await ask('entries', { kind: null, from: 290, count: 100 });
    expect(part.map(({ seq }) => seq)).toEqual(Array.from({ length: 10 }, (_, n) => 291 + n));
    for (const entry of part) expect(ApiLedgerEntry.parse(entry)).toEqual(entry);
    const orders = verdict.outcome === 'ok' ? verdict.bundle.kinds.find(({ kind }) => kind === 'approval') : undefined;
    const all = await ask('entries', { kind: 'approval', from: 0, count: 1000 });
    expect(all).toHaveLength(orders?.count ?? -1);
    const last = all.at(-1)?.seq ?? 0;
    expect(await ask('total', { kind: 'approval', upTo: last - 1 })).toBe(all.length - 1);
    expect(await ask('total', { kind: null, upTo: 120 })).toBe(120);
    expect(await ask('recorded', { seq: 17 })).toEqual(events[16]);
    expect(await ask('recorded', { seq: 301 })).toBeNull();
  });

  it('draws what was known at an instant as the server does', async () => {
    const { ask } = await opened();
    const at = events[150]?.at ?? '';
    for (const asked of [null, at]) {
      const frame = await ask('frame', { at: asked });
      expect(frame?.digest).toBe(
        frameOf(events, { playbooks: new Map(), ...(asked !== null && { at: asked }) })?.digest,
      );
      expect(ApiFrame.safeParse(frame).error).toBeUndefined();
      expect(frame?.until.to).toBe(events.at(-1)?.at);
    }
    expect(await ask('frame', { at: '2001-01-01T00:00:00.000Z' })).toBeNull();
  });

  it('shows evidence by what it is, and hides no direction marks in it', async () => {
    const { ask, verdict } = await opened();
    const evidence = verdict.outcome === 'ok' ? verdict.bundle.evidence : [];
    const shown = await Promise.all(
      evidence.map(async ({ name, digest }) => [name, (await ask('evidence', { digest }))?.shown] as const),
    );
    expect(shown).toEqual([
      ['status.json', { type: 'json', text: expect.stringContaining('\n  "state": "up"'), cut: false }],
      ['app.log', { type: 'text', text: expect.not.stringContaining('\u202e'), cut: false }],
      ['screen.png', { type: 'image', mime: 'image/png' }],
      ['core.bin', { type: 'binary' }],
      ['heap.dump', undefined],
    ]);
  });

  it('is not open any more once a file was refused', async () => {
    const { ask } = await opened();
    await ask('open', { file: new Blob(['{}']) });
    expect(await ask('entries', { kind: null, from: 0, count: 10 })).toEqual([]);
  });

  it('of a gigabyte is refused by its size alone, with what to do', async () => {
    const { ask } = await opened();
    // A file that says its size, and cannot be read.
    const file = Object.defineProperty(new Blob([]), 'size', { value: 1_000_000_000 });
    file.arrayBuffer = () => Promise.reject(new Error('it was read'));
    const verdict = await ask('open', { file });
    expect(verdict).toMatchObject({
      outcome: 'bad',
      place: { seq: 0, problem: expect.stringMatching(/1,000 MB.*256 MB.*firebreak audit verify --file/) },
    });
    expect(maxFileBytes).toBeLessThan(2 ** 29);
  });
});
