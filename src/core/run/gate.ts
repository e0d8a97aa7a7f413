// What the start of a run says of who must agree first, and of the rules it stands under. Asks nobody.
import { z } from 'zod';
import type { Actor } from '../actor.ts';

/** People who must agree before anything of a run starts, and why. Absent of it: one person, for an hour. */
export const RunGate = z.object({
  reason: z.string(),
  from: z.array(z.string()),
  expiresInMs: z.number().exactOptional(),
  quorum: z.number().exactOptional(),
  excludeRequester: z.literal(true).exactOptional(),
  stepUp: z.literal(true).exactOptional(),
});
export type RunGate = z.infer<typeof RunGate>;

/** What `run.started` says of the rules. */
export const ruledStart = {
  /** Where it acts, where anything says so. */
  environment: z.string().optional(),
  /** Digest of the rule book that it started under; absent: nothing was ruled. */
  rulebook: z.string().optional(),
  /** No freeze holds it: an exception of somebody with the right `bypass`, and why. */
  exception: z.string().optional(),
};

/** Who has made an exception from freezes for a run, and why. */
export type RunException = { readonly by: Actor; readonly at: string; readonly reason: string };
