// What stands in a decision button and comes back with the click. Pure.
import { z } from 'zod';
import { runOfApproval } from '../../core/ids.ts';
import type { Approval } from '../../core/run/state.ts';

/** Which approval, and the digest of the plan that was shown beside the button. */
export type Decided = { readonly approvalId: string; readonly planDigest: string };

/** The value of a decision button. */
export const decisionValue = ({ id, planDigest }: Pick<Approval, 'id' | 'planDigest'>): string => `${id}|${planDigest}`;

const Value = z
  .string()
  .max(200)
  .transform((text) => text.split('|'));
/** Whether the digest is the right one is for the engine to say. */
const Parts = z.tuple([z.string().refine((id) => runOfApproval(id) !== null), z.string()]);

/** Reads what came back with a click; null if no button of ours carries it. */
export function readDecisionValue(value: unknown): Decided | null {
  const read = Value.pipe(Parts).safeParse(value);
  return read.success ? { approvalId: read.data[0], planDigest: read.data[1] } : null;
}
