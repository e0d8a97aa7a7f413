// What is owed to people who were told that something fires: its end. Says what is open; that it is told is the business of others.
import type { GroupState } from './state.ts';

/** An end that is known here, and not yet to those who were told of the begin. */
export type OwedEnd = { readonly groupId: string; readonly fingerprint: string; readonly since: string };

/** The ends that a group holds back: of alerts that flap, until they are calm. At rest there is none. */
export const owedEnds = ({ id, members }: GroupState): readonly OwedEnd[] =>
  Object.entries(members).flatMap(([fingerprint, { told, status, hold, lastAt }]) =>
    told && status === 'resolved' && hold !== null ? [{ groupId: id, fingerprint, since: lastAt }] : [],
  );
