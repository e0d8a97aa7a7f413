// Evidence over /api/v1: the list of an incident, and one piece as a file. What was captured is foreign: it is never run by a browser.
import type { FastifyReply } from 'fastify';
import type { ApiEvidence } from '../../contract/evidence.ts';
import { inlineType } from '../../core/evidence/content.ts';
import { listEvidence } from '../../core/evidence/listed.ts';
import type { Refusal } from '../../core/refusal.ts';
import { err, ok } from '../../core/result.ts';
import type { EvidenceIndex } from '../../ports/evidence.ts';
import type { Artifacts } from '../../ports/ledger.ts';
import type { SeenReads } from '../../ports/reads.ts';
import type { ServeRoutes } from './serve-routes.ts';

/** What serving evidence needs. */
export type EvidenceRouteDeps = {
  readonly evidence: Pick<EvidenceIndex, 'namedIn'>;
  readonly artifacts: Pick<Artifacts, 'find' | 'get'>;
};

/** Whoever may see one of the incidents that evidence was kept for may see it. */
export async function seesOne(reads: Pick<SeenReads, 'sees'>, incidents: readonly string[]): Promise<boolean> {
  for (const id of incidents) if (await reads.sees(id)) return true;
  return false;
}

const missing = (what: string) => err<Refusal>({ code: 'not_found', message: `there is no such ${what}` });

/** Adds the routes. */
export function addEvidence(serve: ServeRoutes, { evidence, artifacts }: EvidenceRouteDeps): void {
  serve.read('GET /incidents/:id/evidence', async ({ params, reads }) => {
    const incident = await reads.incident(params.id);
    if (!incident) return missing('incident');
    const { events, redacted } = await evidence.namedIn(incident.id);
    const items = listEvidence(events).map((one): ApiEvidence => ({ ...one, redacted: redacted.has(one.digest) }));
    return ok({ items, cursor: null });
  });

  serve.file('GET /artifacts/:digest', async ({ params: { digest }, query, reads }, reply) => {
    const found = await artifacts.find(digest);
    if (!found || !(await seesOne(reads, found.incidents))) return missing('evidence');
    if (found.isRedacted)
      return err({ code: 'not_found', message: 'its content was redacted; the record says by whom, when and why' });
    const content = await artifacts.get(digest);
    if (!content) return missing('evidence');
    const shown = query.inline === undefined ? null : inlineType(content, found.type ?? '');
    safe(reply, shown === null ? 'attachment' : 'inline', found.name);
    return reply.type(shown ?? downloadType(found.type)).send(content);
  });
}

const downloadTypes: ReadonlySet<string> = new Set(['application/json', 'text/csv', 'image/png', 'image/jpeg']);

/** What a download is called: a type that a browser might open by itself is none of these. */
const downloadType = (type: string | null) =>
  type !== null && downloadTypes.has(type) ? type : 'application/octet-stream';

/** Whatever the content is: not guessed at, not run, not framed, not kept by caches, not read from other origins. */
function safe(reply: FastifyReply, disposition: 'attachment' | 'inline', name: string): void {
  const plain = name.replace(/[^\w.-]/g, '_').slice(0, 100) || 'evidence';
  reply
    .header('content-disposition', `${disposition}; filename="${plain}"`)
    .header('content-security-policy', "sandbox; default-src 'none'; frame-ancestors 'none'")
    .header('x-content-type-options', 'nosniff')
    .header('cross-origin-resource-policy', 'same-origin')
    .header('cache-control', 'private, no-store');
}
