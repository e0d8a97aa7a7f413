// What is told of an incident and where: its messages lane by lane, its channel, the topic, the invitation. When is the
// notifier's business.
import type { Roles } from '../../core/authority/membership.ts';
import { systemPrincipal } from '../../core/authority/principal.ts';
import type { RecordCommand } from '../../core/incident/command.ts';
import { owedMessages } from '../../core/incident/obligations.ts';
import { digestJson, type Json } from '../../core/json.ts';
import { rolesOnCall } from '../../core/on-call/on-call-roles.ts';
import type { Redactor } from '../../core/redact.ts';
import type { KillSwitch } from '../../ports/admission.ts';
import type { PlaybookCatalog } from '../../ports/ledger.ts';
import type { OnCall } from '../../ports/on-call.ts';
import type { Operations } from '../../ports/operations.ts';
import type { IncidentRow, ReadModels } from '../../ports/reads.ts';
import type { Log } from '../../ports/runtime.ts';
import type { SlackMessages } from '../../ports/slack-memory.ts';
import type { SlackSettings } from '../settings.ts';
import { troubleOf } from '../slack-error.ts';
import type { AnnounceChannel } from './announce-channel.ts';
import { announcedKey, lineSuffix, threadSuffix } from './announced-key.ts';
import { type Channels, channelTopic } from './channel.ts';
import { type DesiredMessages, desiredMessages, type Place } from './desired-messages.ts';
import { writtenMessages } from './direct-messages.ts';
import { lineMessages, lineNotices } from './incident-notices.ts';
import { withMutex } from './mutex.ts';
import type { Outbox } from './outbox.ts';
import type { Desired } from './poster.ts';
import type { LimitedMethod, RateLimiter, SleepingClock } from './rate-limiter.ts';
import { redactedIncident, redactedRun, redactedSwitches } from './redacted.ts';
import { type Surface, surfaceOf } from './surface.ts';

/** What telling needs. */
export type TellDeps = {
  readonly outbox: Outbox;
  readonly channels: Channels;
  readonly rateLimiter: RateLimiter;
  readonly clock: SleepingClock;
  readonly settings: SlackSettings;
  readonly announceChannel: AnnounceChannel;
  /** How many incidents were opened shortly before one. */
  readonly rankOf: (incident: IncidentRow) => Promise<number>;
  readonly roles: Roles;
  readonly onCall: Pick<OnCall, 'now'>;
  readonly operations: Pick<Operations, 'record'>;
  /** The kill switches that are engaged. */
  readonly switches: () => readonly KillSwitch[];
  readonly catalog: Pick<PlaybookCatalog, 'byName'>;
  readonly reads: Pick<ReadModels, 'incident' | 'runsOfIncident'>;
  readonly messages: SlackMessages;
  /** Takes secrets out of what is about to be shown. */
  readonly redact: Redactor;
  readonly publicUrl: string;
  readonly log: Log;
};

/** How loud an incident is told, and where the announce channel is. */
export type Loud = { readonly surface: Surface; readonly announce: string | null };

/** How loud it is to be told now. */
export async function toldAs(deps: TellDeps, incident: IncidentRow): Promise<Loud> {
  const announce = await deps.announceChannel();
  if (incident.channel !== null) return { surface: 'channel', announce };
  const keys = (await deps.messages.ofIncident(incident.id)).map(({ key }) => key);
  const isInThread = keys.some((key) => key.endsWith(threadSuffix));
  const surface = surfaceOf(incident, {
    settings: deps.settings,
    runs: (await deps.reads.runsOfIncident(incident.id)).map(({ state }) => state),
    announces: announce !== null,
    rank: announce === null ? 0 : await deps.rankOf(incident),
    shown: isInThread ? 'thread' : keys.includes(announcedKey(incident.id)) ? 'line' : 'none',
  });
  return { surface, announce };
}

/** How long requests for approval may keep everything else waiting. */
const headStartMs = 1000;

/**
 * Tells an incident in its channel, or, once that cannot be used, as a whole in the fallback channel from then on.
 * @param overtaken once it is aborted, things stand otherwise, and nothing more is put
 */
