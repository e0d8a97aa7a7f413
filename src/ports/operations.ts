// Everything people can ask for, whatever surface they use.
import type { Actor, IncidentEvent } from '../core/events.ts';
import type { IncidentState } from '../core/incident/state.ts';
import type { Json, JsonObject } from '../core/json.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Result } from '../core/result.ts';
import type { DryRun } from '../core/run/dry-run.ts';
import type { Approval, RunState } from '../core/run/state.ts';
import type { KillSwitch } from './admission.ts';

/** Who belongs to what. */
export type Directory = {
  /** Those of `names` (roles such as `@sre`, or user ids) that the actor belongs to right now. */
  readonly belongsTo: (actor: Actor, names: readonly string[]) => Promise<readonly string[]>;
  /** User ids behind the names. */
  readonly members: (names: readonly string[]) => Promise<readonly string[]>;
};

/** Who gives an order and what it answers to (a request id, a Slack trigger). */
export type Order = { readonly actor: Actor; readonly cause: string };

/** What people may do to a run; `done` says that a step of unknown outcome did take effect. */
export type RunOrder = 'retry' | 'compensate' | 'cancel' | 'pause' | 'resume' | 'done';

/** Everything people can ask for: the one path behind Slack, API and CLI. All are durable when they answer. */
export type Operations = {
  /** `ids`: of the run, and of its incident if one is opened; starting the same ids again answers the run that is there. */
  readonly startRun: (
    order: Order & {
      playbook: string;
      inputs: JsonObject;
      incidentId: string | null;
      reason?: string;
      ids?: { run: string; incident: string };
    },
  ) => Promise<Result<{ run: RunState; incident: IncidentState }, Refusal>>;
  /** What such a run would do; nothing is done or recorded. */
  readonly dryRun: (order: {
    actor: Actor;
    playbook: string;
    inputs: JsonObject;
    incidentId: string | null;
  }) => Promise<Result<DryRun, Refusal>>;
  readonly decideApproval: (
    order: Order & { approvalId: string; decision: 'approve' | 'deny'; planDigest?: string; reason?: string },
  ) => Promise<Result<{ run: RunState; approval: Approval }, Refusal>>;
  readonly orderRun: (
    order: Order & { runId: string; order: RunOrder; step?: string; reason?: string },
  ) => Promise<Result<RunState, Refusal>>;
  /** Gives a run something that a step of it may wait for. */
  readonly signalRun: (
    order: Order & { runId: string; name: string; data: Json },
  ) => Promise<Result<RunState, Refusal>>;
  /** The kill switches that are engaged. */
  readonly killSwitches: () => readonly KillSwitch[];
  /** From now on nothing of the scope starts: `*` is everything, else a playbook's name. What is under way goes on. */
  readonly halt: (order: Order & { scope: string; reason: string }) => Promise<Result<KillSwitch, Refusal>>;
  readonly release: (order: Order & { scope: string }) => Promise<Result<{ scope: string }, Refusal>>;
  readonly declare: (order: Order & { title: string; severity: number }) => Promise<Result<IncidentState, Refusal>>;
  readonly note: (order: Order & { incidentId: string; text: string }) => Promise<Result<IncidentState, Refusal>>;
  readonly setSeverity: (
    order: Order & { incidentId: string; severity: number },
  ) => Promise<Result<IncidentState, Refusal>>;
  readonly assignRole: (
    order: Order & { incidentId: string; role: string; user: string },
  ) => Promise<Result<IncidentState, Refusal>>;
  readonly resolveIncident: (
    order: Order & { incidentId: string; reason: string },
  ) => Promise<Result<IncidentState, Refusal>>;
  readonly closeIncident: (
    order: Order & { incidentId: string; reason: string },
  ) => Promise<Result<IncidentState, Refusal>>;
  /** Records what the Slack edge did: channel linked, responders invited, a message posted that people rely on. */
  readonly recordChat: (
    order: Order & {
      incidentId: string;
      event: Extract<IncidentEvent, { type: 'channel.linked' | 'responders.invited' | 'message.posted' }>;
    },
  ) => Promise<Result<IncidentState, Refusal>>;
};
