// Checkpoints: signed lists of where streams end, each linked to the one before. They show what a rewritten database hides. Pure.
import { z } from 'zod';
import { canonicalJson, digestJson } from '../json.ts';
import type { BadPlace, Mark } from './chain.ts';
import { isSignedBy, type Signer } from './signature.ts';

/** What is signed. `heads` are those that moved since the checkpoint before. */
export const CheckpointBody = z.strictObject({
  schema: z.literal('firebreak/checkpoint/v1'),
  number: z.number().int().min(1),
  at: z.string(),
  /** Digest of the checkpoint before; null: this is the first. */
  previous: z.string().nullable(),
  heads: z.array(z.strictObject({ streamId: z.string(), version: z.number().int().min(1), hash: z.string() })),
});
export type CheckpointBody = z.infer<typeof CheckpointBody>;

/** A body with its signature. */
export const SealedCheckpoint = z.strictObject({ body: CheckpointBody, signature: z.string(), keyId: z.string() });
export type SealedCheckpoint = z.infer<typeof SealedCheckpoint>;

/** Where each stream stood according to checkpoints: the newest word on each. */
export type SealedHeads = ReadonlyMap<string, Mark & { readonly number: number }>;

/** Number and digest of a checkpoint; remembered outside the database, it shows that the database went back in time. */
export type CheckpointRef = { readonly number: number; readonly digest: string };

/** Refers to a checkpoint. */
export const checkpointRef = (checkpoint: SealedCheckpoint): CheckpointRef => ({
  number: checkpoint.body.number,
  digest: digestJson(checkpoint),
});

/** Signs the heads that moved since the last checkpoint. */
export function seal(
  last: CheckpointRef | null,
  at: string,
  heads: CheckpointBody['heads'],
  signer: Signer,
): SealedCheckpoint {
  const number = (last?.number ?? 0) + 1;
  const body: CheckpointBody = {
    schema: 'firebreak/checkpoint/v1',
    number,
    at,
    previous: last?.digest ?? null,
    heads: [...heads],
  };
  return { body, signature: signer.sign(canonicalJson(body)), keyId: signer.keyId };
}

/** All checkpoints in order, or the first that is not what its signer made. */
export type CheckpointsCheck =
  | { readonly outcome: 'ok'; readonly last: CheckpointRef | null; readonly heads: SealedHeads }
  | { readonly outcome: 'bad'; readonly place: BadPlace };

/**
 * Verifies checkpoints, oldest first.
 * @param publicKeyOf the trusted key of an id; null if there is none
 * @param remembered a checkpoint that is known to have been made
 */
export async function verifyCheckpoints(
  checkpoints: AsyncIterable<SealedCheckpoint> | Iterable<SealedCheckpoint>,
  publicKeyOf: (keyId: string) => string | null,
  remembered: CheckpointRef | null,
): Promise<CheckpointsCheck> {
  const heads = new Map<string, Mark & { number: number }>();
  let last: CheckpointRef | null = null;
  for await (const checkpoint of checkpoints) {
    const { body, signature, keyId } = checkpoint;
    const { number, at } = body;
    const bad = (problem: string): CheckpointsCheck => ({
      outcome: 'bad',
      place: { streamId: '(checkpoints)', seq: number, type: 'checkpoint', at, problem },
    });
    const publicKey = publicKeyOf(keyId);
    if (publicKey === null) return bad(`is signed with key ${keyId}, which is not among the trusted ones`);
    if (!isSignedBy(publicKey, canonicalJson(body), signature)) return bad('was edited: its signature does not match');
    if (number !== (last?.number ?? 0) + 1) return bad(`checkpoint ${(last?.number ?? 0) + 1} is missing before it`);
    if (body.previous !== (last?.digest ?? null)) return bad('is not linked to the checkpoint before it');
    last = checkpointRef(checkpoint);
    if (remembered?.number === number && remembered.digest !== last.digest)
      return bad('is not the checkpoint that was made here: another one took its place');
    for (const { streamId, version, hash } of body.heads)
      heads.set(streamId, { version, hash, number, by: `checkpoint ${number} of ${at}` });
  }
  const end = last?.number ?? 0;
  if (remembered && remembered.number > end) {
    const problem = `checkpoint ${remembered.number} was made here but the database ends at ${end}: it went back in time or lost checkpoints`;
    return { outcome: 'bad', place: { streamId: '(checkpoints)', seq: end + 1, type: null, at: null, problem } };
  }
  return { outcome: 'ok', last, heads };
}
