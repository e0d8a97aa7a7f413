// The incident page's own reads: what was known at an instant, and the ledger in sentences. Changes nothing.
import type { ApiFrame } from '../../contract/frame.ts';
import type { ApiEntryKind, ApiLedgerPage } from '../../contract/ledger.ts';
import { digestJson } from '../../core/json.ts';
import type { Refusal } from '../../core/refusal.ts';
import { err, ok } from '../../core/result.ts';
import { entryKindOf } from '../../core/timeline/entry-kind.ts';
import type { Frame } from '../../core/timeline/frame.ts';
import { ledgerEntry } from '../../core/timeline/ledger-entry.ts';
import { eventTypes } from '../../core/timeline/read-event.ts';
import type { Frames, LedgerReads, LedgerSlice } from '../../ports/ledger-reads.ts';
import type { IncidentRow, SeenReads } from '../../ports/reads.ts';
import type { RouteRequest, ServeRoutes } from './serve-routes.ts';
import { showEvent } from './show-incident.ts';

/** What the reads need. */
export type FrameRouteDeps = {
  readonly frames: Frames;
  readonly ledger: LedgerReads;
};

const noIncident = err<Refusal>({ code: 'not_found', message: 'there is no such incident' });
const noEntry = err<Refusal>({ code: 'not_found', message: 'the ledger of the incident has no entry in that place' });

const tooEarly = ({ number, openedAt }: IncidentRow) =>
  err<Refusal>({
    code: 'not_found',
    message: `nothing was known of incident #${number} then: it was opened at ${openedAt}; ask for that instant or a later one`,
  });

/** Adds the routes. */
export function addFrames(serve: ServeRoutes, { frames, ledger }: FrameRouteDeps): void {
  serve.read('GET /incidents/:id/frame', async ({ params, query: { at }, reads }) => {
    const incident = await reads.incident(params.id);
    if (!incident) return noIncident;
    const now = await frames.now(incident.id, incident.version);
    if (!now) return noIncident;
    const frame = at === undefined ? now : await frames.at(incident.id, instantOf(at));
    if (!frame) return tooEarly(incident);
    const until = { from: now.incident.clocks.began, to: incident.updatedAt };
    return ok(showFrame(await frameFor(reads, frame), { at: at === undefined ? null : instantOf(at), until }));
  });

  serve.read('GET /incidents/:id/ledger', async ({ params, query, reads }) => {
    const incident = await reads.incident(params.id);
    if (!incident) return noIncident;
    const upTo = query.at === undefined ? incident.version : await ledger.knownBy(incident.id, instantOf(query.at));
    return ok(await ledgerPage(ledger, { streamId: incident.id, upTo, query }));
  });

  serve.read('GET /incidents/:id/ledger/:seq', async ({ params, reads }) => {
    const incident = await reads.incident(params.id);
    return incident ? oneEntry(ledger, incident.id, params.seq) : noIncident;
  });
}

/** The frame as somebody may see it: one that ended in an incident which he or she may not know of, has just ended. */
async function frameFor(reads: SeenReads, frame: Frame): Promise<Frame> {
  const { mergedInto } = frame.incident;
  if (mergedInto === null || (await reads.sees(mergedInto.id))) return frame;
  const { digest: _, ...rest } = frame;
  const shown = { ...rest, incident: { ...frame.incident, mergedInto: null } };
  return { ...shown, digest: digestJson(shown) };
}

/** Instants are compared as text in more than one place: all of them in one form. */
const instantOf = (at: string): string => new Date(at).toISOString();

async function oneEntry(ledger: LedgerReads, streamId: string, seq: number) {
  const stored = await ledger.entry(streamId, seq);
  return stored === null ? noEntry : ok({ entry: ledgerEntry(stored, { whole: true }), recorded: showEvent(stored) });
}

/** The types of a kind, as the ledger is asked for them: what is known, and for `other` what is left. */
function typesOf(kind: ApiEntryKind | undefined): LedgerSlice['types'] {
  if (kind === undefined) return null;
  return kind === 'other'
    ? { of: 'but', types: eventTypes.filter((type) => entryKindOf(type) !== 'other') }
    : { of: 'only', types: eventTypes.filter((type) => entryKindOf(type) === kind) };
}

type PageAsked = {
  readonly streamId: string;
  readonly upTo: number;
  readonly query: RouteRequest<'GET /incidents/:id/ledger'>['query'];
};

async function ledgerPage(ledger: LedgerReads, { streamId, upTo, query }: PageAsked): Promise<ApiLedgerPage> {
  const { after, before, limit, kind } = query;
  const from =
    after === undefined
      ? ({ side: 'before', seq: before ?? upTo + 1 } as const)
      : ({ side: 'after', seq: after } as const);
  const { items: rows, more } = await ledger.slice({ streamId, upTo, from, limit, types: typesOf(kind) });
  const [first, last] = [rows[0]?.seq, rows.at(-1)?.seq];
  const isBack = from.side === 'before';
  const hasEarlier = isBack ? more : first !== undefined && first > 1;
  return {
    items: rows.map((row) => ledgerEntry(row, { whole: false })),
    total: upTo,
    before: hasEarlier ? (first ?? null) : null,
    // Where there is nothing more, the end of the ledger: whoever asks again is spared what was looked through.
    after: isBack
      ? Math.max(0, Math.min(upTo, (before ?? upTo + 1) - 1))
      : more
        ? (last ?? from.seq)
        : Math.max(from.seq, upTo),
    more: isBack ? before !== undefined && before <= upTo : more,
  };
}

/** A frame. */
function showFrame(
  { incident, lanes, approvals, omittedApprovals, events, heads, digest }: Frame,
  { at, until }: Pick<ApiFrame, 'at' | 'until'>,
): ApiFrame {
  return { incident, lanes, approvals, omittedApprovals, events, heads, digest, at, until };
}
