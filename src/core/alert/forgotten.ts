// Which silences look forgotten, so that people are told. Ends none.
import { elapsedMs, formatDuration } from '../time.ts';
import type { Silence } from './silence.ts';

/** A silence that held nothing for so long, or that lasts longer, looks forgotten. */
const forgottenAfterMs = 30 * 24 * 60 * 60_000;

/** What a silence has held: how many notifications, and when the last. */
export type HeldCount = { readonly count: number; readonly lastAt: string };

/** Why a silence that is not over looks forgotten; null: it does not. */
export function forgottenBecause(
  { startsAt, endsAt }: Pick<Silence, 'startsAt' | 'endsAt'>,
  held: HeldCount | null,
  at: string,
): string | null {
  if (at >= endsAt) return null;
  const quietMs = elapsedMs(held?.lastAt ?? startsAt, at);
  if (quietMs > forgottenAfterMs) return `it has held nothing for ${formatDuration(quietMs)}`;
  const lastsMs = elapsedMs(startsAt, endsAt);
  return lastsMs > forgottenAfterMs ? `it lasts ${formatDuration(lastsMs)}` : null;
}
