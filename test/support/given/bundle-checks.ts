// What must be said of good and broken bundles, on whichever machine they are verified. Each test file says on which.
import { expect, it } from 'vitest';
import { verifyBundle } from '../../../src/core/timeline/bundle.ts';
import { createAnswerer } from '../../../src/web/verify/worker/answer.ts';
import { bundleCases, bundleOf, signer } from './bundle.ts';

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
    const chain = (of: typeof events, stream = streamId) =>
      createAnswerer()({ id: 1, name: 'chain', asked: { streamId: stream, events: of } }, () => undefined);
    expect(await chain(events)).toEqual({ outcome: 'ok', head });
    const changed = events.map((event) => (event.seq === 4 ? { ...event, data: { text: 'x' } } : event));
    expect(await chain(changed)).toMatchObject({ outcome: 'bad', place: { seq: 4, type: 'note.added' } });
    expect(await chain(events.slice(1))).toMatchObject({ outcome: 'bad', place: { seq: 2 } });
    expect(await chain(events, 'inc_2')).toMatchObject({ outcome: 'bad', place: { seq: 1 } });
  });
}
