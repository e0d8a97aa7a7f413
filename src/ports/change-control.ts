// What change control of playbooks needs from outside, and what can be asked for about versions of playbooks.
import type { Caller } from '../core/authority/principal.ts';
import type { VersionOutcome } from '../core/change-control/canary.ts';
import type { PromotedStage } from '../core/change-control/decide.ts';
import type { PlaybookChange } from '../core/change-control/diff.ts';
import type { CanaryPart } from '../core/change-control/events.ts';
import type { PlaybookLife, PlaybookVersion } from '../core/change-control/state.ts';
import type { StoredEvent } from '../core/events.ts';
import type { Playbook, PlaybookRef } from '../core/playbook/playbook.ts';
import type { Rulebook } from '../core/policy/rulebook.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Result } from '../core/result.ts';
import type { PlaybookHistory, PlaybookVersions } from './ledger.ts';

/** What decides which version is live: what is in the folder, or the stage that the ledger has for it. */
export type ChangeControlMode = 'folder' | 'promoted';

/** A playbook of the folder. `path`: its file, as it is named to people. */
export type FolderPlaybook = { readonly playbook: Playbook; readonly text: string; readonly path: string };

/** A run that has ended, with its own events. */
export type RecordedRun = {
  readonly runId: string;
  readonly events: readonly StoredEvent[];
};

/** Tests of a playbook, played. */
export type PlayedTests = {
  readonly cases: number;
  /** What was not as expected, each with its case. */
  readonly problems: readonly string[];
};

/**
 * A part of the configuration that can be read anew while the process runs. `read` changes nothing: it answers what takes the new one into
 * use, which cannot fail and says in words what is otherwise, or else the faults of what stands there now.
 */
export type Reloadable = {
  readonly name: string;
  readonly read: () => Result<() => readonly string[], readonly string[]>;
};

/** The adapters of change control. */
export type ChangeControlPorts = {
  readonly mode: ChangeControlMode;
  /** Puts these playbooks in force in this process, in place of all others. */
  readonly replace: (playbooks: readonly Playbook[]) => void;
  readonly versions: PlaybookVersions;
  readonly history: Pick<PlaybookHistory, 'find'>;
  /** Compiles the text of a playbook strictly, with the actions that this process has; the error has a line for each fault. */
  readonly compile: (text: string, path: string) => Result<Playbook, readonly string[]>;
  /** What is in the folder now; with any fault none of it is. */
  readonly readFolder: () => Result<readonly FolderPlaybook[], readonly string[]>;
  /** Plays the tests that the folder has for a playbook, by this version of it. */
  readonly playTests: (playbook: Playbook) => PlayedTests;
  /** The runs of a playbook that ended last, the latest first. */
  readonly recordedRuns: (playbook: string, limit: number) => AsyncIterable<RecordedRun>;
  readonly trials: Pick<VersionTrials, 'outcomes'>;
  /** The policies, freezes and environments that stand there now, and where they come from; nothing is changed by reading them. */
  readonly readRules: () => Result<{ readonly book: Rulebook; readonly source: string }, readonly string[]>;
  /** What else is read anew on a reload, such as roles. */
  readonly reloadables: readonly Reloadable[];
};

type Answer<T> = Promise<Result<T, Refusal>>;

/** What a reload has changed, in words; nothing: all of it was in force already. */
type Reloaded = { readonly changes: readonly string[] };

/** What can be asked for about versions of playbooks. Everything but reading needs the right `design`. */
export type ChangeControlOperations = {
  /** Makes a version known, as a draft; whoever asks is its author. `source`: the text of its file. */
  readonly registerPlaybook: (asked: Caller & { source: string; path: string }) => Answer<PlaybookVersion>;
  /**
   * Brings a version to a stage, if its gates are passed. `version`: its number, or the beginning of its digest. `share`: of a canary, 5
   * where it is absent. `runs`: recorded runs that it is played against. `explain`: why what goes another way without a changed step is right.
   */
  readonly promotePlaybook: (
    asked: Caller & {
      playbook: string;
      version: string;
      reason: string;
      to: PromotedStage;
      share?: number | undefined;
      only?: CanaryPart['only'] | undefined;
      runs?: number | undefined;
      explain?: string | undefined;
    },
  ) => Answer<PlaybookVersion>;
  /** Makes an earlier version live again; `version` absent: the one before. */
  readonly rollBackPlaybook: (
    asked: Caller & { playbook: string; version?: string | undefined; reason: string },
  ) => Answer<PlaybookVersion>;
  readonly retirePlaybook: (
    asked: Caller & { playbook: string; version: string; reason: string },
  ) => Answer<PlaybookVersion>;
  /** Reads folder and configuration anew, in this process; with any fault nothing changes. */
  readonly reload: (asked: Caller) => Answer<Reloaded>;
};

/** What a version in shadow has decided so far. */
export type ShadowedTriggers = {
  readonly decided: number;
  readonly different: number;
  /** The latest that were otherwise than the live version's, of incidents that may be known of. */
  readonly items: readonly {
    readonly incidentId: string;
    readonly number: number;
    readonly at: string;
    readonly fingerprint: string;
    readonly differences: readonly string[];
  }[];
};

/** What is known of versions that are tried. */
export type VersionTrials = {
  /** How runs that alerts have started since an instant came out, the latest first. */
  readonly outcomes: (
    version: PlaybookRef,
    asked: { readonly since: string; readonly limit: number },
  ) => Promise<readonly VersionOutcome[]>;
  /** `seen`: the private incidents that whoever asks may know of. */
  readonly shadowed: (
    digest: string,
    asked: { readonly limit: number; readonly seen: readonly string[] },
  ) => Promise<ShadowedTriggers>;
};

/** A canary and the live version, each with the runs that count, the latest first. `tried`: of the canary, since its last promotion. */
export type CanaryTrial = {
  readonly canary: PlaybookVersion;
  readonly live: PlaybookVersion;
  readonly tried: readonly VersionOutcome[];
  readonly known: readonly VersionOutcome[];
};

/** Reads of the lives of playbooks, for people. */
export type ChangeControlReads = {
  readonly mode: ChangeControlMode;
  /** Of all playbooks that anything is recorded of. */
  readonly names: () => Promise<readonly string[]>;
  readonly life: (playbook: string) => Promise<PlaybookLife>;
  /** The version that was live at an instant; null: none was, or nothing was recorded yet. */
  readonly liveAt: (playbook: string, at: string) => Promise<PlaybookRef | null>;
  /** What was recorded of it, oldest first. */
  readonly events: (playbook: string) => Promise<readonly StoredEvent[]>;
  /** How its canary does; null: there is none, or nothing to hold it against. */
  readonly canary: (playbook: string, nowMs: number) => Promise<CanaryTrial | null>;
  /** What differs between two versions, by number or digest; `from` absent: the live one, `to` absent: the newest. */
  readonly diff: (
    playbook: string,
    asked: { readonly from?: string | undefined; readonly to?: string | undefined },
  ) => Answer<{ readonly from: PlaybookRef; readonly to: PlaybookRef; readonly changes: readonly PlaybookChange[] }>;
};
