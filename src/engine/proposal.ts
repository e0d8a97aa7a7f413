// What a command wants to write, before it is a change of the ledger. Types only.
import type { PlaybookLifeEvent } from '../core/change-control/events.ts';
import type { PlaybookLife } from '../core/change-control/state.ts';
import type { Recorded } from '../core/events.ts';
import type { GroupEvent } from '../core/group/events.ts';
import type { GroupState } from '../core/group/state.ts';
import type { IncidentState } from '../core/incident/state.ts';
import type { Playbook } from '../core/playbook/playbook.ts';
import type { RunState } from '../core/run/state.ts';
import type { SystemEvent } from '../core/system/events.ts';
import type { SystemState } from '../core/system/state.ts';
import type {
  AppliedRedaction,
  IncidentChange,
  LoadedGroup,
  LoadedIncident,
  LoadedPlaybookLife,
  LoadedSystem,
} from '../ports/ledger.ts';

/** What a command wants to write into one incident's stream: the events, and the states they were folded into. */
export type IncidentProposal = {
  readonly stream: 'incident';
  readonly incidentId: string;
  /** What it was decided on; null opens the stream. */
  readonly before: LoadedIncident | null;
  /** The incident after the events. */
  readonly incident: IncidentState;
  readonly events: readonly Recorded[];
  /** The runs that changed, after the events. */
  readonly runs: readonly { readonly state: RunState; readonly playbook: Playbook }[];
  readonly alerts?: IncidentChange['alerts'];
  readonly receipts?: readonly string[];
};

/** What a command wants to write into the system stream. */
export type SystemProposal = {
  readonly stream: 'system';
  /** What it was decided on. */
  readonly before: LoadedSystem;
  /** The state after the events. */
  readonly state: SystemState;
  readonly events: readonly Recorded<SystemEvent>[];
  readonly redacted?: AppliedRedaction | undefined;
};

/** What a command wants to write into the stream of one alert group. */
export type GroupProposal = {
  readonly stream: 'group';
  readonly groupId: string;
  /** What it was decided on; null opens the stream. */
  readonly before: LoadedGroup | null;
  /** The group after the events. */
  readonly group: GroupState;
  readonly events: readonly Recorded<GroupEvent>[];
  /** When it next wants attention by itself. */
  readonly wakeAt: string | null;
  readonly receipts?: readonly string[];
};

/** What a command wants to write into the stream of one playbook. */
export type PlaybookLifeProposal = {
  readonly stream: 'playbook';
  readonly playbookName: string;
  /** What it was decided on. */
  readonly before: LoadedPlaybookLife;
  /** The life after the events. */
  readonly life: PlaybookLife;
  readonly events: readonly Recorded<PlaybookLifeEvent>[];
};

/** What a command wants to write into one stream. */
export type Proposal = IncidentProposal | GroupProposal | SystemProposal | PlaybookLifeProposal;

/** When and why something is appended. */
export type AppendMeta = { readonly at: string; readonly cause: string };
