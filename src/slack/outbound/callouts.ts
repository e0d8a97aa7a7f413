// The messages that call people: which there are, under which keys, whom each mentions. Each occurrence is told in one message, which is
// brought to its end once it holds no more. From the read models alone; pure, and sends nothing.

import type { Roles } from '../../core/authority/membership.ts';
import { calledAt, type EscalationMatrix } from '../../core/escalation/matrix.ts';
import { leadOf } from '../../core/incident/state.ts';
import type { Playbook } from '../../core/playbook/playbook.ts';
import { type Callout, type CalloutKind, calloutKinds, calloutsOf, requestOf } from '../../core/run/callouts.ts';
import type { RunState } from '../../core/run/state.ts';
import type { StuckStates } from '../../core/run/stuck.ts';
import { eligible } from '../../core/run/who-decides.ts';
import type { KillSwitch } from '../../ports/admission.ts';
import type { PlaybookCatalog } from '../../ports/ledger.ts';
import type { IncidentRow } from '../../ports/reads.ts';
import { isUserId, mentions, reaches } from '../identity.ts';
import type { MessageContent } from '../text.ts';
import { calloutMessage, calloutOverMessage } from '../views/callout-message.ts';
import { incidentUrl } from '../views/incident-card.ts';
import { toldUnder } from './told-under.ts';

/** What calls depend on besides the incident and its runs. */
export type CallContext = {
  readonly roles: Roles;
  readonly catalog: Pick<PlaybookCatalog, 'byName'>;
  /** Versions that runs are pinned to, by digest, as far as they can be read. */
  readonly playbooks: ReadonlyMap<string, Playbook>;
  /** Those who are invited to every incident: called where nobody else can be. */
  readonly invite: readonly string[];
  readonly escalation: EscalationMatrix;
  /** In what runs of the incident are stuck; absent: in nothing that is known. */
  readonly stuck?: StuckStates | undefined;
  readonly switches: readonly KillSwitch[];
  readonly publicUrl: string;
};

/** A message that calls people, or has called them. */
export type CalloutNotice = {
  readonly key: string;
  readonly message: MessageContent;
  /** What the timeline says of it. */
  readonly about: string;
  readonly runId: string;
  /** What it is an answer to: the run, or the request of that id. */
  readonly to: { readonly about: 'run' | 'approval'; readonly id: string };
};

const abouts: { readonly [K in CalloutKind]: string } = {
  failed: 'failed run',
  undo_failed: 'failed undoing of a run',
  unclear: 'unknown outcome of a step',
  expired: 'request that nobody answered in time',
  unanswered: 'request that nobody has answered yet',
  stuck: 'failed step that waits for a decision',
  overdue: 'overdue run',
  stalled: 'stuck run',
};

/** Whom a playbook says to call when its runs get stuck; null if there is no such playbook any more. */
export const escalationOf = (run: RunState, catalog: Pick<PlaybookCatalog, 'byName'>): string | null =>
  catalog.byName(run.playbook.name)?.owner.escalation ?? null;

/**
 * The calls of an incident.
 * @param known keys of messages that this place has already
 */
export function calloutNotices(
  { incident, runs }: { readonly incident: IncidentRow; readonly runs: readonly RunState[] },
  known: ReadonlySet<string>,
  suffix: string,
  context: CallContext,
): readonly CalloutNotice[] {
  return runs.flatMap((run) => {
    const playbook = context.playbooks.get(run.playbook.digest) ?? null;
    const keyOf = ({ kind, id }: Pick<Callout, 'kind' | 'id'>) => `${kind}/${run.runId}/${id}${suffix}`;
    const all = calloutsOf(run, { playbook, runs, incident: incident.status, stuck: context.stuck });
    const told = (callout: Callout) => known.has(keyOf(callout));
    const current = matters(all).flatMap((same) => {
      const shown = same.filter(told);
      // Items of one step are told in one message; once that is answered, the next is told anew.
      return (shown.length > 0 ? shown : same.slice(0, 1)).map((callout) => ({
        callout,
        others: same.length - Math.max(1, shown.length),
      }));
    });
    const page = incidentUrl(context.publicUrl, incident.number);
    const noticeOf = (about: Pick<Callout, 'kind' | 'id'>, message: MessageContent): CalloutNotice => ({
      key: keyOf(about),
      message,
      runId: run.runId,
      about: abouts[about.kind],
      to: about.kind === 'unanswered' ? { about: 'approval', id: requestOf(about) } : { about: 'run', id: run.runId },
    });
    const open = current.map(({ callout, others }) => {
      const people = calledBy({ incident, run, callout }, context);
      const { switches } = context;
      return noticeOf(callout, calloutMessage({ run, playbook, callout, others, people, switches, page }));
    });
    const keys = new Set(open.map(({ key }) => key));
    const over = calloutKinds.flatMap((kind) =>
      toldUnder(`${kind}/${run.runId}/`, known, suffix)
        .filter((id) => !keys.has(keyOf({ kind, id })))
        .map((id) => noticeOf({ kind, id }, calloutOverMessage(run, { kind, id }))),
    );
    return [...open, ...over];
  });
}

