// Which messages an incident has in Slack and what they say, from its read models. Pure; sends nothing.
import { isTerminal, type RunState } from '../../core/run/state.ts';
import { elapsedMs } from '../../core/time.ts';
import type { IncidentRow } from '../../ports/reads.ts';
import { lasting, type MessageContent, oneLine, section } from '../text.ts';
import { announcedCard } from '../views/announcement.ts';
import { approvalMessage } from '../views/approval-message.ts';
import { haltKey, haltMessage, haltOfKey, haltOverMessage } from '../views/halt-message.ts';
import { drillMark, incidentCard, incidentUrl } from '../views/incident-card.ts';
import { runDetails, runMessage } from '../views/run-message.ts';
import { haltsOf } from '../views/wait-lines.ts';
import { announcedKey } from './announced-key.ts';
import { approvalCalls } from './approval-calls.ts';
import { type CallContext, calledBack, calloutNotices } from './callouts.ts';
import { againMessages, lapsedMessages, openAgainMessages, resolvedMessages } from './incident-notices.ts';
import { type LifeContext, lifeNotices, stakeholderUpdates } from './life-notices.ts';
import type { Desired } from './poster.ts';
import type { Lane } from './rate-limiter.ts';
import { shadowNotes } from './shadow-notes.ts';
import type { ShownBeside } from './shown-beside.ts';
import { toldUnder } from './told-under.ts';

/** The messages in the order in which people shall see them; logs stand in threads of what comes before. */
export type DesiredMessages = {
  /** What the others stand in the thread of. */
  readonly first: readonly Desired[];
  /** What a reader must have seen to understand what is asked: the incident, then the runs that ask. */
  readonly opening: readonly Desired[];
  /** What people must act on: requests, then calls. */
  readonly asking: readonly Desired[];
  readonly states: readonly Desired[];
  readonly logs: readonly Desired[];
};

/**
 * Where an incident is told: its own channel, or another one with its own keys because no message can move. `thread`: it is told in the
 * thread of what the announce channel says of it.
 */
export type Place = { readonly channelId: string; readonly suffix: string; readonly thread?: true };

/** What the messages depend on besides the incident. */
export type MessageContext = CallContext &
  ShownBeside &
  Omit<LifeContext, 'roles'> & {
    /** The announce channel; null: there is none. */
    readonly announce: string | null;
    /** Channels of people outside. */
    readonly stakeholders: readonly string[];
    /** Where the trace of a run is looked at; null or left out: nowhere. */
    readonly traceUrl?: ((runId: string) => string | null) | undefined;
  };

/** An incident with its runs. */
export type ToldIncident = { readonly incident: IncidentRow; readonly runs: readonly RunState[] };

/**
 * The messages.
 * @param known keys of messages that Slack has already: an approval that was decided before it was asked for is not posted
 */
export function desiredMessages(
  told: ToldIncident,
  known: ReadonlySet<string>,
  place: Place,
  context: MessageContext,
): DesiredMessages {
  const { incident, runs } = told;
  const { suffix, thread } = place;
  const { publicUrl, playbooks, announce, roles, alert } = context;
  const about = { publicUrl, alert, runs };
  const pinned = (run: RunState) => playbooks.get(run.playbook.digest) ?? null;
  const make = makerOf(told, place);
  const firing = incident.status === 'open';
  const named = markedIfDrill(told);
  const announced =
    announce === null
      ? []
      : [announcement(incident, announcedCard(incident, about), { announce, isParent: thread === true })];
  const requests = runs.flatMap((run) =>
    Object.values(run.approvals)
      .filter(({ id, status }) => status === 'open' || known.has(make.keyOf('approval', id)))
      .map((approval) => ({
        ...make.inLane('approval', make.keyOf('approval', approval.id), approvalMessage(run, approval, roles)),
        about: `request for approval ${approval.id}`,
      })),
  );
  const callouts = calloutNotices(told, known, suffix, context);
  const calls = callouts.map(({ key, message, about, to }) => ({
    ...make.inLane('approval', key, message),
    // It calls, so it stands in the channel; the thread keeps it together with what it is about.
    ...(thread ? {} : { thread: make.keyOf(to.about, to.id), isBroadcast: true as const }),
    about,
  }));
  const attended = approvalCalls(told, { roles, known, keyOf: make.keyOf, thread }).map(
    ({ key, message, more }): Desired => ({ ...make.inLane('approval', key, message), ...more }),
  );
  const asks = ({ runId, approvals }: RunState) =>
    Object.values(approvals).some(({ status }) => status === 'open') || callouts.some((one) => one.runId === runId);
  const live = (some: readonly RunState[]) =>
    some.map((run) => make.inLane('state', make.keyOf('run', run.runId), liveMessage(run, incident, context)));
  const back = openAgainMessages(named, calledBack(incident, context), known, suffix);
  const reminders = [...lapsedMessages(named, known, suffix), ...back].map(({ key, message, firing: burns }) => ({
    ...make.inLane('approval', key, message),
    firing: burns,
  }));
  const life = lifeNotices(named, known, suffix, context).map(({ key, lane, message }) =>
    make.inLane(lane, key, message),
  );
  const page = incidentUrl(publicUrl, incident.number);
  const notices = [
    ...againMessages(named, known, suffix),
    ...resolvedMessages({ incident, runs: runs.map((run) => ({ run, playbook: pinned(run) })), page }, known, suffix),
  ];
  const card = make.inLane('state', make.keyOf('card', incident.id), incidentCard(incident, about));
  return {
    first: thread ? announced : [],
    opening: [...(thread ? [] : [{ ...card, firing, about: 'incident card' }]), ...live(runs.filter(asks))],
    asking: [...requests, ...attended, ...calls, ...reminders, ...life],
    states: [
      // What asks nobody keeps nobody waiting.
      ...live(runs.filter((run) => !asks(run))),
      ...notices.map(({ key, message, firing: burns }) => ({ ...make.inLane('state', key, message), firing: burns })),
      ...(thread ? [] : announced),
      ...stakeholderUpdates(named, context.stakeholders),
      // Where there is an announce channel, it is told once for all.
      ...(announce === null ? haltMessages(told, known, place, context) : []),
    ],
    logs: [...logsOf(told, place), ...shadowLogs(told, place, publicUrl)],
  };
}

