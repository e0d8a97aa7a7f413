// Verifies the record: checkpoints against their signatures, streams against their chains, the checkpoints and their ends,
// evidence against its digests. Changes nothing.
import type { StoredEvent } from '../../core/events.ts';
import { sha256 } from '../../core/json.ts';
import { type Evidence, evidenceOf } from '../../core/timeline/bundle.ts';
import { type BadPlace, type Mark, verifyChain } from '../../core/timeline/chain.ts';
import { type CheckpointRef, verifyCheckpoints } from '../../core/timeline/checkpoint.ts';
import { keyIdOf } from '../../core/timeline/signature.ts';
import type { RecordSnapshot } from '../../ports/record.ts';

/** How an audit ended: how much was verified, or the first bad place. */
export type AuditResult =
  | {
      readonly outcome: 'ok';
      readonly streams: number;
      readonly events: number;
      /** Pieces of evidence, each counted once. */
      readonly evidence: number;
      readonly checkpoints: number;
      /** Events that no checkpoint vouches for yet. */
      readonly unsealed: number;
    }
  | { readonly outcome: 'bad'; readonly place: BadPlace };

/** What the auditor brings along. */
export type AuditOptions = {
  /** Public keys that checkpoints may be signed with. */
  readonly trusted: readonly string[];
  /** A checkpoint that is known to have been made; recalled before the snapshot was taken. */
  readonly remembered: CheckpointRef | null;
  /** Is told the number of streams done. */
  readonly progress?: (streams: number) => void;
};

const bad = (place: Pick<BadPlace, 'streamId' | 'seq' | 'problem'> & Partial<BadPlace>): AuditResult => ({
  outcome: 'bad',
  place: { type: null, at: null, ...place },
});

/** Verifies the whole record. */
export async function auditRecord(record: RecordSnapshot, options: AuditOptions): Promise<AuditResult> {
  const keys = new Map(options.trusted.map((key) => [keyIdOf(key), key]));
  const sealed = await verifyCheckpoints(record.checkpoints(), (keyId) => keys.get(keyId) ?? null, options.remembered);
  if (sealed.outcome === 'bad') return sealed;
  const verified = { streams: 0, events: 0, unsealed: 0 };
  const evidence = new Set<string>();
  const seen = new Set<string>();
  for await (const { streamId, version, hash, held } of record.heads()) {
    seen.add(streamId);
    const marks = sealed.heads.get(streamId) ?? [];
    const stream = await auditStream(record, streamId, { version, hash }, marks, evidence);
    if (stream) return stream;
    if (held !== version)
      return bad({
        streamId,
        seq: version,
        problem: `the stream holds ${held} events, but ${version} are in its chain`,
      });
    verified.streams += 1;
    verified.events += version;
    verified.unsealed += version - Math.max(0, ...marks.slice(-1).map((mark) => mark.version));
    options.progress?.(verified.streams);
  }
  for (const [streamId, [mark]] of sealed.heads)
    if (mark && !seen.has(streamId))
      return bad({ streamId, seq: 1, problem: `the whole stream is gone; ${mark.by} records ${mark.version} events` });
  for await (const streamId of record.streamIds())
    if (!seen.has(streamId))
      return bad({
        streamId,
        seq: 1,
        problem: 'the stream has no head: it belongs to nothing, or its row was deleted',
      });
  return { outcome: 'ok', ...verified, evidence: evidence.size, checkpoints: sealed.last?.number ?? 0 };
}

/** The first bad place of one stream; null if there is none. Digests found good are added to `evidence`. */
async function auditStream(
  record: RecordSnapshot,
  streamId: string,
  head: { readonly version: number; readonly hash: string },
  marks: readonly Mark[],
  evidence: Set<string>,
): Promise<AuditResult | null> {
  const named: Evidence[] = [];
  async function* noting(): AsyncGenerator<StoredEvent> {
    for await (const event of record.readStream(streamId)) {
      yield event;
      // The chain asks for the next one only after it found this one good.
      named.push(...evidenceOf([event]));
    }
  }
  const check = await verifyChain(streamId, noting(), head, marks);
  if (check.outcome === 'bad') return check;
  for (const { event, artifact } of named) {
    if (evidence.has(artifact.digest)) continue;
    const content = await record.artifact(artifact.digest);
    const { seq, type, at } = event;
    const place = { streamId, seq, type, at };
    if (content === null)
      return bad({ ...place, problem: `its evidence ${artifact.name} (${artifact.digest}) is missing` });
    if (`sha256:${sha256(content)}` !== artifact.digest)
      return bad({
        ...place,
        problem: `its evidence ${artifact.name} was edited: it does not match ${artifact.digest}`,
      });
    evidence.add(artifact.digest);
  }
  return null;
}
