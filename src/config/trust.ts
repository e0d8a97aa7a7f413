// The section `trust:` of firebreak.yaml: how playbooks earn and lose the right to act without asking. Parses; decides nothing.
import { z } from 'zod';
import { Duration } from '../core/time.ts';
import { type TrustSettings, usualTrust } from '../core/trust/settings.ts';

/** The section. */
export const TrustSetting = z
  .strictObject({
    start: z.enum(['trusted', 'supervised']).default(usualTrust.start),
    lowerOn: z.array(z.enum(['budget', 'drill'])).default([...usualTrust.lowerOn]),
    cleanRuns: z.number().int().min(1).max(1000).default(usualTrust.cleanRuns),
    undoProvenWithin: Duration.optional(),
    reviewEvery: Duration.optional(),
  })
  .transform(
    ({ undoProvenWithin = null, reviewEvery = null, ...rest }): TrustSettings => ({
      ...rest,
      undoProvenWithinMs: undoProvenWithin,
      reviewEveryMs: reviewEvery,
    }),
  )
  .prefault({});