const liveMessage = (
  run: RunState,
  { status }: Pick<IncidentRow, 'status'>,
  { switches, traceUrl, playbooks }: Pick<MessageContext, 'switches' | 'traceUrl' | 'playbooks'>,
) =>
  runMessage(run, {
    switches,
    playbook: playbooks.get(run.playbook.digest) ?? null,
    isClosed: status === 'closed',
    traceUrl: traceUrl?.(run.runId) ?? null,
  });

/** The details of each run and its end, in its thread. */
function logsOf(told: ToldIncident, place: Place): DesiredMessages['logs'] {
  const { suffix, thread } = place;
  const make = makerOf(told, place);
  return told.runs.flatMap((run) => {
    // A thread has no threads in it.
    const parent = thread ? announcedKey(told.incident.id) : make.keyOf('run', run.runId);
    const details = { ...make.inLane('log', make.keyOf('details', run.runId), runDetails(run)), thread: parent };
    return [
      details,
      ...ends(run, suffix).map((end) => ({ ...make.inLane('log', end.key, end.message), thread: parent })),
    ];
  });
}

/** What versions in shadow would have done otherwise, in threads. */
function shadowLogs(told: ToldIncident, place: Place, publicUrl: string): DesiredMessages['logs'] {
  const { keyOf, inLane } = makerOf(told, place);
  const { incident, runs } = told;
  return shadowNotes(incident, runs, publicUrl).map(({ key, runId, message }) => {
    const line = inLane('log', keyOf('shadow', key), message);
    const parent = runId === null ? keyOf('card', incident.id) : keyOf('run', runId);
    return place.thread ? line : { ...line, thread: parent };
  });
}

/** What is told beside the card names the incident by its title alone: no word of an exercise is taken for the real thing. */
const markedIfDrill = ({ incident, runs }: ToldIncident): IncidentRow => ({
  ...incident,
  title: `${drillMark(runs)}${incident.title}`,
});

/** Makes messages of an incident for a place. */
function makerOf({ incident }: ToldIncident, { channelId, suffix, thread }: Place) {
  const base = { incidentId: incident.id, channelId, version: incident.version };
  return {
    keyOf: (about: string, id: string) => `${about}/${id}${suffix}`,
    inLane: (lane: Lane, key: string, message: Desired['message']): Desired =>
      thread ? { ...base, lane, key, message, thread: announcedKey(incident.id) } : { ...base, lane, key, message },
  };
}

function announcement(
  { id, version, status }: IncidentRow,
  message: MessageContent,
  { announce, isParent }: { readonly announce: string; readonly isParent: boolean },
): Desired {
  const base = { incidentId: id, version, lane: 'state' as const, key: announcedKey(id), channelId: announce, message };
  const card: Desired = { ...base, firing: status === 'open' };
  return isParent ? { ...card, about: 'incident card in the announce channel' } : card;
}

/** The kill switches that hold up runs of the incident, and those that did. */
function haltMessages(
  told: ToldIncident,
  known: ReadonlySet<string>,
  place: Place,
  { switches }: MessageContext,
): Desired[] {
  const { incident, runs } = told;
  const { keyOf, inLane } = makerOf(told, place);
  const underWay = runs.filter(({ status }) => !isTerminal(status)).map(({ playbook }) => playbook.name);
  const engaged = switches.filter((one) => underWay.some((name) => haltsOf(name, [one]).length > 0));
  const keys = engaged.map(haltKey);
  const over = toldUnder(`halted/${incident.id}/`, known, place.suffix).filter((key) => !keys.includes(key));
  return [
    ...engaged.map((one) => inLane('state', keyOf('halted', `${incident.id}/${haltKey(one)}`), haltMessage(one))),
    ...over.map((key) => inLane('state', keyOf('halted', `${incident.id}/${key}`), haltOverMessage(haltOfKey(key)))),
  ];
}

/** That a run ended well, and after how long: one line, each time it does. What was said stays said. */
function ends(run: RunState, suffix: string) {
  const { status, startedAt, finishedAt, runId } = run;
  if (finishedAt === null || (status !== 'succeeded' && status !== 'compensated')) return [];
  const key = `ended/${runId}/${finishedAt}${suffix}`;
  const name = oneLine(run.playbook.name, 100);
  const after = lasting(elapsedMs(startedAt, finishedAt));
  const text =
    status === 'succeeded' ? `✓ *${name}* is done after ${after}.` : `↺ *${name}* is undone, ${after} after it began.`;
  return [{ key, message: { text, blocks: [section(text)] } }];
}
