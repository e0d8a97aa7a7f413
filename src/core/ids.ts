// Ids: `<prefix>_<26 characters>`, sortable by time, unique without coordination. The bytes come from outside: no clock, no randomness here.

/** Prefixes in use. */
export type IdPrefix = 'inc' | 'grp' | 'run' | 'dlv' | 'wrk' | 'cmd' | 'art' | 'req' | 'sil' | 'ses';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * Builds an id from a time in epoch milliseconds and 10 random bytes: 10 characters of time, 16 of randomness (Crockford base 32, as ULID).
 */
export function formatId(prefix: IdPrefix, atMs: number, random: Uint8Array): string {
  let time = '';
  for (let rest = Math.floor(atMs), i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = alphabet[rest % 32] + time;
  let tail = '';
  let bits = 0;
  let buffer = 0;
  for (const byte of random.subarray(0, 10)) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      tail += alphabet[(buffer >> bits) & 31];
      buffer &= (1 << bits) - 1;
    }
  }
  return `${prefix}_${time}${tail}`;
}

/** True for the shape that `formatId` gives. */
export function isId(prefix: IdPrefix, text: string): boolean {
  return new RegExp(`^${prefix}_[${alphabet}]{26}$`).test(text);
}

/** The ids in a text, each once. */
export const ids = (prefix: IdPrefix, text: string): ReadonlySet<string> =>
  new Set(text.match(new RegExp(`\\b${prefix}_[${alphabet}]{26}\\b`, 'g')));

/** Approval ids are counted within their run, so that they need no randomness: `apr_<run's 26 characters>.<n>`. */
export function approvalId(runId: string, n: number): string {
  return `apr_${runId.slice(4)}.${n}`;
}

/** The run an approval id belongs to; null if the text is no approval id. */
export function runOfApproval(id: string): string | null {
  const match = new RegExp(`^apr_([${alphabet}]{26})\\.\\d{1,6}$`).exec(id);
  return match ? `run_${match[1]}` : null;
}
