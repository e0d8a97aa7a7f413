// Which messages an incident has in Slack and what they say, from its read models. Pure; sends nothing.
import type { Roles } from '../../core/authority/membership.ts';
import { isTerminal, type RunState } from '../../core/run/state.ts';
import type { KillSwitch } from '../../ports/admission.ts';
import type { PlaybookCatalog } from '../../ports/ledger.ts';
import type { IncidentRow } from '../../ports/reads.ts';
import { announcedCard } from '../views/announcement.ts';
import { approvalMessage } from '../views/approval-message.ts';
import { haltKey, haltMessage, haltOfKey, haltOverMessage } from '../views/halt-message.ts';
import { incidentCard } from '../views/incident-card.ts';
import { overdueMessage } from '../views/overdue-message.ts';
import { runDetails, runMessage } from '../views/run-message.ts';
import { haltsOf } from '../views/wait-lines.ts';
import { announcedKey } from './announced-key.ts';
import { approvalCalls } from './approval-calls.ts';
import { againMessages, lapsedMessages, toldUnder } from './incident-notices.ts';
import { type LifeContext, lifeNotices, stakeholderUpdates } from './life-notices.ts';
import type { Desired } from './poster.ts';
import type { Lane } from './rate-limiter.ts';

/** The messages by lane; logs stand in threads of states. */
export type DesiredMessages = {
  /** What must be there before the others: that in whose thread they stand. */
  readonly first: readonly Desired[];
  readonly approvals: readonly Desired[];
  readonly states: readonly Desired[];
  readonly logs: readonly Desired[];
};

/**
 * Where an incident is told: its own channel, or another one with its own keys because no message can move. `thread`: it is told in the
 * thread of what the announce channel says of it.
 */
export type Place = { readonly channelId: string; readonly suffix: string; readonly thread?: true };

/** What the messages depend on besides the incident. */
export type MessageContext = {
  readonly roles: Roles;
  readonly publicUrl: string;
  readonly catalog: Pick<PlaybookCatalog, 'byName'>;
  /** The kill switches that are engaged. */
  readonly switches: readonly KillSwitch[];
  /** The announce channel; null: there is none. */
  readonly announce: string | null;
} & Omit<LifeContext, 'roles'> & {
    /** Channels of people outside. */
    readonly stakeholders: readonly string[];
  };

/** Whom a playbook says to call when its runs get stuck; null if there is no such playbook any more. */
export const escalationOf = (run: RunState, catalog: Pick<PlaybookCatalog, 'byName'>): string | null =>
  catalog.byName(run.playbook.name)?.owner.escalation ?? null;

/**
 * The messages.
 * @param known keys of messages that Slack has already: an approval that was decided before it was asked for is not posted
 */
export function desiredMessages(
  { incident, runs }: { readonly incident: IncidentRow; readonly runs: readonly RunState[] },
  known: ReadonlySet<string>,
  { channelId, suffix, thread }: Place,
  context: MessageContext,
): DesiredMessages {
  const { roles, publicUrl, catalog, switches, announce } = context;
  const keyOf = (about: string, id: string) => `${about}/${id}${suffix}`;
  const base = { incidentId: incident.id, channelId, version: incident.version };
  const parent = announcedKey(incident.id);
  const inLane = (lane: Lane, key: string, message: Desired['message']): Desired =>
    thread ? { ...base, lane, key, message, thread: parent } : { ...base, lane, key, message };
  const firing = incident.status === 'open';
  const card = { ...inLane('state', keyOf('card', incident.id), incidentCard(incident, publicUrl)), firing };
  const announced: readonly Desired[] =
    announce === null
      ? []
      : [
          {
            ...base,
            lane: 'state',
            key: parent,
            channelId: announce,
            message: announcedCard(incident, publicUrl),
            firing,
            ...(thread ? { about: 'incident card in the announce channel' } : {}),
          },
        ];
  const late = (run: RunState): Desired[] =>
    latenesses(run, known, suffix).map((at) => {
      const message = overdueMessage(run, at, { roles, switches, escalation: escalationOf(run, catalog) });
      return { ...inLane('approval', keyOf('overdue', `${run.runId}/${at}`), message), about: 'overdue run' };
    });
  const halts = () =>
    haltNotices(runs, switches, toldUnder(`halted/${incident.id}/`, known, suffix)).map(({ id, message }) =>
      inLane('state', keyOf('halted', `${incident.id}/${id}`), message),
    );
  const requests = runs.flatMap((run) =>
    Object.values(run.approvals)
      .filter(({ id, status }) => status === 'open' || known.has(keyOf('approval', id)))
      .map((approval) => ({
        ...inLane('approval', keyOf('approval', approval.id), approvalMessage(run, approval, roles)),
        about: `request for approval ${approval.id}`,
      })),
  );
  const calls = approvalCalls({ incident, runs }, { roles, known, keyOf, thread }).map(
    ({ key, message, more }): Desired => ({ ...inLane('approval', key, message), ...more }),
  );
  const reminders = lapsedMessages(incident, known, suffix).map(({ key, message }) => inLane('approval', key, message));
  const notices = lifeNotices(incident, known, suffix, context);
  const again = againMessages(incident, known, suffix).map(({ key, message, firing: burns }) => ({
    ...inLane('state', key, message),
    firing: burns,
  }));
  return {
    first: thread ? announced : [],
    approvals: [
      ...requests,
      ...calls,
      ...runs.flatMap(late),
      ...reminders,
      ...notices.map((one) => inLane(one.lane, one.key, one.message)),
    ],
    states: [
      ...(thread ? [] : [{ ...card, about: 'incident card' }]),
      ...runs.map((run) => inLane('state', keyOf('run', run.runId), runMessage(run, switches))),
      ...again,
      ...(thread ? [] : announced),
      ...stakeholderUpdates(incident, context.stakeholders),
      // Where there is an announce channel, it is told once for all.
      ...(announce === null ? halts() : []),
    ],
    logs: runs.map((run) => ({
      ...inLane('log', keyOf('details', run.runId), runDetails(run)),
      // A thread has no threads in it.
      thread: thread ? parent : keyOf('run', run.runId),
    })),
  };
}

/** The kill switches that hold this incident's runs up, and those that did and were told. */
function haltNotices(
  runs: readonly RunState[],
  switches: readonly KillSwitch[],
  told: readonly string[],
): { readonly id: string; readonly message: Desired['message'] }[] {
  const underWay = runs.filter(({ status }) => !isTerminal(status)).map(({ playbook }) => playbook.name);
  const engaged = switches.filter((one) => underWay.some((name) => haltsOf(name, [one]).length > 0));
  const keys = engaged.map(haltKey);
  return [
    ...engaged.map((one) => ({ id: haltKey(one), message: haltMessage(one) })),
    ...told.filter((key) => !keys.includes(key)).map((id) => ({ id, message: haltOverMessage(haltOfKey(id)) })),
  ];
}

/** When a run was found late: now, and earlier if people were told of it, for what they were told must be closed. */
function latenesses({ runId, status, overdueAt }: RunState, known: ReadonlySet<string>, suffix: string): string[] {
  const told = toldUnder(`overdue/${runId}/`, known, suffix);
  const current = overdueAt === null || isTerminal(status) ? [] : [overdueAt];
  return [...new Set([...told, ...current])];
}
