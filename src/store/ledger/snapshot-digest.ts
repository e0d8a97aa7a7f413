// The keyed digest of a stored snapshot: whoever can write to the database but has no key cannot make one. Pure.
import { createHmac, hash, timingSafeEqual } from 'node:crypto';

/** A key for digests of snapshots. `id` names it and gives nothing away. */
export type SnapshotKey = { readonly id: string; readonly secret: Buffer };

/** What a digest is bound to: which row, where its stream ended when it was written, and the text that is stored. */
export type Snapshot = {
  readonly table: 'incidents' | 'runs' | 'origins' | 'streams';
  readonly id: string;
  /** The stream that it belongs to. */
  readonly streamId: string;
  readonly version: number;
  readonly hash: string;
  /** `textDigest` of the exact text. */
  readonly textDigest: string;
};

/** How far a stored digest vouches for its row. `foreign`: it was made with a key that is not ours. */
export type Vouched = 'ours' | 'none' | 'foreign' | 'wrong';

/** 128 bits of an HMAC are beyond guessing, and every change writes some. */
const digestBytes = 16;

/** SHA-256 of stored text, base64. Short, so that a text that stays as it is need not be at hand for the next digest. */
export const textDigest = (text: string): string => hash('sha256', text, 'base64');

/** The digest, as `<key id>.<base64url>`. */
export function snapshotDigest(key: SnapshotKey, snapshot: Snapshot): string {
  const { table, id, streamId, version, hash, textDigest: text } = snapshot;
  return keyedDigest(key, JSON.stringify([table, id, streamId, version, hash, text]));
}

/** A digest of any text with a key, in the same form. What texts mean must tell them apart: one key makes them all. */
export function keyedDigest(key: SnapshotKey, text: string): string {
  const mac = createHmac('sha256', key.secret).update(text).digest();
  return `${key.id}.${mac.subarray(0, digestBytes).toString('base64url')}`;
}

/** Holds a stored digest against its row. Without a key every digest is somebody else's. */
export const vouches = (key: SnapshotKey | null, stored: string | null, snapshot: Snapshot): Vouched =>
  held(key, stored, (own) => snapshotDigest(own, snapshot));

/** Holds any stored digest against the one that is right with our key. */
export function held(key: SnapshotKey | null, stored: string | null, rightWith: (key: SnapshotKey) => string): Vouched {
  if (stored === null) return 'none';
  if (key === null || !stored.startsWith(`${key.id}.`)) return 'foreign';
  const [given, right] = [Buffer.from(stored), Buffer.from(rightWith(key))];
  return given.length === right.length && timingSafeEqual(given, right) ? 'ours' : 'wrong';
}
