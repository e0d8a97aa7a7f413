// What is said of an alert in the six stages, and what is known when it is said. Types and names only.
import type { GroupState } from '../group/state.ts';
import type { IncidentState } from '../incident/state.ts';
import type { Playbook } from '../playbook/playbook.ts';
import type { Alert } from './alert.ts';
import type { EnrichmentStep } from './enrich.ts';
import type { stageNames } from './stage-names.ts';

/** What one stage says of an alert. */
export type ExplainedStage = {
  readonly stage: (typeof stageNames)[number];
  /** In a few words. */
  readonly outcome: string;
  /** What matched, what did not and why: one sentence each. */
  readonly because: readonly string[];
};

/** What is known of the alert besides the rules. */
export type ExplainedAgainst = {
  /** As it came, before enrichment. */
  readonly raw: Alert;
  /** What each rule of the enrichment made of it. */
  readonly steps: readonly EnrichmentStep[];
  /** The incident that knows it, or whose group it is of; null: there is none. */
  readonly incident: IncidentState | null;
  /** The incident takes it; else another is opened for what fires. */
  readonly taken: boolean;
  readonly group: GroupState | null;
  readonly playbooks: readonly Playbook[];
  /** The heartbeats that it counts as. */
  readonly heartbeats: readonly string[];
};
