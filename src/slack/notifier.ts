// Keeps an incident's channel equal to its timeline, from the state as it is now: what happened in between is skipped, the end
// is always told. Says what shall stand where; how it gets there is the outbox's business.
import { type IncidentEvent, systemActor } from '../core/events.ts';
import { digestJson, type Json } from '../core/json.ts';
import type { Redactor } from '../core/redact.ts';
import type { IncidentRow, Log, Operations, ReadModels, SlackMessages } from '../ports.ts';
import { alone } from './alone.ts';
import { type Channels, channelTopic } from './channel.ts';
import { type DesiredMessages, desiredMessages, type Place } from './desired-messages.ts';
import type { Desired, Outbox } from './outbox.ts';
import { type Clock, type Pace, type PacedMethod, StoppingError } from './pace.ts';
import { redactedIncident, redactedRun } from './redacted.ts';
import type { Roles, SlackSettings } from './settings.ts';
import { troubleOf } from './slack-error.ts';

/** What the notifier needs. */
export type NotifierDeps = {
  readonly outbox: Outbox;
  readonly channels: Channels;
  readonly pace: Pace;
  readonly clock: Clock;
  readonly settings: SlackSettings;
  readonly roles: Roles;
  readonly operations: Pick<Operations, 'recordChat'>;
  readonly reads: Pick<ReadModels, 'incident' | 'runsOfIncident'>;
  readonly messages: SlackMessages;
  /** Takes secrets out of what is about to be shown. */
  readonly redact: Redactor;
  readonly publicUrl: string;
  readonly log: Log;
};

/** How long to wait for Slack before looking whether something new is to be told. */
const lookMs = 250;
/** How long requests for approval may keep everything else waiting. */
const headStartMs = 1000;

/**
 * Makes the function that tells Slack about one incident. It resolves once Slack shows the incident as it is, or somebody else
 * is about to see to that; it rejects when Slack cannot be told, and the reconciler then asks again.
 */
export function createNotifier(deps: NotifierDeps): (incidentId: string) => Promise<void> {
  const telling = new Map<string, { readonly running: Promise<void>; isAskedAgain: boolean }>();

  async function tellOnce(incidentId: string): Promise<void> {
    try {
      await tellUntilTold(deps, incidentId);
    } catch (error) {
      if (!(error instanceof StoppingError)) throw error;
    } finally {
      telling.delete(incidentId);
    }
  }

  async function notify(incidentId: string): Promise<void> {
    const current = telling.get(incidentId);
    if (current?.isAskedAgain) return;
    if (current) {
      // Whoever is at it may have looked for the last time: one more look, for all who ask meanwhile.
      current.isAskedAgain = true;
      await current.running.catch(() => undefined);
      return notify(incidentId);
    }
    const running = tellOnce(incidentId);
    telling.set(incidentId, { running, isAskedAgain: false });
    await running;
  }
  return notify;
}

/** One telling of an incident as it was at a version. */
type Round = {
  readonly version: number;
  readonly told: Promise<void>;
  /** What surrounds the messages: topic and invitation. */
  readonly aside: Promise<void>;
  isOver: boolean;
};

/** What happens while Slack is slow joins in at once instead of waiting for the end. */
async function tellUntilTold(deps: NotifierDeps, incidentId: string): Promise<void> {
  let round: Round = { version: -1, told: Promise.resolve(), aside: Promise.resolve(), isOver: false };
  for (;;) {
    const incident = await deps.reads.incident(incidentId);
    if (!incident) return;
    if (incident.channel === null) {
      await openChannel(deps, incident);
      continue;
    }
    if (incident.version === round.version && round.isOver) {
      await deps.messages.settled(incidentId, round.version);
      return;
    }
    if (incident.version !== round.version) {
      const current = startRound(deps, incident, incident.channel.id, round.aside);
      round = current;
      // An overtaken round has nothing to say: the next one asks for the same messages.
      current.told.then(
        () => {
          current.isOver = true;
        },
        () => undefined,
      );
    }
    await Promise.race([round.told, deps.clock.sleep(lookMs)]);
  }
}

function startRound(deps: NotifierDeps, row: IncidentRow, channelId: string, before: Promise<void>): Round {
  const incident = redactedIncident(row, deps.redact);
  // One after another, so that nobody is invited twice.
  const aside = before.catch(() => undefined).then(() => tellAside(deps, incident, channelId));
  return { version: row.version, told: allOf([tellMessages(deps, incident, channelId), aside]), aside, isOver: false };
}

/** Tells it in the incident's channel, or, once that cannot be used, as a whole in the fallback channel from then on. */
async function tellMessages(deps: NotifierDeps, incident: IncidentRow, channelId: string): Promise<void> {
  const known = new Set((await deps.messages.ofIncident(incident.id)).map(({ key }) => key));
  const runs = (await deps.reads.runsOfIncident(incident.id)).map(({ state }) => redactedRun(state, deps.redact));
  const tellIn = (place: Place) => putAll(deps, place, desiredMessages({ incident, runs }, known, place, deps));
  const elsewhere = deps.settings.fallbackChannel ?? channelId;
  const fallback: Place | null = elsewhere === channelId ? null : { channelId: elsewhere, suffix: `@${elsewhere}` };
  const hasMoved = fallback !== null && [...known].some((key) => key.endsWith(fallback.suffix));
  const isTold = !hasMoved && (await tellIn({ channelId, suffix: '' }));
  if (!isTold && fallback) await tellIn(fallback);
}

