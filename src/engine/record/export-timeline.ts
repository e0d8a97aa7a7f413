// A timeline as a file in the form asked for. Reads only.
import type { StoredEvent } from '../../core/events.ts';
import { toConfluence } from '../../core/postmortem/confluence.ts';
import { toCsv } from '../../core/postmortem/csv.ts';
import type { DocumentOptions } from '../../core/postmortem/document.ts';
import { toHtml } from '../../core/postmortem/html.ts';
import { toMarkdown } from '../../core/postmortem/markdown.ts';
import { type Postmortem, toPostmortem } from '../../core/postmortem/model.ts';
import { toNotion } from '../../core/postmortem/notion.ts';
import { redactionsIn } from '../../core/redaction/vouched.ts';
import { redactionTypes } from '../../core/redaction/vouched-event.ts';
import { systemStreamId } from '../../core/system/events.ts';
import { type Bundle, evidenceOf, toBundle } from '../../core/timeline/bundle.ts';
import type { Signer } from '../../core/timeline/signature.ts';
import type { Artifacts, EventStore } from '../../ports/ledger.ts';
import type { Checkpoints } from '../../ports/record.ts';

/** The forms of an export. */
export const exportFormats = ['md', 'json', 'html', 'csv', 'bundle', 'confluence', 'notion'] as const;
/** One of the forms. */
export type ExportFormat = (typeof exportFormats)[number];

/** A file; its name is safe on any system. */
export type ExportedFile = { readonly filename: string; readonly contentType: string; readonly content: string };

/** What an export is made from; the signer signs bundles. */
export type ExportDeps = {
  readonly events: Pick<EventStore, 'readStream'>;
  readonly artifacts: Pick<Artifacts, 'get'>;
  readonly checkpoints: Pick<Checkpoints, 'ofStream'>;
  readonly signer: () => Signer;
  /** How postmortems are written. */
  readonly documents?: DocumentOptions | undefined;
};

const json = (value: unknown, indent: number) => `${JSON.stringify(value, null, indent)}\n`;

/** What a picture is drawn from is in the events as well. */
const withoutPicture = ({ lanes: _, ...postmortem }: Postmortem) => postmortem;

/** Exports one incident; null if it has no events. */
export async function exportTimeline(
  deps: ExportDeps,
  incidentId: string,
  format: ExportFormat,
): Promise<ExportedFile | null> {
  const events: StoredEvent[] = [];
  // The checkpoint is read first: it never speaks of more than the events do.
  const checkpoint = format === 'bundle' ? await deps.checkpoints.ofStream(incidentId) : null;
  for await (const event of deps.events.readStream(incidentId)) events.push(event);
  const postmortem = toPostmortem(events, deps.documents);
  if (!postmortem) return null;
  const name = `incident-${postmortem.incident.number}`;
  switch (format) {
    case 'md':
      return { filename: `${name}.md`, contentType: 'text/markdown; charset=utf-8', content: toMarkdown(postmortem) };
    case 'json':
      return {
        filename: `${name}.json`,
        contentType: 'application/json',
        content: json({ ...withoutPicture(postmortem), events }, 2),
      };
    case 'confluence':
      return {
        filename: `${name}.confluence.xml`,
        contentType: 'application/xml; charset=utf-8',
        content: toConfluence(postmortem),
      };
    case 'notion':
      return {
        filename: `${name}.notion.json`,
        contentType: 'application/json',
        content: json(toNotion(postmortem), 2),
      };
    case 'html':
      return { filename: `${name}.html`, contentType: 'text/html; charset=utf-8', content: toHtml(postmortem) };
    case 'csv':
      return { filename: `${name}.csv`, contentType: 'text/csv; charset=utf-8', content: toCsv(postmortem) };
    case 'bundle':
      return bundleFile(deps, name, { streamId: incidentId, events, sealed: checkpoint });
  }
}

/** Exports the system stream as a signed bundle, its one form; null if it has no events. */
export const exportSystem = (deps: ExportDeps): Promise<ExportedFile | null> =>
  exportStream(deps, { streamId: systemStreamId, name: 'system' });

/** Exports a stream that is no incident as a signed bundle, its one form; null if it has no events. */
export async function exportStream(
  deps: ExportDeps,
  { streamId, name }: { readonly streamId: string; readonly name: string },
): Promise<ExportedFile | null> {
  const events: StoredEvent[] = [];
  const sealed = await deps.checkpoints.ofStream(streamId);
  for await (const event of deps.events.readStream(streamId)) events.push(event);
  return events.length === 0 ? null : bundleFile(deps, name, { streamId, events, sealed });
}

/** A whole stream, and the newest checkpoint that speaks of it. */
type WholeStream = {
  readonly streamId: string;
  readonly events: readonly StoredEvent[];
  readonly sealed: Awaited<ReturnType<ExportDeps['checkpoints']['ofStream']>>;
};

async function bundleFile(deps: ExportDeps, name: string, stream: WholeStream): Promise<ExportedFile> {
  return {
    filename: `${name}.bundle.json`,
    contentType: 'application/json',
    content: json(await bundleOf(deps, stream), 1),
  };
}

async function bundleOf(deps: ExportDeps, { streamId, events, sealed }: WholeStream) {
  const { artifacts, signer } = deps;
  const last = events.at(-1);
  const kept: Bundle['artifacts'] = [];
  const digests = new Set(evidenceOf(events).map(({ artifact }) => artifact.digest));
  const redactions = await redactionsFor(deps, streamId, digests);
  const gone = redactionsIn(redactions).evidence;
  for (const { artifact } of evidenceOf(events)) {
    const content = await artifacts.get(artifact.digest);
    // Without content it would pass for evidence left out on purpose; left out whole, it is missed by whoever verifies.
    if (content) kept.push({ ...artifact, content: content.toString('base64') });
    else if (gone.has(artifact.digest)) kept.push({ ...artifact, content: null });
  }
  const head = { version: last?.seq ?? 0, hash: last?.hash ?? '' };
  const checkpoint = sealed && {
    number: sealed.number,
    by: `checkpoint ${sealed.number} of ${sealed.at}`,
    version: sealed.version,
    hash: sealed.hash,
  };
  const parts = { streamId, head, checkpoint, artifacts: kept, events: [...events] };
  return toBundle(redactions.length > 0 ? { ...parts, redactions: [...redactions] } : parts, signer());
}

/** The events that vouch for what was taken out of a stream and of its evidence. */
async function redactionsFor(
  { events }: Pick<ExportDeps, 'events'>,
  streamId: string,
  digests: ReadonlySet<string>,
): Promise<readonly StoredEvent[]> {
  const found: StoredEvent[] = [];
  for await (const event of events.readStream(systemStreamId)) {
    const { streamId: of, digest } = event.data;
    const isOurs = event.type === 'record.redacted' ? of === streamId : digests.has(String(digest));
    if (redactionTypes.has(event.type) && isOurs) found.push(event);
  }
  return found;
}
