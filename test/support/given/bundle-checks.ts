// What must be said of good and broken bundles, on whichever machine they are verified. Each test file says on which.
import { expect, it } from 'vitest';
import type { StoredEvent } from '../../../src/core/events.ts';
import { verifyBundle } from '../../../src/core/timeline/bundle.ts';
import { contentHash, linkEvents } from '../../../src/core/timeline/chain.ts';
import { createAnswerer } from '../../../src/web/verify/worker/answer.ts';
import { bundleCases, bundleOf, redactedBundle, signer } from './bundle.ts';

/** Tests every case, as the command verifies it and as the page's worker does. */
export function checkBundles(): void {
  for (const { name, file, bad } of bundleCases()) {
    it(`a bundle ${name} is ${bad === null ? 'whole' : `broken at ${bad.seq}`}`, async () => {
      const check = await verifyBundle(file);
      const answer = createAnswerer();
      const asked = { file: new Blob([new Uint8Array(Buffer.from(file))]) };
      const shown = await answer({ id: 1, name: 'open', asked }, () => undefined);
      if (bad === null) {
        expect(check).toMatchObject({ outcome: 'ok', keyId: signer.keyId });
        expect(shown).toMatchObject({ outcome: 'ok', bundle: { keyId: signer.keyId, publicKey: signer.publicKey } });
        return;
      }
      const place = { ...bad, problem: expect.stringMatching(bad.problem) };
      expect(check).toMatchObject({ outcome: 'bad', place });
      expect(shown).toEqual(check);
    });
  }

  it('the chain of a record is checked for the seal of its page, and where it breaks is said', async () => {
    const { events, head, streamId } = bundleOf();
    const chain = ofChain(streamId);
    expect(await chain({ events })).toEqual({ outcome: 'ok', head, redactions: [] });
    const changed = events.map((event) => (event.seq === 4 ? { ...event, data: { text: 'x' } } : event));
    expect(await chain({ events: changed })).toMatchObject({ outcome: 'bad', place: { seq: 4, type: 'note.added' } });
    expect(await chain({ events: events.slice(1) })).toMatchObject({ outcome: 'bad', place: { seq: 2 } });
    expect(await ofChain('inc_2')({ events })).toMatchObject({ outcome: 'bad', place: { seq: 1 } });
  });

  it('an entry that was redacted does not break the seal, and a redaction that is forged does', async () => {
    const { events, head, streamId, redactions = [] } = redactedBundle();
    const chain = ofChain(streamId);
    const told = { seq: 4, evidence: null, by: 'Ana', at: '2026-03-02T00:00:00.000Z', reason: 'it held a password' };
    expect(await chain({ events, redactions })).toEqual({ outcome: 'ok', head, redactions: [told] });
    expect(await chain({ events })).toMatchObject({ outcome: 'bad', place: { seq: 4 } });
    const [voucher] = redactions;
    if (!voucher) throw new Error('there is no redaction');
    const edited = events.map((event) => (event.seq === 4 ? { ...event, data: { text: 'all is well' } } : event));
    const now = contentHash(edited[3] ?? voucher);
    // Made to fit, with its hash as it was; and as another event that is no redaction.
    for (const forged of [
      { ...voucher, data: { ...voucher.data, now } },
      ...linkEvents('system', null, [{ ...voucher, type: 'note.added' }]),
      ...linkEvents('inc_2', null, [{ ...voucher, data: { ...voucher.data, now } }]),
    ])
      expect(await chain({ events: edited, redactions: [forged] })).toMatchObject({
        outcome: 'bad',
        place: { streamId, problem: 'a redaction was edited, or is none' },
      });
  });

  it('an opened bundle tells who took what out, when and why', async () => {
    const file = new Blob([JSON.stringify(redactedBundle())]);
    expect(await createAnswerer()({ id: 1, name: 'open', asked: { file } }, () => undefined)).toMatchObject({
      outcome: 'ok',
      bundle: { redactions: [{ seq: 4, by: 'Ana', reason: 'it held a password' }] },
    });
  });
}

type Asked = { readonly events: readonly StoredEvent[]; readonly redactions?: readonly StoredEvent[] };

/** Asks the page's worker about the chain of a stream. */
const ofChain =
  (streamId: string) =>
  ({ events, redactions = [] }: Asked) =>
    createAnswerer()({ id: 1, name: 'chain', asked: { streamId, events, redactions } }, () => undefined);
