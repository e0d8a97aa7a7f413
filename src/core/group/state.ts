// What is known of an alert group. Types and questions about them only: how events lead here stands in evolve.ts.
import type { Alert } from '../alert/alert.ts';
import type { Actor } from '../events.ts';
import type { GroupEvent } from './events.ts';
import type { Hold } from './hold.ts';

/** What a group knows of one of its alerts. */
export type GroupMember = {
  readonly status: 'firing' | 'resolved';
  readonly title: string;
  /** As it came last, while it is held: it goes on from here. null: nothing is held of it. */
  readonly alert: Alert | null;
  /** The delivery that it came with last. */
  readonly receipt: string;
  /** Notifications that were held, in this episode. */
  readonly count: number;
  /** Since when it counts for the group: its begin, or the end of what muted it. */
  readonly since: string;
  readonly lastAt: string;
  /** What holds it back; null: nothing. */
  readonly hold: Hold | null;
  /** People know that it fires. */
  readonly told: boolean;
  /** They were told by the incident of a window, and no playbook was started for it. */
  readonly unacted: boolean;
  /** Of an end that came before its begin. */
  readonly end: { readonly startsAt: string | null; readonly endsAt: string | null } | null;
  /** When its status changed, the latest 20. */
  readonly changes: readonly string[];
  readonly flapping: boolean;
};

/** Alerts that are one problem. */
export type GroupState = {
  readonly id: string;
  /** What its alerts have in common, under the name of the rule. */
  readonly key: string;
  readonly rule: string | null;
  readonly title: string;
  readonly openedAt: string;
  readonly lastAt: string;
  /** How often its window has ended: each has an incident of its own. */
  readonly generation: number;
  /** When the first alert came after the last end of a window; null: none did. */
  readonly windowFrom: string | null;
  /** The incident that its alerts went on to in this window. */
  readonly incidentId: string | null;
  readonly members: { readonly [fingerprint: string]: GroupMember };
  /** Notifications that nobody was told, by what held them, over the life of the group. */
  readonly suppressed: { readonly [by: string]: number };
};

/** True for the stream of an alert group, by its id alone. */
export const isGroupStream = (streamId: string): boolean => streamId.startsWith('grp_');

/** An event of a group with its instant and author, as the fold reads it. */
export type GroupFact = GroupEvent & { readonly at: string; readonly actor: Actor };

/** What a group knows of an alert. A fingerprint is foreign text: it may be the name of something every object has. */
export const memberOf = ({ members }: Pick<GroupState, 'members'>, fingerprint: string): GroupMember | undefined =>
  Object.hasOwn(members, fingerprint) ? members[fingerprint] : undefined;

/** Under this key its alerts share an incident while it is open. */
export const incidentKeyOf = ({ key, generation }: Pick<GroupState, 'key' | 'generation'>): string =>
  generation === 0 ? key : `${key} (${generation + 1})`;

/** A member that is held. */
type HeldMember = GroupMember & { readonly alert: Alert; readonly hold: Hold };

const isHeld = (member: GroupMember): member is HeldMember => member.alert !== null && member.hold !== null;

/** The alerts that are held, with what holds them. */
export function heldIn({ members }: Pick<GroupState, 'members'>): readonly (readonly [string, HeldMember])[] {
  const held: (readonly [string, HeldMember])[] = [];
  for (const fingerprint of Object.keys(members)) {
    const member = members[fingerprint];
    if (member !== undefined && isHeld(member)) held.push([fingerprint, member]);
  }
  return held;
}
