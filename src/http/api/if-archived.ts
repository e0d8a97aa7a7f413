// Says of an incident that has left the database where it is, instead of that there is none. Reads only.
import type { Refusal } from '../../core/refusal.ts';
import { err, type Result } from '../../core/result.ts';
import { archivedWords } from '../../core/system/archived.ts';
import type { SeenReads } from '../../ports/reads.ts';

/** What a request names: of these parts, those that it has. */
type Named = { readonly params?: unknown; readonly body?: unknown };

const memberOf = (value: unknown, name: string): unknown =>
  value !== null && typeof value === 'object' && Object.hasOwn(value, name)
    ? value[name as keyof typeof value]
    : undefined;

/** The incident that a request is about: by its path, or by a member of its body. */
function incidentNamed(route: string, { params, body }: Named): string | null {
  const named = route.includes('/incidents/:id')
    ? memberOf(params, 'id')
    : (memberOf(body, 'incident') ?? memberOf(memberOf(body, 'where'), 'stream'));
  return typeof named === 'string' ? named : null;
}

/** The outcome, or that the incident which was not found has been archived. */
export async function ifArchived<T>(
  route: string,
  asked: Named & { readonly reads: Pick<SeenReads, 'archived'> },
  outcome: Result<T, Refusal>,
): Promise<Result<T, Refusal>> {
  if (outcome.ok || outcome.error.code !== 'not_found') return outcome;
  const named = incidentNamed(route, asked);
  const gone = named === null ? null : await asked.reads.archived(named);
  return gone === null ? outcome : err({ code: 'archived', message: archivedWords(gone) });
}
