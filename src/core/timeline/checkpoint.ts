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

/** A checkpoint as a store hands it out: its place and time are told beside it, and nothing in it is believed yet. */
export type StoredCheckpoint = {
  readonly number: number;
  readonly at: string;
  readonly body: unknown;
  readonly signature: string;
  readonly keyId: string;
};

/**
 * Where each stream stood according to every checkpoint that speaks of it, oldest first. All of them count: a history that
 * was rewritten is contradicted by the older ones even after a newer one has sealed it.
 */
type SealedHeads = ReadonlyMap<string, readonly SealedPlace[]>;
/** A place that a checkpoint vouches for, with the number of the checkpoint. */
export type SealedPlace = Mark & { readonly number: number };

/** Number and digest of a checkpoint; remembered outside the database, it shows that the database went back in time. */
export const CheckpointRef = z.strictObject({ number: z.number().int().min(1), digest: z.string() });
export type CheckpointRef = z.infer<typeof CheckpointRef>;

/** What an outside witness keeps: whole checkpoints or references to them, one a line or in one JSON array. Null: it is neither. */
export function witnessedIn(text: string): readonly CheckpointRef[] | null {
  const lines = text.trim().startsWith('[') ? [text] : text.split('\n').filter((line) => line.trim() !== '');
  const found: CheckpointRef[] = [];
  for (const line of lines) {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      return null;
    }
    for (const one of Array.isArray(value) ? value : [value]) {
      const sealed = SealedCheckpoint.safeParse(one);
      const ref = sealed.success ? checkpointRef(sealed.data) : CheckpointRef.safeParse(one).data;
      if (!ref) return null;
      found.push(ref);
    }
  }
  return found;
}

/** Refers to a checkpoint. */
export const checkpointRef = ({ body, signature, keyId }: SealedCheckpoint): CheckpointRef => ({
  number: body.number,
  digest: digestJson({ body, signature, keyId }),
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
 * @param remembered checkpoints that are known to have been made
 */
export async function verifyCheckpoints(
  checkpoints: AsyncIterable<StoredCheckpoint> | Iterable<StoredCheckpoint>,
  publicKeyOf: (keyId: string) => string | null,
  remembered: readonly CheckpointRef[],
): Promise<CheckpointsCheck> {
  const known = new Map(remembered.map((ref) => [ref.number, ref.digest]));
  const heads = new Map<string, SealedPlace[]>();
  let last: CheckpointRef | null = null;
  for await (const { number, at, ...stored } of checkpoints) {
    const bad = (problem: string): CheckpointsCheck => ({
      outcome: 'bad',
      place: { streamId: '(checkpoints)', seq: number, type: 'checkpoint', at, problem },
    });
    const parsed = SealedCheckpoint.safeParse(stored);
    if (!parsed.success) return bad(`was edited: ${parsed.error.issues[0]?.path.join('.')} is not what it should be`);
    const checkpoint: SealedCheckpoint = parsed.data;
    const { body, signature, keyId } = checkpoint;
    const publicKey = publicKeyOf(keyId);
    if (publicKey === null) return bad(`is signed with key ${keyId}, which is not among the trusted ones`);
    if (!isSignedBy(publicKey, canonicalJson(body), signature)) return bad('was edited: its signature does not match');
    if (body.number !== number) return bad(`was moved: it was made as checkpoint ${body.number}`);
    if (body.at !== at) return bad(`was edited: it was made at ${body.at}`);
    if (number !== (last?.number ?? 0) + 1) return bad(`checkpoint ${(last?.number ?? 0) + 1} is missing before it`);
    if (body.previous !== (last?.digest ?? null)) return bad('is not linked to the checkpoint before it');
    last = checkpointRef(checkpoint);
    if ((known.get(number) ?? last.digest) !== last.digest)
      return bad('is not the checkpoint that was made here: another one took its place');
    const by = `checkpoint ${number} of ${at}`;
    for (const { streamId, version, hash } of body.heads) {
      const marks = heads.get(streamId);
      if (marks) marks.push({ version, hash, by, number });
      else heads.set(streamId, [{ version, hash, by, number }]);
    }
  }
  const end = last?.number ?? 0;
  const beyond = Math.max(0, ...known.keys());
  if (beyond > end) {
    const problem = `checkpoint ${beyond} was made here but the database ends at ${end}: it went back in time or lost checkpoints`;
    return { outcome: 'bad', place: { streamId: '(checkpoints)', seq: end + 1, type: null, at: null, problem } };
  }
  return { outcome: 'ok', last, heads };
}
