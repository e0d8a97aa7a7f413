// Digests and the load over /api/v1. Counts of private incidents are for all who may view, their names for those who may know of them.

import type { ApiDigest } from '../../contract/digest.ts';
import type { Digest } from '../../core/digest/digest.ts';
import { digestKey } from '../../core/digest/due.ts';
import { digestTitle } from '../../core/digest/text.ts';
import type { WaitingWork } from '../../core/load/rest.ts';
import type { Refusal } from '../../core/refusal.ts';
import { err, ok } from '../../core/result.ts';
import type { ReadDigest } from '../../ports/digests.ts';
import type { ServeDeps, ServeRoutes } from './serve-routes.ts';

/** What it needs. */
export type DigestRouteDeps = Pick<ServeDeps, 'authorised'> & {
  readonly readDigest: ReadDigest;
  readonly digestZone: string;
  /** null: the database did not answer in time. */
  readonly load: () => Promise<{ readonly queues: readonly WaitingWork[]; readonly resting: string | null } | null>;
};

const noAnswer = err<Refusal>({ code: 'busy', message: 'the database did not answer in time; ask again' });

/** Adds the routes. */
export function addDigests(serve: ServeRoutes, { readDigest, digestZone, load, authorised }: DigestRouteDeps): void {
  serve.read('GET /digests/:kind', async ({ params: { kind }, query: { at = null }, principal, reads }) => {
    const administers = (await authorised(principal, 'administer', {})).ok;
    return ok(show(await readDigest({ kind, at, seen: await reads.seen(), administers }), digestZone));
  });
  serve.read('GET /load', async () => {
    const found = await load();
    if (found === null) return noAnswer;
    const queues = found.queues.map(({ kind, pool, depth, oldestMs, workers }) => ({
      id: pool === '' ? kind : `${kind}/${pool}`,
      kind,
      pool,
      depth,
      oldestMs,
      workers,
    }));
    return ok({ queues, resting: found.resting });
  });
}

const show = (digest: Digest, timezone: string): ApiDigest => ({
  id: digestKey(digest.kind, digest),
  kind: digest.kind,
  from: digest.from,
  to: digest.to,
  timezone,
  title: digestTitle(digest, timezone),
  headline: digest.headline,
  sections: digest.sections.map(({ id, title, lines, more }) => ({ id, title, lines: [...lines], more })),
});
