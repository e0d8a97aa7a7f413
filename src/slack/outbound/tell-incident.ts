// What is told of an incident and where: its messages lane by lane, its channel, the topic, the invitation. When is the
// notifier's business.
import type { People, Roles } from '../../core/authority/membership.ts';
import { systemPrincipal } from '../../core/authority/principal.ts';
import type { EscalationMatrix } from '../../core/escalation/matrix.ts';
import type { RecordCommand } from '../../core/incident/command.ts';
import { owedMessages } from '../../core/incident/obligations.ts';
import { rolesOnCall } from '../../core/on-call/on-call-roles.ts';
import type { Redactor } from '../../core/redact.ts';
import type { RunState } from '../../core/run/state.ts';
import type { KillSwitch } from '../../ports/admission.ts';
import type { PlaybookCatalog, PlaybookVersions } from '../../ports/ledger.ts';
import type { OnCall } from '../../ports/on-call.ts';
import type { Operations } from '../../ports/operations.ts';
import type { IncidentRow, ReadModels } from '../../ports/reads.ts';
import type { SlackMessages } from '../../ports/slack-memory.ts';
import type { StuckAmong } from '../../ports/stuck.ts';
import { rolesInSlack } from '../identity.ts';
import type { SlackSettings } from '../settings.ts';
import { isExercise } from '../views/incident-card.ts';
import { movedMessage } from '../views/moved-message.ts';
import type { AnnounceChannel } from './announce-channel.ts';
import { aheadSuffix, announcedKey, lineSuffix, ownSuffix, threadSuffix } from './announced-key.ts';
import { type Channels, channelTopic } from './channel.ts';
import { type DesiredMessages, desiredMessages, type MessageContext, type Place } from './desired-messages.ts';
import { writtenMessages } from './direct-messages.ts';
import { lineMessages, lineNotices } from './incident-notices.ts';
import { withMutex } from './mutex.ts';
import { onlyOnce } from './only-once.ts';
import type { Desired } from './poster.ts';
import { allOf, type PutDeps, put, putInOrder, type Turn } from './put-in-order.ts';
import type { RateLimiter, SleepingClock } from './rate-limiter.ts';
import { redactedIncident, redactedRun, redactedSwitches } from './redacted.ts';
import type { Semaphore } from './semaphore.ts';
import { shownBeside } from './shown-beside.ts';
import { type Surface, surfaceOf } from './surface.ts';

/** What telling needs. */
export type TellDeps = PutDeps & {
  readonly channels: Channels;
  readonly rateLimiter: RateLimiter;
  /** Bounds how many incidents are read at once. What waits for Slack holds no place of it. */
  readonly reading: Semaphore;
  readonly clock: SleepingClock;
  readonly settings: SlackSettings;
  readonly announceChannel: AnnounceChannel;
  /** How many incidents were opened shortly before one. */
  readonly rankOf: (incident: IncidentRow) => Promise<number>;
  readonly roles: Roles;
  readonly people: People;
  /** Who answers for an incident of a severity at a stage. */
  readonly escalation: EscalationMatrix;
  readonly onCall: Pick<OnCall, 'now'>;
  readonly operations: Pick<Operations, 'record'>;
  /** The kill switches that are engaged. */
  readonly switches: () => readonly KillSwitch[];
  readonly catalog: Pick<PlaybookCatalog, 'byName'>;
  readonly reads: Pick<ReadModels, 'incident' | 'runsOfIncident' | 'openingAlert'>;
  readonly versions: Pick<PlaybookVersions, 'byDigest'>;
  readonly stuckAmong: StuckAmong;
  readonly messages: SlackMessages;
  /** Takes secrets out of what is about to be shown. */
  readonly redact: Redactor;
  readonly publicUrl: string;
  readonly traceUrl?: (runId: string) => string | null;
};

/** How loud an incident is told, and where the announce channel is. */
export type Loud = { readonly surface: Surface; readonly announce: string | null };

/** How loud it is to be told now. */
export async function toldAs(deps: TellDeps, incident: IncidentRow): Promise<Loud> {
  const announce = await deps.announceChannel();
  // It had a channel, and never becomes quieter than it was.
  if (incident.channel !== null || incident.formerChannel) return { surface: 'channel', announce };
  const keys = (await deps.messages.ofIncident(incident.id)).map(({ key }) => key);
  const rows = await deps.reads.runsOfIncident(incident.id);
  const isInThread = keys.some((key) => key.endsWith(threadSuffix));
  const surface = surfaceOf(incident, {
    settings: deps.settings,
    runs: rows.map(({ state }) => state),
    stuck: await deps.stuckAmong(rows),
    announces: announce !== null,
    rank: announce === null ? 0 : await deps.rankOf(incident),
    shown: isInThread ? 'thread' : keys.includes(announcedKey(incident.id)) ? 'line' : 'none',
  });
  return { surface, announce };
}

