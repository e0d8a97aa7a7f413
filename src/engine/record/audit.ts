// Verifies the record: checkpoints against their signatures, streams against their chains, the checkpoints and their ends,
// evidence against its digests, and everything that is stored beside the streams against what they lead to. Changes nothing.
import { isPlaybookStream } from '../../core/change-control/state.ts';
import type { StoredEvent } from '../../core/events.ts';
import { isGroupStream } from '../../core/group/state.ts';
import { sha256 } from '../../core/json.ts';
import { redactionsIn, vouchedFor } from '../../core/redaction/vouched.ts';
import { redactionTypes } from '../../core/redaction/vouched-event.ts';
import { usesFault } from '../../core/step-up/audit-uses.ts';
import { stepUpFault } from '../../core/step-up/step-up-fault.ts';
import type { Archived } from '../../core/system/archived.ts';
import { systemStreamId } from '../../core/system/events.ts';
import { type Evidence, evidenceOf } from '../../core/timeline/bundle.ts';
import { type BadPlace, contentHash, type Head, verifyChain } from '../../core/timeline/chain.ts';
import { type CheckpointRef, type SealedPlace, verifyCheckpoints } from '../../core/timeline/checkpoint.ts';
import { foldGroup, foldPlaybookLife, foldStream } from '../../core/timeline/fold-stream.ts';
import { keyIdOf } from '../../core/timeline/signature.ts';
import type { RecordSnapshot } from '../../ports/record.ts';
import { Beside, foldTokens } from './beside.ts';

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
  /** Everything agrees with everything, and nothing signed or remembered vouches for any of it. */
  | { readonly outcome: 'unwitnessed'; readonly streams: number; readonly events: number }
  | { readonly outcome: 'bad'; readonly place: BadPlace };

