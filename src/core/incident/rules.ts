// The settings that an incident's rules depend on. Defaults only; they are read from the configuration elsewhere.

import type { People } from '../authority/membership.ts';

/** Durations that the rules of an incident depend on. */
export type IncidentRules = {
  /** A new episode of an alert this soon after its incident was resolved reopens it. */
  readonly reopenWithinMs: number;
  /** An incident that stays resolved for this long is closed; null: only people close it. */
  readonly closeAfterMs: number | null;
  /** An acknowledgement holds this long unless it is renewed; null: until the incident is over. */
  readonly acknowledgeForMs: number | null;
  /** By severity: an incident that nobody leads for this long has people told so; absent: it needs nobody. */
  readonly leadWithinMs: { readonly [severity: number]: number | undefined };
  /** By severity: who leads is asked for an update this long after the last one; absent: none is asked for. */
  readonly updateEveryMs: { readonly [severity: number]: number | undefined };
  /** The channel of an incident is archived this long after it was closed; null: never. */
  readonly archiveAfterMs: number | null;
  /** Approvals that a postmortem needs before it is reviewed; absent: one. */
  readonly postmortemReviews?: number;
  /** Who is one person by the configuration; absent: nobody is linked to anything. */
  readonly people?: People;
};

/** What holds where nothing else is configured. */
export const defaultIncidentRules: IncidentRules = {
  reopenWithinMs: 30 * 60_000,
  closeAfterMs: null,
  acknowledgeForMs: null,
  leadWithinMs: {},
  updateEveryMs: {},
  archiveAfterMs: null,
};
