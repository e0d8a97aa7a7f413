// A decision in the making: the events so far and the state they lead to. Local to one decision; nothing here outlives it.

import type { Access } from '../authority/access.ts';
import type { People } from '../authority/membership.ts';
import { type Actor, type Recorded, type RunEvent, type StepError, systemActor } from '../events.ts';
import type { shownEvidence } from '../evidence/captured.ts';
import type { ActionCatalog } from '../playbook/action-traits.ts';
import type { Playbook } from '../playbook/playbook.ts';
import type { Refusal } from '../refusal.ts';
import type { Masker } from '../secret/masker.ts';
import type { StepUpContext } from '../step-up/needs-step-up.ts';
import { evolve } from './evolve.ts';
import { findStep } from './flow.ts';
import type { Governance } from './govern.ts';
import { isUndo, type RunState } from './state.ts';

/** A worker that would start steps now, in the same commit as the decision. */
export type Offer = {
  readonly worker: string;
  readonly pool: string;
  readonly capacity: number;
  /** Names of the actions it has; undefined: all of them. */
  readonly actions?: { readonly has: (name: string) => boolean };
  /** True while nothing of a playbook may start. */
  readonly halted?: (playbook: string) => boolean;
  /** Until when a target's breaker is open, because it failed again and again; null: it may be called. */
  readonly breakerOpenUntil?: (target: string) => string | null;
};

/** What a decision may know besides state and command. */
export type DecisionContext = {
  readonly at: string;
  readonly actor: Actor;
  readonly playbook: Playbook;
  /** What is known of the actions; this process need not have them itself. */
  readonly traits: ActionCatalog;
  /** Masks known secrets; absent: there are none. */
  readonly mask?: Masker['mask'];
  /** null: decide only, start nothing. */
  readonly offer: Offer | null;
  /** Who is one person by the configuration now; absent: nobody is linked to anything. */
  readonly people?: People;
  /** What the configuration says of approvals by whoever started the run; absent: each approval's own rule decides. */
  readonly selfApproval?: Access['selfApproval'];
  /** Who answers for a version, by its digest; absent: nobody is known to. */
  readonly authorOf?: (digest: string) => Actor | undefined;
  /** Who needs a passkey, and the one that came, if any; absent: as where nothing is configured. */
  readonly stepUp?: StepUpContext;
  /** The rules of this installation; absent: nothing is ruled. */
  readonly governance?: Governance;
  /** Playbooks that steps may call, by name; undefined: steps that call one wait. */
  readonly library?: (name: string) => Playbook | undefined;
  /** Id for a run that this decision may open. */
  readonly spareRunId?: string;
  /** The runs that steps were delegated to. */
  readonly children?: (runId: string) => { readonly run: RunState; readonly playbook: Playbook } | undefined;
};

/** What the configuration says of all approvals: it is pinned into every request. */
export type Asking = Pick<DecisionContext, 'selfApproval' | 'stepUp'>;

/** A run that a decision opens, with the events that do. */
export type OpenedRun = {
  readonly events: readonly Recorded<RunEvent>[];
  readonly state: RunState;
  readonly playbook: Playbook;
};

/** Collects events and keeps the state that they lead to. */
export type RunDraft = Omit<DecisionContext, 'actor' | 'spareRunId'> & {
  /** Runs that this decision opens. */
  readonly opened: OpenedRun[];
  /** An id for such a run; null once it is taken. */
  readonly takeRunId: () => string | null;
  readonly events: Recorded<RunEvent>[];
  state: RunState;
  /** Records a fact; Firebreak itself is its author unless another is named. */
  readonly record: (event: RunEvent, actor?: Actor) => void;
};

/** Opens a draft on a state. */
export function openDraft(state: RunState, context: DecisionContext): RunDraft {
  let spare = context.spareRunId ?? null;
  const draft: RunDraft = {
    opened: [],
    takeRunId() {
      const taken = spare;
      spare = null;
      return taken;
    },
    events: [],
    state,
    record(event, actor = systemActor) {
      // What is added stands first: after what is spread, each new member costs V8 more than all the rest.
      draft.events.push({ actor, ...event });
      draft.state = evolve(draft.state, { actor, at: context.at, ...event });
    },
    ...context,
  };
  return draft;
}

/** Records that a node failed for this round. */
export function recordFailure(
  draft: RunDraft,
  key: string,
  attempt: number,
  error: StepError,
  durationMs: number,
  kept: ReturnType<typeof shownEvidence> = {},
): void {
  const stands = !isUndo(key) && findStep(draft.playbook, key)?.onFailure === 'escalate';
  const escalated = stands ? { escalated: true as const } : {};
  const data = { runId: draft.state.runId, step: key, attempt, error, durationMs, ...escalated, ...kept };
  draft.record({ type: 'step.failed', data });
}

/** A refusal. */
export const refuse = (code: Refusal['code'], message: string): Refusal => ({ code, message });