/** What the auditor brings along. */
export type AuditOptions = {
  /** Public keys that checkpoints may be signed with. */
  readonly trusted: readonly string[];
  /** Checkpoints that are known to have been made; recalled before the snapshot was taken. */
  readonly remembered: readonly CheckpointRef[];
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
  const redacted = await redactionsOf(record);
  const auditing: Auditing = { record, evidence: new Set(), beside: new Beside(), trusted: [...keys.keys()], redacted };
  const seen = new Set<string>();
  for await (const { streamId, version, hash, held } of record.heads()) {
    if (seen.has(streamId))
      return bad({ streamId, seq: version, problem: 'two rows say where it ends: one of them was invented' });
    seen.add(streamId);
    const marks = sealed.heads.get(streamId) ?? [];
    const stream = await auditStream(auditing, streamId, { version, hash }, marks);
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
  const absence = absenceFault(auditing.beside.archived, seen, sealed.heads);
  if (absence) return absence;
  for await (const streamId of record.streamIds())
    if (!seen.has(streamId))
      return bad({
        streamId,
        seq: 1,
        problem: 'the stream has no head: it belongs to nothing, or its row was deleted',
      });
  const beside = await auditBeside(auditing, seen.has(systemStreamId));
  if (beside) return beside;
  if (verified.events > 0 && sealed.last === null && options.remembered.length === 0)
    return { outcome: 'unwitnessed', streams: verified.streams, events: verified.events };
  return { outcome: 'ok', ...verified, evidence: auditing.evidence.size, checkpoints: sealed.last?.number ?? 0 };
}

/** A sealed stream may be absent only if the system stream says that it left, at the very end that was sealed. */
function absenceFault(
  archived: ReadonlyMap<string, Archived>,
  seen: ReadonlySet<string>,
  sealed: ReadonlyMap<string, readonly SealedPlace[]>,
): AuditResult | null {
  for (const [streamId, marks] of sealed) {
    const mark = marks.at(-1);
    if (!mark || seen.has(streamId)) continue;
    const { head } = archived.get(streamId) ?? {};
    if (!head)
      return bad({ streamId, seq: 1, problem: `the whole stream is gone; ${mark.by} records ${mark.version} events` });
    if (head.version !== mark.version || head.hash !== mark.hash)
      return bad({ streamId, seq: head.version, problem: `it was archived at another end than ${mark.by} records` });
  }
  for (const { streamId, head } of archived.values()) {
    if (seen.has(streamId)) return bad({ streamId, seq: 1, problem: 'it was archived, and is here all the same' });
    if (!sealed.has(streamId))
      return bad({ streamId, seq: head.version, problem: 'it was archived, and no checkpoint speaks of it' });
  }
  return null;
}

/** An audit under way. `evidence`: digests found good so far. `trusted`: ids of the trusted keys. */
type Auditing = {
  readonly record: RecordSnapshot;
  readonly evidence: Set<string>;
  readonly beside: Beside;
  readonly trusted: readonly string[];
  /** What the system stream says was redacted; it is verified like every other. */
  readonly redacted: ReturnType<typeof redactionsIn>;
};

async function redactionsOf({ readStream }: RecordSnapshot): Promise<Auditing['redacted']> {
  const events: StoredEvent[] = [];
  for await (const event of readStream(systemStreamId)) if (redactionTypes.has(event.type)) events.push(event);
  return redactionsIn(events);
}

/** What is stored beside all streams together. */
async function auditBeside({ record, beside, redacted }: Auditing, hasSystem: boolean): Promise<AuditResult | null> {
  const { rowFaults } = record;
  const use = usesFault(beside.passkeys, beside.uses);
  if (use) return bad(use);
  const looks: readonly (readonly [string, () => Promise<string | null>])[] = [
    ['(system)', async () => (hasSystem ? null : rowFaults.withoutSystem())],
    ['(alerts)', () => rowFaults.alerts(beside.alerts, beside.goneAlerts)],
    ['(archived streams)', () => rowFaults.archived([...beside.archived.values()])],
    ['(playbook versions)', () => rowFaults.versions(beside.versions)],
    ['(rule books)', () => rowFaults.rulebooks(beside.rulebooks)],
    ['(evidence)', () => rowFaults.evidence(beside.evidence, redacted.evidence)],
    ['(deliveries)', () => rowFaults.deliveries(beside.receipts)],
  ];
  for (const [streamId, look] of looks) {
    const problem = await look();
    if (problem !== null) return bad({ streamId, seq: 0, problem });
  }
  return null;
}

/** What is stored beside one stream, against what it leads to. */
async function auditRows(
  { record, beside, trusted }: Auditing,
  stream: { readonly streamId: string; readonly head: Head; readonly events: readonly StoredEvent[] },
  marks: readonly SealedPlace[],
): Promise<AuditResult | null> {
  const { streamId, head, events } = stream;
  const newest = marks.at(-1);
  const sealed = newest ? { number: newest.number, version: newest.version } : null;
  const look = (): Promise<string | null> => {
    const { ofSystem, ofGroup, ofPlaybook, ofIncident } = record.rowFaults;
    if (streamId === systemStreamId) return ofSystem({ ...stream, ...foldTokens(events) }, sealed, trusted);
    if (isGroupStream(streamId)) return ofGroup({ ...stream, group: foldGroup(events) }, sealed, trusted);
    if (isPlaybookStream(streamId)) return ofPlaybook({ ...stream, life: foldPlaybookLife(events) }, sealed, trusted);
    return ofIncident({ ...stream, ...foldStream(events) }, sealed, trusted);
  };
  if (streamId === systemStreamId) beside.takeSystem(events);
  else beside.take(streamId, events);
  const problem = await look();
  return problem === null ? null : bad({ streamId, seq: head.version, problem });
}

/** The first bad place of one stream; null if there is none. Digests found good are added to `evidence`. */
async function auditStream(
  auditing: Auditing,
  streamId: string,
  head: Head,
  marks: readonly SealedPlace[],
): Promise<AuditResult | null> {
  const { record, evidence, redacted } = auditing;
  const named: Evidence[] = [];
  const events: StoredEvent[] = [];
  async function* noting(): AsyncGenerator<StoredEvent> {
    for await (const event of record.readStream(streamId)) {
      yield event;
      // The chain asks for the next one only after it found this one good.
      named.push(...evidenceOf([event]));
      events.push(event);
    }
  }
  const check = await verifyChain(streamId, noting(), head, marks, (event) => vouchedFor(redacted.events, event));
  if (check.outcome === 'bad') return check;
  const back = events.find((event) => vouchedFor(redacted.events, event) && contentHash(event) === event.hash);
  if (back) return bad({ ...back, problem: 'it was redacted, and what was taken out is back' });
  const unproven = stepUpFault(events);
  if (unproven) return bad(unproven);
  for (const { event, artifact } of named) {
    if (evidence.has(artifact.digest) || redacted.evidence.has(artifact.digest)) continue;
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
  return auditRows(auditing, { streamId, head, events }, marks);
}