/**
 * Tells an incident in its channel, or, once that cannot be used, as a whole in the fallback channel from then on.
 * @param turn `overtaken`: once it is aborted, things stand otherwise, and nothing more is put; `arrived`: what is new waits for it
 */
export async function tellMessages(
  deps: TellDeps,
  incident: IncidentRow,
  { surface, announce }: Loud,
  turn: Turn,
): Promise<void> {
  const { rows, known, posted, runs, messagesIn } = await deps.reading(() => toShow(deps, incident, announce));
  if (surface === 'none' || (announce === null && surface !== 'channel')) return;
  if (surface === 'line' && announce !== null) {
    const states = lineMessages(incident, known, { announce, publicUrl: deps.publicUrl, runs });
    const wanted = { first: [], opening: [], asking: [], states, logs: [] };
    await putInOrder(deps, { place: { channelId: announce, suffix: '' }, wanted, posted }, turn);
    return;
  }
  const tellIn = (place: Place) => putInOrder(deps, { place, wanted: messagesIn(place), posted }, turn);
  const inThread: Place | null = announce === null ? null : { channelId: announce, suffix: threadSuffix, thread: true };
  const own: Place | null =
    incident.channel === null || surface === 'thread'
      ? inThread
      : { channelId: incident.channel.id, suffix: ownSuffix(incident) };
  if (own === null) return;
  const elsewhere = deps.settings.fallbackChannel ?? own.channelId;
  const fallback: Place | null = elsewhere === own.channelId ? null : { channelId: elsewhere, suffix: `@${elsewhere}` };
  const hasMoved = fallback !== null && [...known].some((key) => key.endsWith(fallback.suffix));
  const tellHere = async () => {
    const isTold = !hasMoved && (await tellIn(own));
    if (!isTold && fallback) {
      await tellMoved(deps, incident, { runs, at: fallback });
      await tellIn(fallback);
    } else if (incident.channel !== null && own.channelId === deps.settings.fallbackChannel)
      await tellMoved(deps, incident, { runs, at: own });
    if (!isTold) await passOn(deps, incident);
  };
  const isKnown = (suffix: string) => [...known].some((key) => key.endsWith(suffix));
  // What was told elsewhere before it had its place is kept up to date: a button must never be left to be pressed.
  const before = [own === inThread ? null : inThread, aheadOf(deps)].filter((place) => place !== null);
  const stale = before.filter(({ suffix }) => isKnown(suffix));
  const noticed = announce !== null && isKnown(lineSuffix) ? lineNotices(incident, known, announce) : [];
  const written = turn.overtaken.aborted ? [] : writtenMessages(incident, runs, rows);
  await allOf([
    ...[...noticed, ...written].map((message) => put(deps, message)),
    ...stale.map((place) => putInOrder(deps, { place, wanted: onlyKnown(messagesIn(place), known), posted }, turn)),
    tellHere(),
  ]);
}

/** Says in the fallback channel, once, why it is told there. */
async function tellMoved(
  deps: TellDeps,
  incident: IncidentRow,
  { runs, at: { channelId, suffix } }: { readonly runs: readonly RunState[]; readonly at: Place },
): Promise<void> {
  const key = `moved/${incident.id}${suffix}`;
  const all = await deps.messages.ofIncident(incident.id);
  if (all.some((one) => one.key === key && one.ts !== null)) return;
  const isOwn = incident.channel?.id === channelId;
  const refused = all.find((one) => one.channelId === incident.channel?.id && one.refused !== null)?.refused ?? null;
  const message = movedMessage(incident, runs, isOwn ? null : refused);
  const version = incident.version;
  await put(deps, { key, lane: 'approval', incidentId: incident.id, channelId, version, message });
}

/** What an incident is to be told from: what of it is in Slack, and what it is to be told as. */
async function toShow(deps: TellDeps, incident: IncidentRow, announce: string | null) {
  const { rows, known, posted } = await shownOf(deps, incident.id);
  const { runs, messagesIn } = await wantedIn(deps, incident, { known, announce });
  return { rows, known, posted, runs, messagesIn };
}

/** Keys of the messages of an incident: all that were begun, and those that stand. */
async function shownOf({ messages }: TellDeps, incidentId: string) {
  const rows = await messages.ofIncident(incidentId);
  return {
    rows,
    known: new Set(rows.map(({ key }) => key)),
    posted: new Set(rows.flatMap(({ key, ts }) => (ts === null ? [] : [key]))),
  };
}

