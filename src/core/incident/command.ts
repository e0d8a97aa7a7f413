// What can be asked of an incident. Types only.
import type { ActionItemCommand } from '../action-item/command.ts';
import type { Alert } from '../alert/alert.ts';
import type { ArtifactRef } from '../evidence/artifact-ref.ts';
import type { PostmortemCommand } from '../postmortem/command.ts';
import type { IncidentHandling } from './handling.ts';
import type { ChatAuthor, ChatFile } from './life-events.ts';
import type { IncidentState } from './state.ts';

type Identity = {
  /** Used where the command opens an incident; what is there keeps its own. */
  readonly incidentId: string;
  readonly number: number;
};

/** Alerts of one delivery that belong together; it opens an incident if there is none and one of them fires. */
export type PlaceAlerts = Identity & {
  readonly type: 'place_alerts';
  /** The delivery they came with. */
  readonly receipt: string;
  readonly alerts: readonly Alert[];
  /** Of alerts that were held: why they come only now, and whether playbooks start for them. */
  readonly held?: ReadonlyMap<string, { readonly because: string | null; readonly acts: boolean }> | undefined;
  /** What the configuration says, for an incident that they open. */
  readonly handling?: IncidentHandling | undefined;
};

/** Somebody opens an incident. */
type Declare = Identity & {
  readonly type: 'declare';
  readonly title: string;
  /** 1 (worst) to 4. */
  readonly severity: number;
  /** What it is about, if that is known. */
  readonly service?: string | undefined;
  /** It is private: these alone may know of it at first. Absent: it is not. */
  readonly members?: readonly string[] | undefined;
  /** `operation`: it is opened for a run, and ends with it. */
  readonly kind?: 'operation';
};

/** The two halves of a merge: the first is for the incident that ends, the second for the one that goes on. Both or neither is recorded. */
export type MergeCommand =
  | { readonly type: 'merge_into'; readonly into: Pick<IncidentState, 'id' | 'number' | 'members'> }
  /** `from` as it is before the merge. */
  | { readonly type: 'absorb'; readonly from: IncidentState };

/** The two halves of a split: the first is for the incident that alerts leave, the second opens the one they go to. Both or neither is recorded. */
export type SplitCommand =
  | {
      readonly type: 'split_off';
      readonly fingerprints: readonly string[];
      readonly into: { readonly id: string; readonly number: number };
    }
  /** `from` as it is before the split. */
  | (Identity & {
      readonly type: 'split_from';
      readonly from: IncidentState;
      readonly fingerprints: readonly string[];
      /** null: as its first alert is called. */
      readonly title: string | null;
    });

/** Puts a message of its channel into the timeline; `text` as people read it. */
export type KeepMessage = {
  readonly type: 'keep_message';
  readonly channelId: string;
  /** Slack's time stamp, which is the message's id in its channel. */
  readonly ts: string;
  readonly saidAt: string;
  readonly author: ChatAuthor;
  readonly text: string;
  readonly permalink: string | null;
  readonly files: readonly ChatFile[];
  readonly how: 'shortcut' | 'reaction';
};

/** What people do with an incident that is there. */
export type PeopleCommand =
  | { readonly type: 'acknowledge'; readonly reason?: string | undefined }
  | { readonly type: 'note'; readonly text: string }
  | { readonly type: 'set_severity'; readonly severity: number; readonly reason?: string | undefined }
  /** `expected`: who had it when whoever asks decided that; null: nobody. Where somebody was faster, nothing is taken from him or her. */
  | {
      readonly type: 'assign_role';
      readonly role: string;
      readonly user: string;
      readonly expected?: string | null | undefined;
    }
  | KeepMessage
  /** Lets them know of a private incident. */
  | { readonly type: 'add_members'; readonly members: readonly string[] }
  | { readonly type: 'remove_members'; readonly members: readonly string[] }
  /** Tells people outside how it stands. */
  | { readonly type: 'give_update'; readonly text: string }
  /** Asks for the next update only that much later, in milliseconds. */
  | { readonly type: 'snooze_updates'; readonly forMs: number }
  /** It does no more harm, and is not over. */
  | { readonly type: 'mitigate'; readonly reason?: string | undefined }
  | { readonly type: 'resolve' | 'reopen' | 'close'; readonly reason: string };

/** What was done at an edge and is to be remembered. */
export type RecordCommand =
  | {
      readonly type: 'link_channel';
      readonly channelId: string;
      readonly name: string;
      readonly created: boolean;
    }
  | { readonly type: 'invite_responders'; readonly users: readonly string[] }
  /** Somebody came into its channel, or left it; nothing follows where it is not private. */
  | { readonly type: 'record_joined' | 'record_left'; readonly members: readonly string[] }
  | {
      readonly type: 'record_message';
      readonly key: string;
      readonly channelId: string;
      readonly ts: string;
      readonly about: string;
    }
  | { readonly type: 'record_evidence'; readonly key: string; readonly artifacts: readonly ArtifactRef[] }
  /** `mayPass`: another try may have it. */
  | {
      readonly type: 'record_evidence_failure';
      readonly key: string;
      readonly reason: string;
      readonly mayPass: boolean;
    }
  | { readonly type: 'record_export'; readonly format: string; readonly digest: string }
  /** A message was edited or deleted in Slack; nothing follows if it is none that was kept. */
  | {
      readonly type: 'record_chat_edit';
      readonly channelId: string;
      readonly ts: string;
      /** Slack's time stamp of the edit: an earlier one than the last changes nothing. */
      readonly editedAt: string;
      readonly text: string;
      readonly by: ChatAuthor | null;
    }
  | { readonly type: 'record_chat_deletion'; readonly channelId: string; readonly ts: string };

/** What can be asked of an incident. */
export type IncidentCommand =
  | PlaceAlerts
  | Declare
  | MergeCommand
  | SplitCommand
  | PeopleCommand
  | PostmortemCommand
  | ActionItemCommand
  | RecordCommand
  /** A run of an operation ended. */
  | { readonly type: 'end_operation'; readonly end: 'well' | 'badly' }
  /** A timer may be due: do what follows. */
  | { readonly type: 'advance' };
