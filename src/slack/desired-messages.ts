// Which messages an incident has in Slack and what they say, from its read models. Pure; sends nothing.
import type { RunState } from '../core/run/state.ts';
import type { IncidentRow } from '../ports.ts';
import type { Desired } from './outbox.ts';
import type { Lane } from './pace.ts';
import type { Roles, SlackSettings } from './settings.ts';
import { approvalMessage } from './views/approval-message.ts';
import { incidentCard } from './views/incident-card.ts';
import { runDetails, runMessage } from './views/run-message.ts';

/** The messages by lane; logs stand in threads of states. */
export type DesiredMessages = {
  readonly approvals: readonly Desired[];
  readonly states: readonly Desired[];
  readonly logs: readonly Desired[];
};

/** Where an incident is told: its own channel, or another one with its own keys because no message can move. */
export type Place = { readonly channelId: string; readonly suffix: string };

/**
 * The messages.
 * @param known keys of messages that Slack has already: an approval that was decided before it was asked for is not posted
 */
export function desiredMessages(
  { incident, runs }: { readonly incident: IncidentRow; readonly runs: readonly RunState[] },
  known: ReadonlySet<string>,
  { channelId, suffix }: Place,
  { settings, roles, publicUrl }: { settings: SlackSettings; roles: Roles; publicUrl: string },
): DesiredMessages {
  const keyOf = (about: string, id: string) => `${about}/${id}${suffix}`;
  const base = { incidentId: incident.id, channelId, version: incident.version };
  const inLane = (lane: Lane, key: string, message: Desired['message']): Desired => ({ ...base, lane, key, message });
  const card = inLane('state', keyOf('card', incident.id), incidentCard(incident, publicUrl));
  const { announceChannel } = settings;
  const announced =
    announceChannel === undefined ? [] : [{ ...card, key: `announced/${incident.id}`, channelId: announceChannel }];
  return {
    approvals: runs.flatMap((run) =>
      Object.values(run.approvals)
        .filter(({ id, status }) => status === 'open' || known.has(keyOf('approval', id)))
        .map((approval) => ({
          ...inLane('approval', keyOf('approval', approval.id), approvalMessage(run, approval, roles)),
          about: `request for approval ${approval.id}`,
        })),
    ),
    states: [
      { ...card, about: 'incident card' },
      ...runs.map((run) => inLane('state', keyOf('run', run.runId), runMessage(run))),
      ...announced,
    ],
    logs: runs.map((run) => ({
      ...inLane('log', keyOf('details', run.runId), runDetails(run)),
      thread: keyOf('run', run.runId),
    })),
  };
}
