// Redaction: what leaked is taken out of an event or a piece of evidence, and the system stream records who did so, why, and what stands
// there now. The chain stays as it was: hashes are kept, and the recorded redaction vouches for the one event that no longer matches its own.
import type { Caller } from '../../core/authority/principal.ts';
import { actorOf } from '../../core/authority/principal.ts';
import type { StoredEvent } from '../../core/events.ts';
import { planRedaction } from '../../core/redaction/plan-redaction.ts';
import type { Refusal } from '../../core/refusal.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { decideSystem, type SystemCommand } from '../../core/system/decide.ts';
import { systemStreamId } from '../../core/system/events.ts';
import type { EventPlace, EvidenceIndex } from '../../ports/evidence.ts';
import type { Artifacts, EventStore, LoadedSystem, SystemStream } from '../../ports/ledger.ts';
import type { RedactionOperations, WhereToRedact } from '../../ports/operations.ts';
import { OwnerOnlyError } from '../../ports/owner-only.ts';
import type { CommandDecision, Pipeline } from '../pipeline.ts';
import type { SystemProposal } from '../proposal.ts';

/** What redacting needs. */
export type RedactParts = {
  readonly pipeline: Pick<Pipeline, 'execute'>;
  readonly systemStream: Pick<SystemStream, 'load'>;
  readonly events: Pick<EventStore, 'readStream'>;
  readonly artifacts: Pick<Artifacts, 'find'>;
  readonly evidence: Pick<EvidenceIndex, 'holding'>;
};

type Decision = CommandDecision<SystemProposal>;

/** What a redaction cannot reach, in sentences for people. */
const notReachable = [
  'messages that Slack has shown: cards and threads are written anew where they still change, other messages, files and mails of Slack stay',
  'exports, bundles and archives that were made before, and whatever witnesses, logs, backups and traces outside of the database hold',
  'what the hash in the chain still shows: whoever guesses the whole text can confirm the guess, so change a secret that leaked in any case',
];

/** The operation. */
export function createRedact(parts: RedactParts): RedactionOperations {
  return {
    async redact({ principal, cause, where, reason }) {
      try {
        const outcome = await parts.pipeline.execute<LoadedSystem, SystemProposal>({
          name: 'redact',
          caller: { principal, cause },
          right: 'administer',
          resourceOf: () => ({}),
          // Whether the incident may be seen was asked by whoever found it.
          about: () => [],
          missing: 'the system stream is always there',
          load: () => parts.systemStream.load(),
          keyOf: () => systemStreamId,
          decide: (before, { at }) => decide(parts, before, { at, principal, cause, where, reason }),
        });
        if (outcome.outcome === 'refused') return err(outcome.refusal);
        if (outcome.outcome === 'unchanged') return ok({ paths: [], alsoIn: [], notReachable });
        const { redacted } = outcome.changes[0];
        if (redacted?.type !== 'event') return ok({ paths: [], alsoIn: [], notReachable });
        const alsoIn = await stillIn(parts, redacted.plan.removed);
        return ok({ paths: redacted.plan.paths, alsoIn, notReachable });
      } catch (error) {
        if (!(error instanceof OwnerOnlyError)) throw error;
        return err<Refusal>({ code: 'wrong_state', message: error.message });
      }
    },
  };
}

/** Texts that are looked for elsewhere, and places that are told, at the utmost. Short texts stand in too many places. */
const maxLooked = 5;
const maxTold = 20;
const minLooked = 6;

async function stillIn({ evidence }: RedactParts, removed: readonly string[]): Promise<readonly EventPlace[]> {
  const found: EventPlace[] = [];
  for (const text of removed.filter(({ length }) => length >= minLooked).slice(0, maxLooked))
    for (const place of await evidence.holding(text, maxTold))
      if (!found.some(({ streamId, seq }) => streamId === place.streamId && seq === place.seq)) found.push(place);
  return found.slice(0, maxTold);
}

async function decide(
  parts: RedactParts,
  before: LoadedSystem,
  asked: Caller & { readonly at: string; readonly where: WhereToRedact; readonly reason: string },
): Promise<Decision> {
  const { where } = asked;
  return where.type === 'evidence'
    ? redactEvidence(parts, before, { ...asked, digest: where.digest })
    : redactEvent(parts, before, { ...asked, where });
}

async function redactEvidence(
  { artifacts }: RedactParts,
  before: LoadedSystem,
  asked: Caller & { readonly at: string; readonly digest: string; readonly reason: string },
): Promise<Decision> {
  const { digest, reason } = asked;
  const found = await artifacts.find(digest);
  if (!found) return refused({ code: 'not_found', message: 'there is no such evidence' });
  if (found.isRedacted) return refused({ code: 'wrong_state', message: 'its content was taken out before' });
  const recorded = record(before, { type: 'redact_evidence', digest, name: found.name, reason }, asked);
  if (!recorded.ok) return refused(recorded.error);
  const redacted = { type: 'evidence' as const, digest, recordedBy: nextSeq(before) };
  return { outcome: 'proposed', proposals: [{ ...recorded.value, redacted }] };
}

async function redactEvent(
  { events }: RedactParts,
  before: LoadedSystem,
  asked: Caller & {
    readonly at: string;
    readonly where: Extract<WhereToRedact, { type: 'event' }>;
    readonly reason: string;
  },
): Promise<Decision> {
  const { where, reason } = asked;
  const { streamId, seq, path = '', text = null } = where;
  const stream: StoredEvent[] = [];
  for await (const event of events.readStream(streamId)) stream.push(event);
  const vouched = before.state.redactions ?? {};
  const plan = planRedaction(stream, { seq, what: { path, text }, vouched });
  if (!plan.ok) return refused(plan.error);
  const { event, now, paths, states } = plan.value;
  // What is redacted of the system stream itself is out of its state before the redaction is folded in.
  const base = states.stream === 'system' ? { ...before, state: states.state } : before;
  const command = { type: 'redact_event' as const, streamId, seq, hash: event.hash, now, paths, reason };
  const recorded = record(base, command, asked);
  if (!recorded.ok) return refused(recorded.error);
  const last = stream.at(-1);
  const head = { version: last?.seq ?? 0, hash: last?.hash ?? '' };
  const redacted = { type: 'event' as const, plan: plan.value, head, recordedBy: nextSeq(before) };
  return { outcome: 'proposed', proposals: [{ ...recorded.value, before, redacted }] };
}

const refused = (refusal: Refusal): Decision => ({ outcome: 'refused', refusal });
const nextSeq = ({ head }: LoadedSystem): number => (head?.version ?? 0) + 1;

function record(
  before: LoadedSystem,
  command: SystemCommand,
  { at, principal }: Pick<Caller, 'principal'> & { readonly at: string },
): Result<Omit<SystemProposal, 'redacted'>, Refusal> {
  const context = { at, actor: actorOf(principal), held: [], people: {}, playbooks: [] };
  const decision = decideSystem(before.state, command, context);
  if (!decision.ok) return decision;
  const { events, state } = decision.value;
  return ok({ stream: 'system', before, state, events });
}