export async function tellMessages(
  deps: TellDeps,
  incident: IncidentRow,
  { surface, announce }: Loud,
  overtaken: AbortSignal,
): Promise<void> {
  const rows = await deps.messages.ofIncident(incident.id);
  const known = new Set(rows.map(({ key }) => key));
  if (surface === 'none' || (announce === null && surface !== 'channel')) return;
  if (surface === 'line' && announce !== null) {
    const states = lineMessages(incident, known, { announce, publicUrl: deps.publicUrl });
    await putAll(deps, { channelId: announce, suffix: '' }, { first: [], approvals: [], states, logs: [] }, overtaken);
    return;
  }
  const runs = (await deps.reads.runsOfIncident(incident.id)).map(({ state }) => redactedRun(state, deps.redact));
  const switches = redactedSwitches(deps.switches(), deps.redact);
  const roles = rolesOnCall(deps.roles, await deps.onCall.now());
  const wanted = (place: Place) =>
    desiredMessages({ incident, runs }, known, place, { ...deps, ...lifeOf(deps.settings), roles, switches, announce });
  const tellIn = (place: Place) => putAll(deps, place, wanted(place), overtaken);
  const inThread: Place | null = announce === null ? null : { channelId: announce, suffix: threadSuffix, thread: true };
  const own: Place | null =
    incident.channel === null || surface === 'thread' ? inThread : { channelId: incident.channel.id, suffix: '' };
  if (own === null) return;
  const elsewhere = deps.settings.fallbackChannel ?? own.channelId;
  const fallback: Place | null = elsewhere === own.channelId ? null : { channelId: elsewhere, suffix: `@${elsewhere}` };
  const hasMoved = fallback !== null && [...known].some((key) => key.endsWith(fallback.suffix));
  const isTold = !hasMoved && (await tellIn(own));
  if (!isTold && fallback) await tellIn(fallback);
  // What was told in a thread before it had a channel is kept up to date: a button must never be left to be pressed.
  if (own !== inThread && inThread !== null && [...known].some((key) => key.endsWith(threadSuffix)))
    await putAll(deps, inThread, onlyKnown(wanted(inThread), known), overtaken);
  if (announce !== null && [...known].some((key) => key.endsWith(lineSuffix)))
    await allOf(lineNotices(incident, known, announce).map((message) => put(deps, message)));
  if (!overtaken.aborted) await allOf(writtenMessages(incident, runs, rows).map((message) => put(deps, message)));
  if (!isTold) await passOn(deps, incident);
}

const lifeOf = ({ leads, invite, command, stakeholders }: SlackSettings) => ({
  leads: leads ?? invite,
  command,
  stakeholders,
});

const onlyKnown = ({ first, approvals, states, logs }: DesiredMessages, known: ReadonlySet<string>) => {
  const kept = (messages: readonly Desired[]) => messages.filter(({ key }) => known.has(key));
  return { first: kept(first), approvals: kept(approvals), states: kept(states), logs: kept(logs) };
};

/** Where a place cannot be reached any more, and another one shows the end, nothing is owed there. */
async function passOn({ messages, log }: TellDeps, incident: IncidentRow): Promise<void> {
  if (incident.status === 'open') return;
  const shown = await messages.ofIncident(incident.id);
  const owed = owedMessages(incident, shown).map(({ key }) => key);
  if (owed.length === 0) return;
  const isToldElsewhere = shown.some(
    ({ key, ts, showsFiring }) =>
      ts !== null && !showsFiring && (key === announcedKey(incident.id) || key.startsWith(`card/${incident.id}`)),
  );
  if (isToldElsewhere) await messages.passedOn(owed);
  else log.error({ incidentId: incident.id, keys: owed }, 'nobody could be told that an incident is over; tried again');
}

/** Answers whether the place could be used. */
async function putAll(deps: TellDeps, place: Place, wanted: DesiredMessages, overtaken: AbortSignal): Promise<boolean> {
  let isUsable = true;
  const putThem = (desired: readonly Desired[]) =>
    allOf(
      desired.map(async (message) => {
        if (overtaken.aborted) return;
        if (!(await put(deps, message)) && message.channelId === place.channelId) isUsable = false;
      }),
    );
  await putThem(wanted.first);
  if (!isUsable) return false;
  const asked = putThem(wanted.approvals);
  await Promise.race([asked.catch(() => undefined), deps.clock.sleep(headStartMs)]);
  const stated = putThem(wanted.states);
  // Details stand in the thread of a message that must be there first.
  await allOf([asked, stated.then(() => putThem(isUsable ? wanted.logs : []))]);
  return isUsable;
}

