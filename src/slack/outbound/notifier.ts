// Keeps Slack equal to an incident's timeline, from the state as it is now: what happened in between is skipped, the end is
// always told. Decides when to tell; what is told is in tell-incident.ts.
import type { IncidentRow } from '../../ports/reads.ts';
import { channelTopic } from './channel.ts';
import { furnishChannel } from './furnish-channel.ts';
import { invitePeople } from './invite-people.ts';
import { partsFor } from './privately.ts';
import { allOf } from './put-in-order.ts';
import { StoppingError } from './rate-limiter.ts';
import { redactedIncident } from './redacted.ts';
import {
  archiveRetired,
  type Loud,
  openChannel,
  type TellDeps,
  tellAhead,
  tellMessages,
  tellTopic,
  toldAs,
} from './tell-incident.ts';

/** Tells Slack about one incident. `version`: that it is known to have by now; left out, it is read in any case. */
export type Notify = (incidentId: string, version?: number) => Promise<void>;

/** An incident that is being told. */
type Telling = {
  /** Its version as it was last read. */
  version: number;
  /** Makes it read the incident again, at once. */
  ask: () => void;
  isAsked: boolean;
};

/**
 * Makes the function that tells Slack about one incident. It resolves once Slack shows the incident as it is, or at once if
 * that is under way; it rejects when Slack cannot be told, and the reconciler then asks again.
 */
export function createNotifier(deps: TellDeps): Notify {
  const all = new Map<string, Telling>();
  return async function notify(incidentId, version = Number.POSITIVE_INFINITY) {
    const current = all.get(incidentId);
    if (current && version <= current.version) return;
    if (current) return current.ask();
    const telling: Telling = { version: 0, ask: () => undefined, isAsked: false };
    all.set(incidentId, telling);
    try {
      await tellUntilTold(deps, incidentId, telling);
    } catch (error) {
      if (error instanceof StoppingError) return;
      throw error;
    } finally {
      all.delete(incidentId);
    }
    // Asked since the incident was last read.
    if (telling.isAsked) await notify(incidentId);
  };
}

/** One telling of an incident as it was at a moment. */
type Round = {
  /** The incident's version and the kill switches: what messages are made of. */
  readonly of: string;
  readonly told: Promise<void>;
  readonly invited: Promise<void>;
  readonly topic: Promise<void>;
  readonly furnished: Promise<void>;
  isOver: boolean;
  /** A later round knows better: what this one has not said yet, it must not say any more. */
  readonly overtaken: AbortController;
  /** What its topic says and where, and what ends the wait for it: a later round of the same topic takes over its place in the line. */
  readonly topicOf: string;
  readonly topicOvertaken: AbortController;
};

/** Reads it as it is now; `asked` resolves when it is to be read again. */
async function readAnew(all: TellDeps, incidentId: string, telling: Telling) {
  telling.isAsked = false;
  const asked = new Promise<void>((resolve) => {
    telling.ask = () => {
      telling.isAsked = true;
      resolve();
    };
  });
  const incident = await all.reads.incident(incidentId);
  if (!incident) return null;
  telling.version = incident.version;
  const deps = partsFor(all, incident);
  return { deps, incident, told: await toldAs(deps, incident), asked };
}

/** What happens while Slack is slow joins in at once instead of waiting for the end. */
async function tellUntilTold(all: TellDeps, incidentId: string, telling: Telling): Promise<void> {
  const nothing = Promise.resolve();
  let round: Round = {
    of: '',
    told: nothing,
    invited: nothing,
    topic: nothing,
    furnished: nothing,
    isOver: false,
    overtaken: new AbortController(),
    topicOf: '',
    topicOvertaken: new AbortController(),
  };
  let opening: Opening | null = null;
  for (;;) {
    const current = await all.reading(() => readAnew(all, incidentId, telling));
    if (!current) return;
    const { deps, incident, told, asked } = current;
    if (told.surface === 'channel' && incident.channel === null) {
      opening ??= startOpening(deps, incident);
      if (opening.isSlow) await tellAhead(deps, incident);
      await Promise.race([opening.opened, opening.isSlow ? asked : opening.slow]);
      if (opening.isOpen) opening = null;
      continue;
    }
    const of = `${incident.version} ${told.surface} ${JSON.stringify(deps.switches())}`;
    if (of !== round.of) {
      round.overtaken.abort();
      round = startRound(deps, incident, told, { of, before: round });
    }
    await Promise.race([round.told, asked]);
    if (!round.isOver || telling.isAsked) continue;
    // What it was told of is what it still is: it need not be read a second time.
    if (await deps.messages.settled(incidentId, incident.version)) return;
  }
}

/** A channel that is being made. */
type Opening = {
  readonly opened: Promise<void>;
  /** Resolves once it takes too long. */
  readonly slow: Promise<void>;
  isSlow: boolean;
  isOpen: boolean;
};

/** What must be answered waits this long for its channel, in milliseconds; then it is asked in the fallback channel. */
const slowMs = 2000;

function startOpening(deps: TellDeps, incident: IncidentRow): Opening {
  const opened = openChannel(deps, incident);
  const slow = deps.clock.sleep(slowMs).then(() => {
    opening.isSlow = !opening.isOpen;
  });
  const opening: Opening = { opened, slow, isSlow: false, isOpen: false };
  opened.then(
    () => {
      opening.isOpen = true;
      opening.isSlow = false;
    },
    // Whoever waits for it hears of it.
    () => undefined,
  );
  return opening;
}

function startRound(
  deps: TellDeps,
  row: IncidentRow,
  as: Loud,
  {
    of,
    before,
  }: {
    readonly of: string;
    readonly before: Pick<Round, 'invited' | 'topic' | 'furnished' | 'topicOf' | 'topicOvertaken'>;
  },
): Round {
  const incident = redactedIncident(row, deps.redact);
  const { channel } = incident;
  const after = async (earlier: Promise<void>, act: () => Promise<void>) => {
    await earlier.catch(() => undefined);
    await act();
  };
  const inChannel = (act: (channelId: string) => Promise<void>) => async () => {
    if (channel !== null) await act(channel.id);
  };
  const overtaken = new AbortController();
  const topicOf = `${channel?.id} ${channelTopic(incident)}`;
  if (topicOf !== before.topicOf) before.topicOvertaken.abort();
  const topicOvertaken = topicOf === before.topicOf ? before.topicOvertaken : new AbortController();
  // One after another, so that nobody is invited twice, and no topic of before comes last.
  const invited = after(
    before.invited,
    inChannel((id) => invitePeople(deps, incident, id)),
  );
  const topic = after(
    allOf([invited, before.topic]),
    inChannel((id) => tellTopic(deps, incident, { channelId: id, overtaken: topicOvertaken.signal })),
  );
  // People are there before what they are to read; what stands there already is brought up to date without waiting for anybody.
  const arrived = invited.catch(() => undefined);
  const messages = tellMessages(deps, incident, as, { overtaken: overtaken.signal, arrived });
  const furnished = after(allOf([messages, before.furnished]), () => furnishChannel(deps, incident));
  const told = allOf([messages, invited, topic, furnished]).then(() => archiveRetired(deps, incident));
  const round: Round = {
    of,
    told,
    invited,
    topic,
    furnished,
    isOver: false,
    overtaken,
    topicOf,
    topicOvertaken,
  };
  // A round that is overtaken has nothing to say: the next one asks for the same messages.
  told.then(
    () => {
      round.isOver = true;
    },
    () => undefined,
  );
  return round;
}
