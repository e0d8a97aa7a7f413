// `Idempotency-Key`: the same request sent again is the same request (IETF draft-ietf-httpapi-idempotency-key-header).
// Nothing is locked: what a keyed request makes has ids derived from its key, so doing it again finds it made.
import { createHash } from 'node:crypto';
import { causeOfRequest } from '../../core/authority/principal.ts';
import { formatId, type IdPrefix } from '../../core/ids.ts';
import { digestJson } from '../../core/json.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { IdempotencyKeys, KeptAnswer } from '../../ports/api.ts';

/** How one request is to be carried out. */
export type KeyedCommand = {
  /** What the events of this request say they come from. */
  readonly cause: string;
  /** Ids of what it makes; null: new ones, the request carries no key. */
  readonly ids: { readonly run: string; readonly incident: string } | null;
  /** True: it was begun before, so it may have been done. */
  readonly again: boolean;
};

/** The request whose answer is wanted. */
export type OnceRequest = {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly key: string | undefined;
  /** Whose request it is: keys of one are never keys of another. */
  readonly owner: string;
};

/** Carries out a request once per key; the error says that the key belongs to another request. Refusals are kept as well. */
export async function answerOnce(
  keys: IdempotencyKeys,
  { id, method, path, body, key: given, owner }: OnceRequest,
  carryOut: (command: KeyedCommand) => Promise<KeptAnswer>,
): Promise<Result<{ readonly answer: KeptAnswer; readonly replayed: boolean }, string>> {
  if (given === undefined) {
    const answer = await carryOut({ cause: causeOfRequest(id), ids: null, again: false });
    return ok({ answer, replayed: false });
  }
  // As long as any key, and it tells nobody who reads the table what was sent by whom.
  const key = createHash('sha256')
    .update(JSON.stringify([owner, given]))
    .digest('hex');
  const digest = digestJson({ method, path, body });
  const known = await keys.reserve(key, digest);
  if (known.bodyDigest !== digest)
    return err('this Idempotency-Key was used for another request; take a new key for a new request');
  if (known.answer) return ok({ answer: known.answer, replayed: true });
  const idOf = (prefix: IdPrefix) =>
    formatId(prefix, known.seenAtMs, createHash('sha256').update(`${prefix} ${key}`).digest());
  const command = { cause: causeOfRequest(idOf('cmd')), ids: { run: idOf('run'), incident: idOf('inc') } };
  const answer = await carryOut({ ...command, again: !known.fresh });
  return ok({ answer: await keys.finish(key, answer), replayed: false });
}
