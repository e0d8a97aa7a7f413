// What requests for approval need of the world outside: checks that are asked, endpoints that are told.
import type { GateAnswer } from '../core/approval/gate.ts';
import type { ApprovalGate } from '../core/approval/rule.ts';
import type { Json } from '../core/json.ts';
import type { ListedApproval } from './reads.ts';

/** An endpoint outside, with its secrets. `secret` null: what is sent is not signed. */
export type WebhookEndpoint = { readonly name: string; readonly url: string; readonly secret: string | null };

/** Asks a check once, through the guard of all outgoing addresses. Never rejects: no answer is an answer. */
export type AskGate = (gate: ApprovalGate) => Promise<GateAnswer>;

/** Tells an endpoint once. Never rejects; `status` null: it did not answer, for the reason in `message`. */
export type TellEndpoint = (
  name: string,
  notice: Json,
) => Promise<{ readonly delivered: boolean; readonly status: number | null; readonly message: string | null }>;

/** What lets an engine see to open requests. */
export type ApprovalsOutside = {
  /** Those that are open, the newest first, as many as one look can take. */
  readonly open: () => Promise<readonly ListedApproval[]>;
  readonly askGate: AskGate;
  readonly tell: TellEndpoint;
};
