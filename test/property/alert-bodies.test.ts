// Fuzzing of every source, with the bodies that are known of it: whatever comes is understood or refused with a reason, in bounded time. The long
// run is in test/full.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sources } from '../../src/sources/registry.ts';
import { hostileTexts, mutatedBodies, mutatedBytes, seeded, seedsOf } from '../support/given/hostile-bodies.ts';
import { integrationOf } from '../support/given/integration.ts';
import { expectSound } from '../support/given/sound-delivery.ts';

/** Processor time that one delivery may take, in milliseconds; a body of 8 MB is read in a fraction of it. */
const maxCpuMs = 3000;

describe.each(seeded.map(({ source, seeds }) => [source.id, source, seeds] as const))('%s', (_id, source, seeds) => {
  const integration = integrationOf(source);

  it('understands or refuses any change of what is sent to it', async () => {
    await fc.assert(
      fc.asyncProperty(mutatedBodies(seeds), async ({ text, headers }) => {
        await expectSound({ source, integration, headers, raw: Buffer.from(text) });
      }),
      { numRuns: 100 },
    );
  });

  it('understands or refuses any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(mutatedBytes(seeds), async ({ raw, headers }) => {
        await expectSound({ source, integration, headers, raw });
      }),
      { numRuns: 60 },
    );
  });

  it('takes bounded time for what is large or malformed', async () => {
    const [seed] = seeds;
    if (!seed) throw new Error('a source without a sample');
    for (const [what, raw] of hostileTexts(seed, 10_000)) {
      const before = process.cpuUsage();
      await expectSound({ source, integration, headers: seed.headers, raw });
      const { user, system } = process.cpuUsage(before);
      expect([what, (user + system) / 1000 < maxCpuMs]).toEqual([what, true]);
    }
  });
});

it('100 000 labels of one alert are read in bounded time', async () => {
  const source = sources.get('alertmanager');
  const [seed] = source ? seedsOf(source) : [];
  if (!source || !seed) throw new Error('there is no Alertmanager');
  const labels = Array.from({ length: 100_000 }, (_, i) => `"k${i}":"v${i}"`).join(',');
  const raw = Buffer.from(seed.text.replaceAll('"labels":{', `"labels":{${labels},`));
  const before = process.cpuUsage();
  expect(await expectSound({ source, integration: integrationOf(source), headers: seed.headers, raw })).toBe(true);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(maxCpuMs);
});

it('every source is fuzzed with a body of an alert that it reads', async () => {
  expect(seeded.length).toBeGreaterThan(0);
  for (const { source, seeds } of seeded) {
    const [seed] = seeds;
    const given = { source, integration: integrationOf(source), headers: source.sample.headers };
    expect(await expectSound({ ...given, raw: Buffer.from(seed?.text ?? '') })).toBe(true);
  }
});
