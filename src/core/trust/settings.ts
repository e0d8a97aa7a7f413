// What the right of a playbook to act without asking depends on. Types and defaults; decides nothing.
import { z } from 'zod';

/** What lowers it by itself. */
export const trustCauses = ['budget', 'drill', 'undo', 'review'] as const;
/** One of them. */
export type TrustCause = (typeof trustCauses)[number];

/** How trust in a playbook is earned and lost; of one playbook, or of all that say nothing else. */
export type TrustSettings = {
  /** How a playbook begins that nothing is recorded of. */
  readonly start: 'trusted' | 'supervised';
  /** What lowers it: a used-up error budget, a failed drill. */
  readonly lowerOn: readonly ('budget' | 'drill')[];
  /** So many clean supervised runs in a row, and more trust is proposed to people. */
  readonly cleanRuns: number;
  /** Undoing must have been proven within this time, in milliseconds; null: it need not. */
  readonly undoProvenWithinMs: number | null;
  /** People must have looked at it within this time, in milliseconds; null: they need not. */
  readonly reviewEveryMs: number | null;
};

/** What holds where nothing else is said. */
export const usualTrust: TrustSettings = {
  start: 'trusted',
  lowerOn: ['budget', 'drill'],
  cleanRuns: 20,
  undoProvenWithinMs: null,
  reviewEveryMs: null,
};

/** What a playbook says of it; the rest is as for all. */
export const TrustOverrides = z.object({
  start: z.enum(['trusted', 'supervised']).exactOptional(),
  cleanRuns: z.number().int().min(1).exactOptional(),
  undoProvenWithinMs: z.number().exactOptional(),
  reviewEveryMs: z.number().exactOptional(),
});
type TrustOverrides = z.infer<typeof TrustOverrides>;

/** What holds for a playbook. */
export const trustSettingsOf = (
  { trust = {} }: { readonly trust?: TrustOverrides },
  settings: TrustSettings,
): TrustSettings => ({ ...settings, ...trust });
