// The long run of the fuzzing in test/property/alert-bodies.test.ts: every known body of every source, and many more changes of each.
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { hostileTexts, mutatedBodies, mutatedBytes, seeded } from '../support/given/hostile-bodies.ts';
import { integrationOf } from '../support/given/integration.ts';
import { expectSound } from '../support/given/sound-delivery.ts';

describe.each(seeded.map(({ source, seeds }) => [source.id, source, seeds] as const))('%s', (_id, source, seeds) => {
  const integration = integrationOf(source);

  it('understands or refuses 20 000 changes of what is sent to it, and 20 000 of its bytes', async () => {
    await fc.assert(
      fc.asyncProperty(mutatedBodies(seeds), async ({ text, headers }) => {
        await expectSound({ source, integration, headers, raw: Buffer.from(text) });
      }),
      { numRuns: 20_000 },
    );
    await fc.assert(
      fc.asyncProperty(mutatedBytes(seeds), async ({ raw, headers }) => {
        await expectSound({ source, integration, headers, raw });
      }),
      { numRuns: 20_000 },
    );
  });

  it('stands every hostile form of every body', async () => {
    for (const seed of seeds)
      for (const raw of hostileTexts(seed).values())
        await expectSound({ source, integration, headers: seed.headers, raw });
  });
});
