// The read side: lists and single rows.
import type { Alert } from '../core/alert/alert.ts';
import type { Principal } from '../core/authority/principal.ts';
import type { Actor, StoredEvent } from '../core/events.ts';
import type { Hold } from '../core/group/hold.ts';
import type { GroupState } from '../core/group/state.ts';
import type { IncidentState } from '../core/incident/state.ts';
import type { OutlineStep } from '../core/run/outline.ts';
import type { Standing } from '../core/run/standing.ts';
import type { Approval, RunState } from '../core/run/state.ts';
import type { ArchivedIncident } from '../core/system/archived.ts';
import type { ActionItemRow, ReadPostmortem } from './follow-up.ts';
import type { ListDeliveries } from './intake.ts';
import type { Page, PageRequest } from './page.ts';

/** Rows for lists; the full state is behind the id. */
export type IncidentRow = IncidentState & { readonly updatedAt: string; readonly version: number };

/** A run, and when it wants attention next; `wakeAt` null: it waits for others. */
export type RunRow = {
  readonly state: RunState;
  /** How its incident stands. */
  readonly incident: IncidentState['status'];
  readonly wakeAt: string | null;
  readonly updatedAt: string;
};

/** A request for a decision, who started the run that it is of, and who answers for the version of its playbook, if anybody does. */
export type ListedApproval = {
  readonly runId: string;
  readonly incidentId: string;
  readonly requestedBy: Actor;
  readonly author?: Actor;
  readonly approval: Approval;
};

/** A run with what can be said about it at this moment. */
export type ShownRun = RunState &
  Standing &
  Pick<RunRow, 'wakeAt' | 'updatedAt'> & {
    /** The same as `runId`: every thing of the API has its `id`. */
    readonly id: string;
    /** Where its trace is looked at; null: nowhere. */
    readonly traceUrl: string | null;
    readonly steps: readonly OutlineStep[];
  };

/**
 * Shows runs, in the order given; one whose playbook cannot be believed is left out. Workers and kill switches are read once for
 * all of them.
 */
export type ShowRuns = (rows: readonly RunRow[]) => Promise<readonly ShownRun[]>;

/** `seen`: the private incidents that count, by id; absent: all of them. Those that are not private always count. */
type Seen = { readonly seen?: readonly string[] };

/**
 * Which incidents, in which order. `q`: every word of it, or how one begins, is said by the incident. `service`: it or one of its alerts is
 * about it. `lead`: who leads it, as the role names him or her. `sort`: the newest first (the default), or the worst, and of these the newest.
 */
type IncidentFilter = {
  status?: string;
  severity?: number;
  since?: string;
  until?: string;
  q?: string;
  service?: string;
  lead?: string;
  sort?: 'newest' | 'severity';
};

/** The whole read side, private incidents included: for Firebreak itself. Surfaces have `ReadsFor`. */
export type ReadModels = {
  readonly incidents: (filter: PageRequest & Seen & IncidentFilter) => Promise<Page<IncidentRow>>;
  readonly incident: (idOrNumber: string) => Promise<IncidentRow | null>;
  readonly incidentByChannel: (channelId: string) => Promise<IncidentRow | null>;
  /** Where an incident went that has left the database; null: none of the kind has. */
  readonly archived: (idOrNumber: string) => Promise<ArchivedIncident | null>;
  /** Every private incident; null: it cannot be believed, and nobody may know of it. */
  readonly privateIncidents: () => Promise<readonly { readonly id: string; readonly incident: IncidentRow | null }[]>;
  /** The alert that opened an incident, as it came, to be shown; null: none did, or it is kept no more. Decides nothing. */
  readonly openingAlert: (incidentId: string) => Promise<Alert | null>;
  readonly runs: (
    filter: PageRequest &
      Seen & { status?: string; playbook?: string; incidentId?: string; since?: string; until?: string },
  ) => Promise<Page<RunRow>>;
  readonly run: (id: string) => Promise<RunRow | null>;
  readonly runsOfIncident: (incidentId: string) => Promise<readonly RunRow[]>;
  readonly approvals: (filter: PageRequest & Seen & { status?: Approval['status'] }) => Promise<Page<ListedApproval>>;
  /** `by`: of which it has held something; with `held`, of which it holds something now. */
  readonly alertGroups: (
    filter: PageRequest & Seen & { held: boolean; by?: Hold['by'] | undefined },
  ) => Promise<Page<GroupState>>;
  readonly alertGroup: (id: string) => Promise<GroupState | null>;
  /** Of incidents that have some; a page has those of `limit` incidents at the utmost, the newest first. */
  readonly actionItems: (filter: PageRequest & Seen) => Promise<Page<ActionItemRow>>;
  readonly deliveries: ListDeliveries;
};

/** A timeline as a file. */
export type ExportTimeline = (
  incidentId: string,
  format: string,
) => Promise<{ filename: string; contentType: string; content: string } | null>;

/**
 * The read side as one viewer may see it. A private incident that he or she may not know of is not there, nor is anything of it: what it
 * answers is what it answers for an id that never was.
 */
export type SeenReads = Omit<ReadModels, 'privateIncidents'> & {
  /** False: the incident is private, and the viewer may not know of it. True for ids that are none. */
  readonly sees: (incidentId: string) => Promise<boolean>;
  /** The private incidents that the viewer may know of, for queries of their own: see `seenIn` of the store. */
  readonly seen: () => Promise<readonly string[]>;
  /** A stream from one of its events on. */
  readonly events: (incidentId: string, from: number) => AsyncIterable<StoredEvent>;
  readonly exportTimeline: ExportTimeline;
  readonly postmortem: ReadPostmortem;
};

/** The one guard of the read side: everything that a surface reads goes through it. */
export type ReadsFor = (viewer: Principal) => SeenReads;
