// Keeps an incident's channel equal to its timeline: the card, one live message per run, approvals, details in threads.
// Works from the state as it is now, so that what happened in between is skipped and the end is always told.
import type { WebClient } from '@slack/web-api';
import { systemActor } from '../core/events.ts';
import type { Directory, IncidentRow, Log, Operations, ReadModels, SlackMessages } from '../ports.ts';
import { inviteResponders, openChannel, setTopic } from './channel.ts';
import type { Desired, Outbox } from './outbox.ts';
import type { Roles, SlackSettings } from './settings.ts';
import { isPlatformError } from './slack-error.ts';
import { approvalMessage } from './views/approval-message.ts';
import { incidentCard } from './views/incident-card.ts';
import { runDetails, runMessage } from './views/run-message.ts';

/** What the notifier needs. */
export type NotifierDeps = {
  readonly client: WebClient;
  readonly outbox: Outbox;
  readonly settings: SlackSettings;
  readonly roles: Roles;
  readonly directory: Directory;
  readonly operations: Operations;
  readonly reads: ReadModels;
  readonly messages: SlackMessages;
  readonly publicUrl: string;
  readonly log: Log;
};

/** Tells Slack about one incident. Rejects when Slack cannot be told; the reconciler then asks again. */
export async function notifyIncident(deps: NotifierDeps, incidentId: string): Promise<void> {
  await deps.messages.exclusively(incidentId, async () => {
    // What happens while we are posting is told in the next round.
    for (let told = -1; ; ) {
      const incident = await deps.reads.incident(incidentId);
      if (!incident || incident.version === told) return;
      told = await tell(deps, incident);
    }
  });
}

async function tell(deps: NotifierDeps, incident: IncidentRow): Promise<number> {
  const { outbox, roles, messages } = deps;
  const channelId = incident.channel?.id ?? (await createChannel(deps, incident));
  const runs = await deps.reads.runsOfIncident(incident.id);
  const base = { incidentId: incident.id, channelId, version: incident.version };
  const desired = (key: string, message: Desired['message'], thread?: string): Desired =>
    thread === undefined ? { ...base, key, message } : { ...base, key, message, thread };
  const card = `card/${incident.id}`;
  const first = await outbox.put(desired(card, incidentCard(incident, deps.publicUrl)));
  if (first.posted) await record(deps, incident.id, card, channelId, first.ts, 'incident card');
  await updateTopic(deps, incident, channelId);
  // What people must act on goes before what they may read.
  for (const { state } of runs) {
    for (const approval of Object.values(state.approvals)) {
      const key = `approval/${approval.id}`;
      const known = approval.status === 'open' || (await messages.byKey(key)) !== null;
      if (!known) continue;
      const { ts, posted } = await outbox.put(desired(key, approvalMessage(state, approval, roles)));
      if (posted) await record(deps, incident.id, key, channelId, ts, `request for approval ${approval.id}`);
    }
  }
  for (const { state } of runs) await outbox.put(desired(`run/${state.runId}`, runMessage(state)));
  for (const { state } of runs)
    await outbox.put(desired(`details/${state.runId}`, runDetails(state), `run/${state.runId}`));
  await messages.settled(incident.id, incident.version);
  return incident.version;
}

function record(deps: NotifierDeps, incidentId: string, key: string, channelId: string, ts: string, about: string) {
  const event = { type: 'message.posted' as const, data: { key, channelId, ts, about } };
  return deps.operations.recordChat({ actor: systemActor, cause: key, incidentId, event });
}

async function createChannel(deps: NotifierDeps, incident: IncidentRow): Promise<string> {
  const { client, settings, log, operations } = deps;
  const { id, name, created } = await openChannel(client, settings, incident, log);
  const order = { actor: systemActor, cause: `channel/${id}`, incidentId: incident.id };
  await operations.recordChat({ ...order, event: { type: 'channel.linked', data: { channelId: id, name, created } } });
  const users = [...(await inviteResponders(client, deps.directory, settings, id, log))];
  if (users.length > 0)
    await operations.recordChat({ ...order, event: { type: 'responders.invited', data: { users } } });
  return id;
}

const topics = new Map<string, string>();

/** Sets the topic when what it says has changed; a channel without one is a blemish, not a failure. */
async function updateTopic(deps: NotifierDeps, incident: IncidentRow, channelId: string): Promise<void> {
  const says = `${incident.severity}/${incident.status}`;
  if (topics.get(incident.id) === says) return;
  try {
    await setTopic(deps.client, channelId, incident);
    topics.set(incident.id, says);
    if (topics.size > 5000) topics.clear();
  } catch (error) {
    if (!isPlatformError(error, ['is_archived', 'not_in_channel', 'too_long', 'ratelimited', 'missing_scope']))
      throw error;
    deps.log.warn({ error: error.data.error, incident: incident.number }, 'the topic could not be set');
  }
}