/** Occurrences by what they are about, each group in their order. */
const matters = (all: readonly Callout[]): readonly (readonly Callout[])[] =>
  [...new Set(all.map(({ matter }) => matter))].map((matter) => all.filter((one) => one.matter === matter));

/** Names of those who are asked or called in an incident now: whoever may decide what is open, and whoever calls mention. */
export function namesCalled(
  { incident, runs }: { readonly incident: IncidentRow; readonly runs: readonly RunState[] },
  { catalog, playbooks, escalation, stuck }: Pick<CallContext, 'catalog' | 'playbooks' | 'escalation' | 'stuck'>,
): readonly string[] {
  const names = runs.flatMap((run) => {
    const playbook = playbooks.get(run.playbook.digest) ?? null;
    const open = Object.values(run.approvals).filter(({ status }) => status === 'open');
    const callouts = calloutsOf(run, { playbook, runs, incident: incident.status, stuck });
    return [
      ...open.flatMap(eligible),
      ...callouts.flatMap((callout) => namesOf({ incident, run, callout }, { catalog, escalation })),
    ];
  });
  return [...new Set(names)];
}

const leadsOf = (incident: IncidentRow): readonly string[] => {
  const lead = leadOf(incident);
  return lead === null ? [] : [lead];
};

/** Mentions of those who are called back to an incident: who leads it, else those who are invited to every incident. */
export function calledBack(
  incident: IncidentRow,
  { roles, invite }: Pick<CallContext, 'roles' | 'invite'>,
): readonly string[] {
  const lead = leadsOf(incident);
  return mentions(lead.length > 0 ? lead : invite, roles);
}

type Occurrence = { readonly incident: IncidentRow; readonly run: RunState; readonly callout: Callout };

/**
 * Who can act: of a request whoever it goes to further, or whoever is asked where it has waited too long; of a run that a person started for its own sake, that person; else whom the playbook
 * names and whoever leads the incident.
 */
function namesOf(
  { incident, run, callout }: Occurrence,
  { catalog, escalation }: Pick<CallContext, 'catalog' | 'escalation'>,
): readonly string[] {
  const asked = callout.kind === 'stalled' ? callout.approval : null;
  const isDecision = callout.kind === 'unanswered' || callout.kind === 'expired' || asked !== null;
  const stage = isDecision ? 'approval' : 'stuck';
  // Whoever the matrix calls learns that a decision is needed; who may decide is the request's own matter.
  const byMatrix = incident.kind === 'operation' ? [] : calledAt(escalation, { severity: incident.severity, stage });
  if (callout.kind === 'unanswered') return [...new Set([...(callout.called ?? []), ...byMatrix])];
  if (asked !== null) return [...new Set([...eligible(asked), ...byMatrix])];
  const starter = incident.kind === 'operation' && isUserId(run.requestedBy.id) ? run.requestedBy.id : null;
  const owner = starter ?? escalationOf(run, catalog);
  return [...new Set([...(owner === null ? [] : [owner]), ...leadsOf(incident), ...byMatrix])];
}

/** Mentions of those who can act; if that is nobody in Slack, of those who are invited to every incident. */
function calledBy(occurrence: Occurrence, { roles, catalog, invite, escalation }: CallContext): readonly string[] {
  const called = mentions(namesOf(occurrence, { catalog, escalation }), roles);
  if (called.some(reaches)) return called;
  const invited = mentions(invite, roles);
  return invited.some(reaches) ? invited : called;
}
