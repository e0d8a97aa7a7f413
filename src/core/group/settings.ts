// The durations and counts that the rules of an alert group depend on. Which alerts they hold for is said by `groups:` of the configuration.
import type { Severity } from '../alert/severity.ts';

/** What the rules of a group depend on. */
export type GroupSettings = {
  /** After its first alert a group waits this long before anybody is told. */
  readonly waitMs: number;
  /** Alerts join while no longer than `rollingMs` has passed since the last one, and no longer than `capMs` since the first. */
  readonly window: { readonly rollingMs: number; readonly capMs: number };
  /** So many distinct alerts have to fire within this time before anybody is told. */
  readonly threshold: { readonly count: number; readonly withinMs: number };
  /** An alert of this severity has to fire for this long before anybody is told: what passes by itself calls nobody. */
  readonly pauseMs: { readonly [S in Severity]: number };
  /** What ends the incident: its first, its last or all of its alerts; `never`: only people. It stays open for `settleMs` after that. */
  readonly resolve: ResolveRule;
  /** What fires again this soon after its incident was resolved reopens it; null: as `incidents.reopenWithin` says. */
  readonly reopenWithinMs: number | null;
  /** So many changes within this time are flapping, until no more than `stop` are left of it; null: nothing is. */
  readonly flapping: { readonly start: number; readonly stop: number; readonly withinMs: number } | null;
};

/** When an incident is over by itself. */
type ResolveRule = { readonly on: 'first' | 'last' | 'all' | 'never'; readonly settleMs: number };

const minuteMs = 60_000;

/** What holds where an entry of `groups:` says nothing else. */
export const defaultGroupSettings: GroupSettings = {
  waitMs: 30_000,
  window: { rollingMs: 10 * minuteMs, capMs: 24 * 60 * minuteMs },
  threshold: { count: 1, withinMs: 10 * minuteMs },
  pauseMs: { critical: 0, error: 0, warning: 2 * minuteMs, info: 2 * minuteMs },
  resolve: { on: 'all', settleMs: 0 },
  reopenWithinMs: null,
  flapping: { start: 4, stop: 1, withinMs: 30 * minuteMs },
};

/** What holds for alerts that no entry takes: everything acts at once. */
export const atOnce: GroupSettings = {
  waitMs: 0,
  window: { rollingMs: Number.POSITIVE_INFINITY, capMs: Number.POSITIVE_INFINITY },
  threshold: { count: 1, withinMs: 0 },
  pauseMs: { critical: 0, error: 0, warning: 0, info: 0 },
  resolve: { on: 'all', settleMs: 0 },
  reopenWithinMs: null,
  flapping: null,
};
