// The keyed proof of a stored delivery: whoever can write to the database but has no key cannot change what was delivered. Pure.
import { createHash } from 'node:crypto';
import type { Delivery } from '../../ports/intake.ts';
import { held, keyedDigest, type SnapshotKey } from '../ledger/snapshot-digest.ts';

/** What a proof is over. `alerts`: the very text that is stored; `dedupeKey`: null for one that was dead from the start. */
export type ProvedDelivery = Pick<Delivery, 'receipt' | 'source' | 'integration' | 'receivedAt'> & {
  readonly dedupeKey: string | null;
  readonly alerts: string;
};

/** SHA-256 of what came in, base64url: what a replay reads. Part of the proof, so that intake needs no body to check it. */
export const contentDigest = ({ headers, body }: Pick<Delivery, 'headers' | 'body'>): string =>
  createHash('sha256').update(JSON.stringify(headers)).update('\n').update(body).digest('base64url');

/** The proof, as `<key id>.<base64url>.<digest of the content>`. */
export function deliveryProof(key: SnapshotKey, delivery: ProvedDelivery, content: string): string {
  const { receipt, source, integration, receivedAt, dedupeKey, alerts } = delivery;
  const text = JSON.stringify(['deliveries', receipt, source, integration, receivedAt, dedupeKey, content, alerts]);
  return `${keyedDigest(key, text)}.${content}`;
}

/** What is wrong with a stored delivery by its proof, in words for people; null: nothing. */
export function deliveryFault(
  key: SnapshotKey | null,
  proof: string | null,
  delivery: ProvedDelivery,
  content?: string,
): string | null {
  const claimed = proof?.split('.')[2] ?? '';
  switch (held(key, proof, (own) => deliveryProof(own, delivery, claimed))) {
    case 'ours':
      return content === undefined || content === claimed
        ? null
        : 'what came in was edited: it does not match its proof';
    case 'wrong':
      return 'it was edited after it was accepted: it does not match its proof';
    case 'none':
      return 'it has no proof: its row was written by hand, or its proof was removed';
    case 'foreign':
      return 'its proof was made with another key: give all processes one FIREBREAK_SIGNING_KEY';
  }
}
