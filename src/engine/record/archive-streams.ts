// Lets ended incidents and alert groups at rest leave the database: each is written as a signed bundle, read back and verified, and only then recorded as
// archived and deleted, in one transaction. What cannot be verified stays.
import type { Caller } from '../../core/authority/principal.ts';
import { sha256 } from '../../core/json.ts';
import { archiveFile } from '../../core/system/archived.ts';
import { Bundle, verifyBundle } from '../../core/timeline/bundle.ts';
import type { ArchiveCandidate, ArchiveCandidates, ArchivePlace } from '../../ports/archive.ts';
import type { RecordOperations } from '../../ports/operations.ts';
import { type ExportDeps, exportStream, exportTimeline } from './export-timeline.ts';

/** What archiving needs. */
export type ArchiveParts = {
  readonly candidates: ArchiveCandidates;
  readonly exports: ExportDeps;
  readonly place: ArchivePlace;
  readonly archiveStream: RecordOperations['archiveStream'];
};

/** What became of one stream; `left`: it stays where it is. `number` null: it is an alert group. */
export type ArchiveOutcome =
  | {
      readonly outcome: 'archived';
      readonly number: number | null;
      readonly streamId: string;
      readonly file: string;
      readonly events: number;
    }
  | { readonly outcome: 'left'; readonly number: number | null; readonly streamId: string; readonly why: string };

const pageSize = 50;

/** Archives every candidate that ended, or was at rest, before an instant, one after the other. Each is done when it is told. */
export async function* archiveStreams(
  parts: ArchiveParts,
  asked: Caller & { readonly endedBefore: string; readonly reason?: string | undefined },
): AsyncGenerator<ArchiveOutcome> {
  const { endedBefore } = asked;
  const left: string[] = [];
  for (;;) {
    const page = await parts.candidates({ endedBefore, left, limit: pageSize });
    if (page.length === 0) return;
    for (const candidate of page) {
      const outcome = await archiveOne(parts, candidate, asked);
      if (outcome.outcome === 'left') left.push(candidate.streamId);
      yield outcome;
    }
  }
}

async function archiveOne(
  { exports, place, archiveStream }: ArchiveParts,
  { streamId, number, alerts }: ArchiveCandidate,
  { principal, cause, reason }: Caller & { readonly reason?: string | undefined },
): Promise<ArchiveOutcome> {
  const leave = (why: string): ArchiveOutcome => ({ outcome: 'left', number, streamId, why });
  const file = archiveFile({ id: streamId, number });
  const exported =
    number === null
      ? await exportStream(exports, { streamId, name: 'alert-group' })
      : await exportTimeline(exports, streamId, 'bundle');
  if (!exported) return leave('it has no events');
  const kept = await place.keep(file, exported.content);
  const check = await verifyBundle(kept, [exports.signer().publicKey]);
  if (check.outcome === 'bad') return leave(`its archive cannot be verified: ${check.place.problem}`);
  const { head, checkpoint } = Bundle.parse(JSON.parse(kept));
  if (checkpoint?.version !== head.version || checkpoint.hash !== head.hash) return leave('it is not sealed yet');
  const digest = sha256(kept);
  const answer = await archiveStream({ principal, cause, streamId, number, head, digest, file, alerts, reason });
  return answer.ok
    ? { outcome: 'archived', number, streamId, file, events: head.version }
    : leave(answer.error.message);
}
