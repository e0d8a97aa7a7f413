// What can be asked of an alert group. Types only.
import type { Alert } from '../alert/alert.ts';
import type { Hold } from './hold.ts';

/** What silences, windows and inhibition say of an alert. */
export type Verdict =
  | { readonly type: 'pass' }
  /** `consolidated`: an incident of the window takes it meanwhile, without acting on it. */
  | { readonly type: 'muted'; readonly hold: Hold; readonly consolidated: boolean };

/** One alert of a delivery. */
export type Arrival = {
  readonly alert: Alert;
  readonly verdict: Verdict;
  /** What its incident knows of it; null: no incident knows it, or it is over there. */
  readonly active: boolean;
  /** An incident knows it, firing or over. */
  readonly known: boolean;
};

/** Alerts of one delivery that are one problem. */
export type TakeAlerts = {
  readonly type: 'take_alerts';
  /** Used where it opens the group. */
  readonly groupId: string;
  readonly key: string;
  readonly rule: string | null;
  readonly receipt: string;
  readonly arrivals: readonly Arrival[];
};

/** What can be asked of a group. */
export type GroupCommand =
  | TakeAlerts
  /**
   * A timer may be due, or what muted its alerts has changed. `verdictOf`: of each that is held, now; null: another incident knows that it
   * fires, and it is left for a command of its own.
   */
  | { readonly type: 'advance'; readonly verdictOf: (alert: Alert) => Verdict | null };
