// Keeps Slack equal to an incident's timeline, from the state as it is now: what happened in between is skipped, the end is
// always told. Decides when to tell; what is told is in tell-incident.ts.
import type { IncidentRow } from '../../ports/reads.ts';
import { StoppingError } from './rate-limiter.ts';
import { redactedIncident } from './redacted.ts';
import {
  allOf,
  archiveRetired,
  type Loud,
  openChannel,
  type TellDeps,
  tellAside,
  tellMessages,
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
  readonly aside: Promise<void>;
  isOver: boolean;
  /** A later round knows better: what this one has not said yet, it must not say any more. */
  readonly overtaken: AbortController;
};

/** What happens while Slack is slow joins in at once instead of waiting for the end. */
async function tellUntilTold(deps: TellDeps, incidentId: string, telling: Telling): Promise<void> {
  const nothing = Promise.resolve();
  let round: Round = { of: '', told: nothing, aside: nothing, isOver: false, overtaken: new AbortController() };
  for (;;) {
    telling.isAsked = false;
    const asked = new Promise<void>((resolve) => {
      telling.ask = () => {
        telling.isAsked = true;
        resolve();
      };
    });
    const incident = await deps.reads.incident(incidentId);
    if (!incident) return;
    telling.version = incident.version;
    const told = await toldAs(deps, incident);
    if (told.surface === 'channel' && incident.channel === null) {
      await openChannel(deps, incident);
      continue;
    }
    const of = `${incident.version} ${told.surface} ${JSON.stringify(deps.switches())}`;
    if (of !== round.of) {
      round.overtaken.abort();
      round = startRound(deps, incident, told, { of, before: round.aside });
    }
    await Promise.race([round.told, asked]);
    if (!round.isOver || telling.isAsked) continue;
    // What it was told of is what it still is: it need not be read a second time.
    if (await deps.messages.settled(incidentId, incident.version)) return;
  }
}

function startRound(
  deps: TellDeps,
  row: IncidentRow,
  as: Loud,
  { of, before }: { readonly of: string; readonly before: Promise<void> },
): Round {
  const incident = redactedIncident(row, deps.redact);
  // One after another, so that nobody is invited twice.
  const { channel } = incident;
  const aside = before
    .catch(() => undefined)
    .then(() => (channel === null ? undefined : tellAside(deps, incident, channel.id)));
  const overtaken = new AbortController();
  const told = allOf([tellMessages(deps, incident, as, overtaken.signal), aside]).then(() =>
    archiveRetired(deps, incident),
  );
  const round: Round = { of, told, aside, isOver: false, overtaken };
  // A round that is overtaken has nothing to say: the next one asks for the same messages.
  told.then(
    () => {
      round.isOver = true;
    },
    () => undefined,
  );
  return round;
}
