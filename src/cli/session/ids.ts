// What a person may write for an id: all of it, its beginning or its end, and the number of an incident. Changes nothing.
import type { ApiClient } from '../../client/api-client.ts';
import type { ApiApproval, ApiListedApproval } from '../../contract/approval.ts';
import { type IdPrefix, isId, runOfApproval } from '../../core/ids.ts';
import { CliError, line } from './output.ts';

/** Letters of an id that are shown in lists: its end, because ids of one day begin alike. */
const shownLetters = 8;
/** Fewer would fit too many. */
const leastLetters = 4;
/** So many of the latest are looked through for an id that is not whole. */
const lookThrough = 1000;
const pageSize = 200;

/** An id as lists show it; every command takes it in this form. */
export const shortId = (id: string): string => id.slice(-shownLetters);

type PageOf<T> = { readonly items: readonly T[]; readonly cursor: string | null };

/** The latest entries of a list, page by page. */
export async function latest<T>(page: (cursor: string | undefined) => Promise<PageOf<T>>): Promise<readonly T[]> {
  const items: T[] = [];
  for (let cursor: string | undefined; items.length < lookThrough; ) {
    const found = await page(cursor);
    items.push(...found.items);
    if (found.cursor === null) break;
    cursor = found.cursor;
  }
  return items;
}

/** The id of a run. */
export function runIdOf({ call }: ApiClient, text: string): Promise<string> {
  return findId(text, {
    prefix: 'run',
    kind: 'run',
    page: async (cursor) => idsOf(await call('GET /runs', { query: { limit: pageSize, cursor } })),
  });
}

/** The id of an incident, or its number as it was given. */
export async function incidentIdOf({ call }: ApiClient, text: string): Promise<string> {
  if (/^#?\d{1,9}$/.test(text)) return text;
  return findId(text, {
    prefix: 'inc',
    kind: 'incident',
    page: async (cursor) => idsOf(await call('GET /incidents', { query: { limit: pageSize, cursor } })),
  });
}

const idsOf = ({ items, cursor }: PageOf<{ readonly id: string }>): PageOf<string> => ({
  items: items.map(({ id }) => id),
  cursor,
});

/** An approval and where it belongs. */
export type FoundApproval = Omit<ApiListedApproval, 'refusal' | 'excluded'>;

/** An approval by its id, or the only open one of a run. */
export async function approvalOf(api: ApiClient, text: string): Promise<FoundApproval> {
  const runId = runOfApproval(text) ?? (isId('run', text) ? text : null);
  if (runId !== null) {
    const run = await api.call('GET /runs/:id', { params: { id: runId } });
    const all = Object.values(run.approvals).map((approval) => ({ runId, incidentId: run.incidentId, approval }));
    const known = all.find(({ approval }) => approval.id === text);
    if (known) return known;
    if (runId !== text) throw new CliError('not_found', `there is no approval ${line(text, 80)}`);
    return onlyOne(
      text,
      all.filter(({ approval }) => approval.status === 'open'),
    );
  }
  const open = await latest((cursor) =>
    api.call('GET /approvals', { query: { limit: pageSize, cursor, status: 'open' } }),
  );
  return onlyOne(
    text,
    open.filter((listed) => fits(text, listed.approval.id) || fits(text, listed.runId)),
  );
}

function onlyOne(text: string, open: readonly FoundApproval[]): FoundApproval {
  const [first, second] = open;
  if (first && !second) return first;
  const which = open.map(({ approval }) => `${approval.id} (${approval.step})`).join(', ');
  if (first) throw new CliError('ambiguous', `${line(text, 80)} fits several open approvals, say which: ${which}`);
  throw new CliError(
    'not_found',
    `nothing that waits for approval fits ${line(text, 80)}; see \`firebreak approvals\``,
  );
}

/** The digest of a plan by its first letters; what does not fit is left as it is, for the server to refuse. */
export function digestOf({ planDigest }: ApiApproval, given: string): string {
  const bare = (text: string) => text.replace(/^sha256:/, '');
  const isStart = bare(given).length >= shownLetters && bare(planDigest).startsWith(bare(given));
  return isStart ? planDigest : given;
}

/** The whole id that a text stands for, among the latest of a list. */
export async function findId(
  text: string,
  known: {
    readonly prefix: IdPrefix;
    readonly kind: 'run' | 'incident' | 'delivery' | 'alert group';
    readonly page: (cursor: string | undefined) => Promise<PageOf<string>>;
  },
): Promise<string> {
  const { prefix, kind } = known;
  const plural = kind === 'delivery' ? 'deliveries' : `${kind}s`;
  if (isId(prefix, text)) return text;
  const ids = bare(text).length < leastLetters ? [] : await latest(known.page);
  const found = ids.filter((id) => fits(text, id));
  const [first, second] = found;
  if (first && !second) return first;
  if (first) throw new CliError('ambiguous', `${line(text, 80)} fits ${found.length} ${plural}: ${found.join(', ')}`);
  throw new CliError(
    'not_found',
    `there is no ${kind} ${line(text, 80)}; \`firebreak ${kind === 'alert group' ? 'alerts' : plural}\` lists them`,
  );
}

const bare = (text: string) => text.replace(/^[a-z]{3}_/, '');

function fits(text: string, id: string): boolean {
  const part = bare(text);
  return part.length >= leastLetters && (bare(id).startsWith(part) || bare(id).endsWith(part));
}
