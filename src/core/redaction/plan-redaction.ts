// What redacting one event leads to: the event as it stands then, and the states that its stream leads to. Refuses what would make the
// stream unreadable or mean something else. Pure.

import { isPlaybookStream, type PlaybookLife } from '../change-control/state.ts';
import type { StoredEvent } from '../events.ts';
import { type GroupState, isGroupStream } from '../group/state.ts';
import type { IncidentState } from '../incident/state.ts';
import { canonicalJson } from '../json.ts';
import type { Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';
import type { RunState } from '../run/state.ts';
import { systemStreamId } from '../system/events.ts';
import type { SystemState } from '../system/state.ts';
import { contentHash } from '../timeline/chain.ts';
import { foldGroup, foldPlaybookLife, foldStream, foldSystem } from '../timeline/fold-stream.ts';
import { readEvent } from '../timeline/read-event.ts';
import { redactData, type WhatToRedact } from './redact-data.ts';
import { vouchedFor } from './vouched.ts';
import { redactionTypes, type VouchedEvents } from './vouched-event.ts';

/** What a redacted stream leads to, by its kind. */
type RedactedStates =
  | {
      readonly stream: 'incident';
      readonly incident: IncidentState;
      /** The runs whose state is another than before. */
      readonly runs: readonly RunState[];
    }
  | { readonly stream: 'group'; readonly group: GroupState }
  | { readonly stream: 'playbook'; readonly life: PlaybookLife }
  | { readonly stream: 'system'; readonly state: SystemState };

/** A redaction of one event, before it is recorded. */
export type PlannedRedaction = {
  readonly event: StoredEvent;
  /** The event as the chain has it, with what stands there now. `now`: SHA-256 of that, hex. */
  readonly redacted: StoredEvent;
  readonly now: string;
  readonly paths: readonly string[];
  /** Texts that were taken out; never to be stored or shown. */
  readonly removed: readonly string[];
  readonly states: RedactedStates;
};

const refuse = (message: string) => err<Refusal>({ code: 'invalid', message });

/** Plans it. `events`: the whole stream; `vouched`: what vouches for those of its events that were redacted before. */
export function planRedaction(
  events: readonly StoredEvent[],
  { seq, what, vouched }: { readonly seq: number; readonly what: WhatToRedact; readonly vouched: VouchedEvents },
): Result<PlannedRedaction, Refusal> {
  const event = events.find((one) => one.seq === seq);
  if (!event) return err({ code: 'not_found', message: `the stream has no event ${seq}` });
  if (redactionTypes.has(event.type)) return refuse('what records a redaction is not redacted itself');
  const { streamId } = event;
  const content = contentHash(event);
  if (content !== event.hash && vouchedFor(vouched, event)?.now !== content)
    return err({
      code: 'record_fault',
      message: `event ${seq} of ${streamId} was edited; run \`firebreak audit verify\``,
    });
  const changed = redactData(event.data, what);
  if (!changed.ok) return refuse(changed.error);
  const { data, paths, removed } = changed.value;
  const redacted = { ...event, data };
  if (readEvent(event).outcome === 'known') {
    const after = readEvent(redacted);
    if (after.outcome !== 'known')
      return refuse(
        `without it the event could not be read any more${after.outcome === 'unreadable' ? ` (${after.problem})` : ''}; name a narrower path`,
      );
  }
  const states = statesOf(
    streamId,
    events,
    events.map((one) => (one === event ? redacted : one)),
  );
  if (states === null)
    return refuse('it decides about more than it says, such as what an incident is or where a run stands');
  return ok({ event, redacted, now: contentHash(redacted), paths, removed, states });
}

/** What the stream leads to after; null: something follows from it beyond what people read. */
function statesOf(
  streamId: string,
  before: readonly StoredEvent[],
  after: readonly StoredEvent[],
): RedactedStates | null {
  if (streamId === systemStreamId) {
    const [was, is] = [foldSystem(before), foldSystem(after)];
    const same = sameKeys(was.switches, is.switches) && sameKeys(was.tokens, is.tokens);
    return same && canonicalJson(was.mutes ?? null) === canonicalJson(is.mutes ?? null)
      ? { stream: 'system', state: is }
      : null;
  }
  if (isGroupStream(streamId)) {
    const [was, is] = [foldGroup(before), foldGroup(after)];
    return was && is && was.key === is.key && sameKeys(was.members, is.members) ? { stream: 'group', group: is } : null;
  }
  if (isPlaybookStream(streamId)) {
    const [was, is] = [foldPlaybookLife(before), foldPlaybookLife(after)];
    return was && is && bonesOfLife(was) === bonesOfLife(is) ? { stream: 'playbook', life: is } : null;
  }
  const [was, is] = [foldStream(before), foldStream(after)];
  if (!was.incident || !is.incident || bones(was.incident) !== bones(is.incident)) return null;
  const runs: RunState[] = [];
  for (const [id, run] of is.runs) {
    const old = was.runs.get(id);
    if (!old || bonesOfRun(old) !== bonesOfRun(run)) return null;
    if (canonicalJson(old) !== canonicalJson(run)) runs.push(run);
  }
  return { stream: 'incident', incident: is.incident, runs };
}

const sameKeys = (a: object, b: object) =>
  canonicalJson(Object.keys(a).sort()) === canonicalJson(Object.keys(b).sort());

/** What of a playbook's life is decided on: everything but the words of people and the place of the file. */
const bonesOfLife = ({ versions, wasLive, name }: PlaybookLife) =>
  canonicalJson([name, wasLive, Object.values(versions).map(({ reason: _, path: __, ...version }) => version)]);

/** What of an incident is decided on, or read as a column. */
const bones = ({
  number,
  severity,
  status,
  groupKey,
  channel,
  mergedInto,
  openedAt,
  resolvedAt,
  ...more
}: IncidentState) =>
  canonicalJson([
    [number, severity, status, groupKey, channel?.id ?? null, mergedInto, openedAt, resolvedAt],
    Object.entries(more.alerts).map(([key, { status: firing }]) => [key, firing]),
    Object.keys(more.kept ?? {}),
    Object.keys(more.owedEvidence ?? {}),
    more.roles,
  ]);

/** The same of a run. Inputs are among them while it is under way: another input would be another run. */
const bonesOfRun = ({
  status,
  playbook,
  concurrencyKey,
  cooldownKey,
  nodes,
  approvals,
  inputs,
  trigger,
  finishedAt,
}: RunState) =>
  canonicalJson([
    [status, playbook, concurrencyKey ?? null, cooldownKey ?? null, trigger.type, finishedAt],
    Object.entries(nodes).map(([key, node]) => [key, node.status]),
    Object.entries(approvals).map(([key, approval]) => [key, approval.status]),
    finishedAt === null ? inputs : null,
  ]);
