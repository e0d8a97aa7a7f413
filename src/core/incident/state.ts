// What is known of an incident. Types and questions about them only: how events lead here stands in evolve.ts. Runs have a state of their own.
import type { ActionItems } from '../action-item/state.ts';
import type { Actor, IncidentEvent } from '../events.ts';
import type { OwedEvidence } from '../evidence/owed-evidence.ts';
import type { PostmortemState } from '../postmortem/state.ts';
import type { IncidentHandling } from './handling.ts';

/** What an incident knows of one of its alerts. */
export type IncidentAlert = {
  readonly status: 'firing' | 'resolved';
  readonly title: string;
  readonly source: string;
  /** Notifications so far, in all episodes. */
  readonly count: number;
  /** Start of the episode, as it was told first. */
  readonly startsAt: string | null;
  readonly firstAt: string;
  readonly lastAt: string;
  /** 1 (worst) to 4: the severity that the alert told last; absent where an earlier version kept none. */
  readonly level?: number;
  /** The latest start that was told of the episode, where it is later than `startsAt`. */
  readonly restartedAt?: string;
  /** Why people were told of it only then, or once more; absent: at once, and once. */
  readonly because?: string;
  /** When people were to be told of it once more; absent: never. */
  readonly againAt?: string;
  /** A maintenance window holds what it would start. */
  readonly unacted?: true;
};

/** What an incident knows of a message that was put into its timeline. */
export type KeptMessage = {
  /** Begin of the SHA-256 of its text as it was recorded last. */
  readonly digest: string;
  /** Slack's time stamp of its last edit; absent: it was not edited since. */
  readonly editedAt?: string;
  readonly deleted?: true;
};

/** What a version in shadow would have done otherwise than the live one about an alert. */
export type ShadowedDecision = {
  readonly playbook: string;
  /** Versions by their numbers. */
  readonly shadow: string;
  readonly live: string;
  /** What the alert came with: the run that it started names both. */
  readonly fingerprint: string;
  readonly receipt: string;
  /** Whether the alert starts the live version. */
  readonly liveStarts: boolean;
  /** The first few, and how many there are. */
  readonly differences: readonly string[];
  readonly count: number;
};

/** One incident. */
export type IncidentState = {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  /** 1 (worst) to 4. */
  readonly severity: number;
  readonly status: 'open' | 'resolved' | 'closed';
  readonly groupKey: string | null;
  readonly openedAt: string;
  readonly resolvedAt: string | null;
  readonly closedAt: string | null;
  /** Who acknowledged it last; null if nobody did since it was opened, or opened again. */
  readonly acknowledgedBy: Actor | null;
  readonly acknowledgedAt: string | null;
  /** The incident that goes on in its place; it is closed then. */
  readonly mergedInto: { readonly id: string; readonly number: number } | null;
  readonly channel: { readonly id: string; readonly name: string } | null;
  readonly roles: { readonly [role: string]: string };
  readonly alerts: { readonly [fingerprint: string]: IncidentAlert };
  /** `operation`: opened for a run that nobody's trouble started; it ends with that run. Absent: people have trouble. */
  readonly kind?: 'operation';
  /** Groups that fire as a whole while their sender leaves alerts out, with how many; absent where there is none. */
  readonly unlisted?: { readonly [groupKey: string]: number };
  /** What the configuration said when it was opened; absent: nothing. */
  readonly handling?: IncidentHandling;
  /** When it ends by itself, unless something fires before; absent: it does not settle. */
  readonly settlesAt?: string;
  /** How severe it was when it was opened; kept where the configuration says how people hear of it, which holds until it gets worse. */
  readonly openedSeverity?: number;
  /** Whose acknowledgement ended by itself, and when; absent since somebody acknowledged it anew. */
  readonly lapsed?: { readonly by: Actor; readonly at: string };
  /** What it is about, where people said so when they opened it. */
  readonly service?: string;
  /** Messages of its channel that stand in the timeline, by channel and Slack's time stamp; absent: none. */
  readonly kept?: { readonly [key: string]: KeptMessage };
  /** Since when people are told that nobody leads it; absent: somebody does, or it is too early. */
  readonly vacantAt?: string;
  /** The last hand-over of a role. */
  readonly handedOver?: { readonly role: string; readonly from: string; readonly to: string; readonly at: string };
  /** What people outside were told last; absent: nothing yet. */
  readonly update?: { readonly text: string; readonly by: Actor; readonly at: string };
  /** When an update was asked for; absent: none is owed. */
  readonly updateDueAt?: string;
  /** No update is asked for before. */
  readonly updatesSnoozedUntil?: string;
  /** Since when it does no more harm; absent: it does. */
  readonly mitigatedAt?: string;
  /** Evidence that is to be kept and is not yet, by key; absent: none. */
  readonly owedEvidence?: { readonly [key: string]: OwedEvidence };
  /** It is private, and these alone may know of it: Slack users, people, tokens, `local:NAME`. Absent: it is not private. */
  readonly members?: readonly string[];
  /** Of a private incident: who was taken out, and is not to be in its channel any more; absent: nobody. */
  readonly removed?: readonly string[];
  /** Where it was told before it was opened again: that channel is archived. */
  readonly formerChannel?: { readonly id: string; readonly name: string };
  /** Its channel is to be archived since then. */
  readonly channelRetiredAt?: string;
  /** How far its postmortem is; absent: nobody has worked on it. */
  readonly postmortem?: PostmortemState;
  /** What is to be done after it; absent: nothing was ever. */
  readonly actionItems?: ActionItems;
  /** The latest that versions in shadow decided otherwise; absent: none did. */
  readonly shadowed?: readonly ShadowedDecision[];
};

/** An event of an incident with its instant and author, as the fold reads it. */
export type IncidentFact = IncidentEvent & { readonly at: string; readonly actor: Actor };

type LaterMember = 'acknowledgedBy' | 'acknowledgedAt' | 'mergedInto';

/** An incident as an earlier version may have stored it: members that came later may be absent. */
export type StoredIncident = Omit<IncidentState, LaterMember> & Partial<Pick<IncidentState, LaterMember>>;

/** Fills in what a stored incident of an earlier version lacks, so that it equals the fold of its events. */
export function completeIncident(stored: StoredIncident): IncidentState {
  return {
    ...stored,
    acknowledgedBy: stored.acknowledgedBy ?? null,
    acknowledgedAt: stored.acknowledgedAt ?? null,
    mergedInto: stored.mergedInto ?? null,
  };
}

/** What the incident knows of an alert. A fingerprint is foreign text: it may be the name of something every object has. */
export function alertOf(state: IncidentState, fingerprint: string): IncidentAlert | undefined {
  return Object.hasOwn(state.alerts, fingerprint) ? state.alerts[fingerprint] : undefined;
}

/** The key of a message among those that were kept. */
export const keptKey = ({ channelId, ts }: { readonly channelId: string; readonly ts: string }): string =>
  `${channelId}/${ts}`;

/** The role of whoever leads. */
export const leadRole = 'lead';
/** What others call it. */
const leadNames = [leadRole, 'commander', 'incident_commander', 'incident-commander'];

/** True for the role of whoever leads, whatever it is called. */
export const isLeadRole = (role: string): boolean => leadNames.includes(role.toLowerCase());

/** Who leads; null: nobody. */
export const leadOf = ({ roles }: Pick<IncidentState, 'roles'>): string | null =>
  Object.entries(roles).find(([role]) => isLeadRole(role))?.[1] ?? null;
