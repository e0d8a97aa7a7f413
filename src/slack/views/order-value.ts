// What stands in a button that orders a run and comes back with the click. Pure.
import { z } from 'zod';
import { isId } from '../../core/ids.ts';

/** A run, and the node that the order is about; without one it is about the run as a whole. */
export type Ordered = { readonly runId: string; readonly step?: string };

/** The value of a button. */
export const orderValue = ({ runId, step }: Ordered): string => (step === undefined ? runId : `${runId}|${step}`);

const Value = z
  .string()
  .max(300)
  .transform((text) => text.split('|'));
const RunId = z.string().refine((id) => isId('run', id));
/** Which nodes there are is for the engine to say. */
const NodeKey = z.string().regex(/^[\w~#-]+$/);

/** Reads what came back with a click; null if no button of ours carries it. */
export function readOrderValue(value: unknown): Ordered | null {
  const whole = Value.pipe(z.tuple([RunId])).safeParse(value);
  if (whole.success) return { runId: whole.data[0] };
  const part = Value.pipe(z.tuple([RunId, NodeKey])).safeParse(value);
  return part.success ? { runId: part.data[0], step: part.data[1] } : null;
}