/** What an incident is to be told as, by place; with its runs as they are shown. */
async function wantedIn(
  deps: TellDeps,
  incident: IncidentRow,
  { known, announce }: { readonly known: ReadonlySet<string>; readonly announce: string | null },
): Promise<{ readonly runs: readonly RunState[]; readonly messagesIn: (place: Place) => DesiredMessages }> {
  const { catalog, publicUrl, traceUrl, settings, redact, escalation } = deps;
  const roles = rolesOnCall(rolesInSlack(deps.roles, deps.people), await deps.onCall.now());
  const rows = await deps.reads.runsOfIncident(incident.id);
  const runs = rows.map(({ state }) => redactedRun(state, redact));
  const stuck = await deps.stuckAmong(rows);
  const { alert, playbooks } = await shownBeside(deps, incident, runs);
  const switches = redactedSwitches(deps.switches(), redact);
  const { invite, leads = invite, command, stakeholders } = settings;
  const beside = { playbooks, alert, switches, announce, leads, command, stakeholders };
  const context: MessageContext = { roles, catalog, publicUrl, traceUrl, invite, escalation, stuck, ...beside };
  return { runs, messagesIn: (place) => desiredMessages({ incident, runs }, known, place, context) };
}

/** Where requests go while the channel is not there yet; null: there is no such place. */
const aheadOf = ({ settings: { fallbackChannel } }: Pick<TellDeps, 'settings'>): Place | null =>
  fallbackChannel === undefined ? null : { channelId: fallbackChannel, suffix: aheadSuffix };

/**
 * Asks in the fallback channel what cannot wait for the channel of the incident: its requests and calls. They stay there, and are
 * brought to their end there too.
 */
export async function tellAhead(deps: TellDeps, row: IncidentRow): Promise<void> {
  const place = aheadOf(deps);
  if (place === null) return;
  const incident = redactedIncident(row, deps.redact);
  const { posted, messagesIn } = await deps.reading(() => toShow(deps, incident, null));
  const { asking } = messagesIn(place);
  const wanted = { first: [], opening: [], asking, states: [], logs: [] };
  const turn = { overtaken: new AbortController().signal, arrived: Promise.resolve() };
  await putInOrder(deps, { place, wanted, posted }, turn);
}

const onlyKnown = (wanted: DesiredMessages, known: ReadonlySet<string>): DesiredMessages => {
  const kept = (messages: readonly Desired[]) => messages.filter(({ key }) => known.has(key));
  const { first, opening, asking, states, logs } = wanted;
  return { first: kept(first), opening: kept(opening), asking: kept(asking), states: kept(states), logs: kept(logs) };
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

const runsOf = async (
  { reads }: Pick<TellDeps, 'reads'>,
  { id }: Pick<IncidentRow, 'id'>,
): Promise<readonly RunState[]> => (await reads.runsOfIncident(id)).map(({ state }) => state);

/** Brings the topic of the channel up to date, unless the incident has moved on by the time that Slack takes one. */
export async function tellTopic(
  deps: TellDeps,
  incident: IncidentRow,
  { channelId, overtaken }: { readonly channelId: string; readonly overtaken: AbortSignal },
): Promise<void> {
  const content = channelTopic(incident, isExercise(await runsOf(deps, incident)));
  const topic = { incident, channelId, key: `topic/${incident.id}${ownSuffix(incident)}`, content, overtaken };
  await onlyOnce(deps, { ...topic, lane: 'log', method: 'conversations.setTopic' }, () =>
    deps.channels.setTopic(channelId, topic.content),
  );
}

/** Archives the channel of an incident that nobody needs any more; what is archived already is no failure. */
export async function archiveRetired(deps: TellDeps, incident: IncidentRow): Promise<void> {
  const { channel, channelRetiredAt } = incident;
  if (channel === null || channelRetiredAt === undefined) return;
  const about = { key: `archive/${incident.id}`, incident, channelId: channel.id, content: channelRetiredAt };
  await onlyOnce(deps, { ...about, lane: 'log', method: 'conversations.archive' }, () =>
    deps.channels.archive(channel.id),
  );
}

/** Opens the channel unless another process has done so meanwhile. Before there is one, nobody can see or decide anything. */
export async function openChannel(deps: TellDeps, { id }: IncidentRow): Promise<void> {
  const run = async () => {
    const incident = await deps.reads.incident(id);
    if (incident?.channel !== null) return;
    const runs = await runsOf(deps, incident);
    const shown = redactedIncident(incident, deps.redact);
    const { id: channelId, name, created } = await deps.channels.open(shown, isExercise(runs));
    await record(deps, id, `channel/${channelId}`, { type: 'link_channel', channelId, name, created });
  };
  const call = { lane: 'approval', method: 'conversations.create', channelId: id } as const;
  await deps.rateLimiter.schedule({ ...call, run: () => withMutex(deps, `channel/${id}`, run) });
}

type RecordDeps = Pick<TellDeps, 'operations'>;

/** Writes what was done for an incident into its timeline. */
export async function record(
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
