// A sign-in under way, as it is kept in the browser that began it: only that browser can end it. Pure.
import { z } from 'zod';
import { ownPath } from './own-path.ts';

const chars = z.string().min(16).max(200);

/** What is kept. `to`: where the person wanted to go; `atMs`: when it began, in epoch milliseconds. */
const Pending = z.strictObject({
  provider: z.enum(['slack', 'oidc']),
  state: chars,
  nonce: chars,
  verifier: chars,
  to: z.string().transform(ownPath),
  atMs: z.number(),
});
/** A sign-in under way. */
export type Pending = z.output<typeof Pending>;

/** A sign-in takes no longer than this, in milliseconds. */
export const pendingMs = 10 * 60_000;

/** As the value of a cookie. */
export const writePending = (pending: Pending): string => Buffer.from(JSON.stringify(pending)).toString('base64url');

/** Out of the value of a cookie; null: it is none, or too old. */
export function readPending(value: string | null, nowMs: number): Pending | null {
  if (value === null) return null;
  const parsed = Pending.safeParse(jsonOf(Buffer.from(value, 'base64url').toString('utf8')));
  return parsed.success && nowMs - parsed.data.atMs < pendingMs ? parsed.data : null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
