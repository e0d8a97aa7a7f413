// What the address of the page of digests says, and which instants lie around a digest. Pure; what it does not know is left out.
import type { ApiDigest, ApiDigestKind } from '../../contract/digest.ts';

/** What stands behind the `?`. */
export type DigestSearch = {
  /** Absent: the daily one. */
  readonly kind?: ApiDigestKind | undefined;
  /** The one that was due last then; absent: the latest. */
  readonly at?: string | undefined;
};

/** Reads the address. */
export function readDigestSearch(raw: { readonly [name: string]: unknown }): DigestSearch {
  const { kind, at } = raw;
  const isInstant = typeof at === 'string' && !Number.isNaN(Date.parse(at));
  return {
    kind: kind === 'weekly' || kind === 'monthly' ? kind : undefined,
    at: isInstant ? new Date(at).toISOString() : undefined,
  };
}

/** How long after the end of a digest the next one of its kind is due at the latest, in milliseconds. */
const longest: { readonly [kind in ApiDigestKind]: number } = {
  daily: 2 * 86_400_000,
  weekly: 8 * 86_400_000,
  monthly: 32 * 86_400_000,
};

/** An instant at which the digest after this one was due last; absent: that may not be over, so the latest is meant. */
export function instantAfter({ kind, to }: Pick<ApiDigest, 'kind' | 'to'>, nowMs: number): string | undefined {
  const atMs = Date.parse(to) + longest[kind] - 43_200_000;
  return atMs >= nowMs ? undefined : new Date(atMs).toISOString();
}
