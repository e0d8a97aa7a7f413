// What the configuration and people's silences and windows make of an alert before it acts. Types only.

import type { Verdict } from '../group/command.ts';
import type { GroupSettings } from '../group/settings.ts';
import type { IncidentHandling } from '../incident/handling.ts';
import type { Alert } from './alert.ts';

/** What is to be done with the alerts of a group. */
export type AlertPlan = {
  /** What the alerts of the group have in common. */
  readonly key: string;
  /** The entry of `groups:` that takes it; null: none does, and it acts at once. */
  readonly rule: string | null;
  readonly settings: GroupSettings;
  /** What the routes say; undefined: there are none. */
  readonly handling: IncidentHandling | undefined;
  /** Playbooks that routes start: besides those that triggers start, or instead of them. */
  readonly playbooks: { readonly names: readonly string[]; readonly only: boolean };
};

/** One alert after the stages enrich, group, route and suppress. */
export type StagedAlert = AlertPlan & {
  /** With what enrichment added to it; its `groupKey` is the key of its group. */
  readonly alert: Alert;
  readonly verdict: Verdict;
};
