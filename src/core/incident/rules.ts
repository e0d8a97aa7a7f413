// The settings that an incident's rules depend on. Defaults only; they are read from the configuration elsewhere.

/** Durations that the rules of an incident depend on. */
export type IncidentRules = {
  /** A new episode of an alert this soon after its incident was resolved reopens it. */
  readonly reopenWithinMs: number;
  /** An incident that stays resolved for this long is closed; null: only people close it. */
  readonly closeAfterMs: number | null;
  /** An acknowledgement holds this long unless it is renewed; null: until the incident is over. */
  readonly acknowledgeForMs: number | null;
};

/** What holds where nothing else is configured. */
export const defaultIncidentRules: IncidentRules = {
  reopenWithinMs: 30 * 60_000,
  closeAfterMs: null,
  acknowledgeForMs: null,
};