/** Puts a message; false if Slack takes none in its channel, which no other try would mend. */
async function put({ outbox, messages, log }: TellDeps, desired: Desired): Promise<boolean> {
  try {
    await outbox.put(desired);
    return true;
  } catch (error) {
    const { kind, code, message } = troubleOf(error);
    if (kind !== 'place' && kind !== 'content') throw error;
    const { key, channelId } = desired;
    // Refused is not told: it is owed until Slack takes it.
    await messages.refused(key, code);
    log.error({ key, channelId, error: message }, 'Slack does not take a message; it is owed, and tried again');
    return kind === 'content';
  }
}

/** Sees to what surrounds the messages: the invitation and the topic. */
export async function tellAside(deps: TellDeps, incident: IncidentRow, channelId: string): Promise<void> {
  const { channels, settings } = deps;
  const about = { incident, channelId };
  const invitation = { ...about, key: `invitation/${incident.id}`, content: [...settings.invite] };
  await onlyOnce(deps, { ...invitation, method: 'conversations.invite' }, async () => {
    const users = [...(await channels.invite(channelId))];
    if (users.length > 0) await record(deps, incident.id, 'invitation', { type: 'invite_responders', users });
  });
  const topic = { ...about, key: `topic/${incident.id}`, content: channelTopic(incident) };
  await onlyOnce(deps, { ...topic, method: 'conversations.setTopic' }, () =>
    channels.setTopic(channelId, topic.content),
  );
}

/** Archives the channel of an incident that nobody needs any more; what is archived already is no failure. */
export async function archiveRetired(deps: TellDeps, incident: IncidentRow): Promise<void> {
  const { channel, channelRetiredAt } = incident;
  if (channel === null || channelRetiredAt === undefined) return;
  const about = { key: `archive/${incident.id}`, incident, channelId: channel.id, content: channelRetiredAt };
  await onlyOnce(deps, { ...about, method: 'conversations.archive' }, () => deps.channels.archive(channel.id));
}

/** Waits for all, then rejects with the first error, if there was one: nothing may be under way unwatched. */
export async function allOf(work: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

/** Does something once per content, remembered like a message so that neither a restart nor another process repeats it. */
async function onlyOnce(
  deps: TellDeps,
  about: { key: string; incident: IncidentRow; channelId: string; content: Json; method: LimitedMethod },
  act: () => Promise<void>,
): Promise<void> {
  const { messages, rateLimiter } = deps;
  const { key, incident, channelId, content, method } = about;
  const digest = digestJson(content);
  const isDone = async () => (await messages.byKey(key))?.digest === digest;
  if (await isDone()) return;
  const run = async () => {
    if (await isDone()) return;
    await act();
    await messages.begin({ key, incidentId: incident.id, channelId });
    await messages.sent(key, { ts: 'done', digest, version: incident.version, showsFiring: false });
  };
  await rateLimiter.schedule({ lane: 'log', method, channelId, run: () => withMutex(deps, key, run) });
}

/** Opens the channel unless another process has done so meanwhile. Before there is one, nobody can see or decide anything. */
export async function openChannel(deps: TellDeps, { id }: IncidentRow): Promise<void> {
  const run = async () => {
    const incident = await deps.reads.incident(id);
    if (incident?.channel !== null) return;
    const { id: channelId, name, created } = await deps.channels.open(redactedIncident(incident, deps.redact));
    await record(deps, id, `channel/${channelId}`, { type: 'link_channel', channelId, name, created });
  };
  const call = { lane: 'approval', method: 'conversations.create', channelId: id } as const;
  await deps.rateLimiter.schedule({ ...call, run: () => withMutex(deps, `channel/${id}`, run) });
}

type RecordDeps = Pick<TellDeps, 'operations'>;

async function record(
  { operations }: RecordDeps,
  incidentId: string,
  cause: string,
  command: RecordCommand,
): Promise<void> {
  const recorded = await operations.record({ principal: systemPrincipal, cause, incidentId, command });
  if (!recorded.ok)
    throw new Error(`the timeline of ${incidentId} does not take ${command.type}: ${recorded.error.message}`);
}

/** Writes a message that people rely on into the timeline. */
export const recordMessage =
  (deps: RecordDeps) =>
  ({ key, channelId, incidentId, about }: Desired & { readonly about: string }, ts: string): Promise<void> =>
    record(deps, incidentId, key, { type: 'record_message', key, channelId, ts, about });