/** Answers whether the place could be used. */
async function putAll(deps: NotifierDeps, place: Place, wanted: DesiredMessages): Promise<boolean> {
  let isUsable = true;
  const putThem = (desired: readonly Desired[]) =>
    allOf(
      desired.map(async (message) => {
        if (!(await put(deps, message)) && message.channelId === place.channelId) isUsable = false;
      }),
    );
  const asked = putThem(wanted.approvals);
  await Promise.race([asked.catch(() => undefined), deps.clock.sleep(headStartMs)]);
  const stated = putThem(wanted.states);
  // Details stand in the thread of a message that must be there first.
  await allOf([asked, stated.then(() => putThem(isUsable ? wanted.logs : []))]);
  return isUsable;
}

/** Puts a message; false if Slack takes none in its channel, which no other try would mend. */
async function put({ outbox, log }: NotifierDeps, desired: Desired): Promise<boolean> {
  try {
    await outbox.put(desired);
    return true;
  } catch (error) {
    const { kind, message } = troubleOf(error);
    if (kind !== 'place' && kind !== 'content') throw error;
    const { key, channelId } = desired;
    log.error({ key, channelId, error: message }, 'Slack does not take a message; the next change tries again');
    return kind === 'content';
  }
}

async function tellAside(deps: NotifierDeps, incident: IncidentRow, channelId: string): Promise<void> {
  const { channels, settings } = deps;
  const about = { incident, channelId };
  const invitation = { ...about, key: `invitation/${incident.id}`, content: [...settings.invite] };
  await onlyOnce(deps, { ...invitation, method: 'conversations.invite' }, async () => {
    const users = [...(await channels.invite(channelId))];
    if (users.length > 0)
      await record(deps, incident.id, 'invitation', { type: 'responders.invited', data: { users } });
  });
  const topic = { ...about, key: `topic/${incident.id}`, content: channelTopic(incident) };
  await onlyOnce(deps, { ...topic, method: 'conversations.setTopic' }, () =>
    channels.setTopic(channelId, topic.content),
  );
}

/** Waits for all, then rejects with the first error, if there was one: nothing may be under way unwatched. */
async function allOf(work: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

/** Does something once per content, remembered like a message so that neither a restart nor another process repeats it. */
async function onlyOnce(
  deps: NotifierDeps,
  about: { key: string; incident: IncidentRow; channelId: string; content: Json; method: PacedMethod },
  act: () => Promise<void>,
): Promise<void> {
  const { messages, pace } = deps;
  const { key, incident, channelId, content, method } = about;
  const digest = digestJson(content);
  const isDone = async () => (await messages.byKey(key))?.digest === digest;
  if (await isDone()) return;
  const run = async () => {
    if (await isDone()) return;
    await act();
    await messages.begin({ key, incidentId: incident.id, channelId });
    await messages.sent(key, { ts: 'done', digest, version: incident.version });
  };
  await pace.turn({ lane: 'log', method, channelId, run: () => alone(deps, key, run) });
}

/** Opens the channel unless another process has done so meanwhile. Before there is one, nobody can see or decide anything. */
async function openChannel(deps: NotifierDeps, { id }: IncidentRow): Promise<void> {
  const run = async () => {
    const incident = await deps.reads.incident(id);
    if (incident?.channel !== null) return;
    const { id: channelId, name, created } = await deps.channels.open(redactedIncident(incident, deps.redact));
    const data = { channelId, name, created };
    await record(deps, id, `channel/${channelId}`, { type: 'channel.linked', data });
  };
  const call = { lane: 'approval', method: 'conversations.create', channelId: id } as const;
  await deps.pace.turn({ ...call, run: () => alone(deps, `channel/${id}`, run) });
}

type ChatEvent = Extract<IncidentEvent, { type: 'channel.linked' | 'responders.invited' | 'message.posted' }>;

async function record(
  { operations }: Pick<NotifierDeps, 'operations'>,
  incidentId: string,
  cause: string,
  event: ChatEvent,
): Promise<void> {
  const recorded = await operations.recordChat({ actor: systemActor, cause, incidentId, event });
  if (!recorded.ok)
    throw new Error(`the timeline of ${incidentId} does not take ${event.type}: ${recorded.error.message}`);
}

/** Writes a message that people rely on into the timeline. */
export const recordMessage =
  (deps: Pick<NotifierDeps, 'operations'>) =>
  ({ key, channelId, incidentId, about }: Desired & { readonly about: string }, ts: string): Promise<void> =>
    record(deps, incidentId, key, { type: 'message.posted', data: { key, channelId, ts, about } });
