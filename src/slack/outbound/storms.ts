// A storm of incidents: how many came shortly before one, and the digest that stands in for a flood of messages. One at a time; what it
// is follows from what was opened when, so it is the same after a restart.

import type { Redactor } from '../../core/redact.ts';
import { addMs, elapsedMs } from '../../core/time.ts';
import type { IncidentRow, ReadModels } from '../../ports/reads.ts';
import type { SlackMessage, SlackMessages } from '../../ports/slack-memory.ts';
import type { SlackSettings } from '../settings.ts';
import { isExercise } from '../views/incident-card.ts';
import { type StormIncident, stormMessage } from '../views/storm-message.ts';
import type { AnnounceChannel } from './announce-channel.ts';
import type { Outbox } from './outbox.ts';
import type { SleepingClock } from './rate-limiter.ts';
import { redactedIncident } from './redacted.ts';

/** What it needs. */
export type StormDeps = {
  readonly outbox: Outbox;
  readonly messages: Pick<SlackMessages, 'ofIncident' | 'exclusively'>;
  readonly reads: Pick<ReadModels, 'incidents' | 'runsOfIncident'>;
  readonly settings: Pick<SlackSettings, 'storm'>;
  readonly announceChannel: AnnounceChannel;
  readonly redact: Redactor;
  readonly publicUrl: string;
  readonly clock: Pick<SleepingClock, 'nowMs'>;
};

/** Storms, and what is told of them. */
export type Storms = {
  /** How many incidents were opened within the time of the setting before this one; not counted beyond twice its number. */
  readonly rankOf: (incident: IncidentRow) => Promise<number>;
  /** To be called often: brings the digest up to date. */
  readonly follow: () => Promise<void>;
};

/** Kept under this in the place of an incident. */
const home = 'storms';
const prefix = 'storm/';
/** A storm is over for what comes later once nothing was opened for this long, in milliseconds. */
const calmMs = 5 * 60_000;
/** A digest that does not change is looked at this often, in milliseconds. */
const lookMs = 5000;
const mostIncidents = 1000;
/** Of private incidents the announce channel hears nothing. */
const nothingPrivate: readonly string[] = [];
const mostRanks = 5000;

/** The last state of a digest; the one that is over has an odd version. */
const isOver = ({ version }: SlackMessage) => version % 2 === 1;

/** Whether an incident is an exercise. What an alert opened is none, and what its first run says stays so. */
function createIsDrill(reads: StormDeps['reads']): (incident: IncidentRow) => Promise<boolean> {
  const drills = new Map<string, boolean>();
  return async ({ id, groupKey }) => {
    if (groupKey !== null) return false;
    const known = drills.get(id);
    if (known !== undefined) return known;
    const runs = (await reads.runsOfIncident(id)).map(({ state }) => state);
    if (drills.size >= mostRanks) drills.clear();
    if (runs.length > 0) drills.set(id, isExercise(runs));
    return isExercise(runs);
  };
}

/** What belongs to the storm that began then; `isMore`: there are more than are looked at. */
async function incidentsSince(
  { reads, redact }: Pick<StormDeps, 'reads' | 'redact'>,
  startedAt: string,
): Promise<{ incidents: readonly IncidentRow[]; isMore: boolean }> {
  const all: IncidentRow[] = [];
  let cursor: string | null = null;
  do {
    const asked = { since: startedAt, seen: nothingPrivate, limit: 200, cursor };
    const page: Awaited<ReturnType<ReadModels['incidents']>> = await reads.incidents(asked);
    all.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== null && all.length < mostIncidents);
  const inOrder = all.toSorted((a, b) => a.openedAt.localeCompare(b.openedAt) || a.number - b.number);
  // What came after a calm belongs to another storm, or to none.
  const calm = inOrder.findIndex((one, i) => {
    const before = inOrder[i - 1];
    return before !== undefined && elapsedMs(before.openedAt, one.openedAt) > calmMs;
  });
  const incidents = calm === -1 ? inOrder : inOrder.slice(0, calm);
  return { incidents: incidents.map((one) => redactedIncident(one, redact)), isMore: cursor !== null };
}

/** Follows storms. */
export function createStorms(deps: StormDeps): Storms {
  const { outbox, messages, reads, settings, announceChannel, clock } = deps;
  const ranks = new Map<string, number>();
  const isDrill = createIsDrill(reads);
  /** The first incident of a storm that this process has seen; null: none. */
  let noticed: string | null = null;
  /** There may be a digest that is not at its end. */
  let isActive = true;
  let lookedAtMs = Number.NEGATIVE_INFINITY;

  async function bring(channelId: string): Promise<void> {
    const digests = (await messages.ofIncident(home)).filter(({ key }) => key.startsWith(prefix));
    const current = digests.toSorted((a, b) => b.key.localeCompare(a.key)).find((one) => !isOver(one));
    const startedAt = current?.key.slice(prefix.length) ?? noticed;
    if (startedAt === null) {
      isActive = false;
      return;
    }
    const { incidents, isMore } = await incidentsSince(deps, startedAt);
    const last = incidents.at(-1)?.openedAt ?? startedAt;
    const now = new Date(clock.nowMs()).toISOString();
    const over = incidents.every(({ status }) => status !== 'open') && elapsedMs(last, now) > calmMs;
    const seconds = Math.max(0, Math.floor(elapsedMs(startedAt, now) / 1000));
    const told: StormIncident[] = [];
    for (const incident of incidents) told.push({ ...incident, isDrill: await isDrill(incident) });
    const message = stormMessage({ startedAt, incidents: told, isMore }, { publicUrl: deps.publicUrl, isOver: over });
    const version = 2 * seconds + (over ? 1 : 0);
    const key = `${prefix}${startedAt}`;
    await outbox.put({ key, lane: 'state', incidentId: home, channelId, version, message, firing: !over });
    if (over && noticed !== null && noticed <= last) noticed = null;
  }

  return {
    async rankOf(incident) {
      const known = ranks.get(incident.id);
      if (known !== undefined) return known;
      const { incidents: most, withinMs } = settings.storm;
      const page = {
        since: addMs(incident.openedAt, -withinMs),
        until: incident.openedAt,
        limit: 2 * most,
        seen: nothingPrivate,
      };
      const rank = (await reads.incidents({ ...page, cursor: incident.id })).items.length;
      if (ranks.size >= mostRanks) ranks.clear();
      ranks.set(incident.id, rank);
      if (rank >= most && incident.status === 'open') {
        noticed = noticed === null || incident.openedAt < noticed ? incident.openedAt : noticed;
        isActive = true;
        lookedAtMs = Number.NEGATIVE_INFINITY;
      }
      return rank;
    },
    async follow() {
      if (!isActive || clock.nowMs() - lookedAtMs < lookMs) return;
      const channelId = await announceChannel();
      if (channelId === null) return;
      lookedAtMs = clock.nowMs();
      await messages.exclusively(home, () => bring(channelId));
    },
  };
}
