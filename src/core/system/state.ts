// What the system stream leads to: the kill switches that are engaged and the service tokens. Types and questions about them only.
import type { Right } from '../authority/right.ts';
import type { Actor } from '../events.ts';
import type { VouchedEvents } from '../redaction/vouched-event.ts';
import type { Passkeys } from '../step-up/passkey.ts';
import type { SystemEvent } from './events.ts';
import type { MuteRecord } from './mutes.ts';
import type { ScheduleRecords } from './schedules.ts';
import type { BurnedBudgets } from './slos.ts';
import type { TrustRecords } from './trust.ts';

/** A kill switch: nothing of its scope starts while it is engaged. `*` is everything, else a playbook's name. */
export type KillSwitch = {
  readonly scope: string;
  readonly by: Actor;
  readonly reason: string;
  readonly at: string;
};

/** How a token was taken back. */
export type Revocation = { readonly by: Actor; readonly at: string; readonly reason: string | null };

/** A service token, without the token itself. */
export type TokenRecord = {
  readonly name: string;
  /** Rights it holds everywhere, besides those that `access:` and roles give to its name. */
  readonly rights: readonly Right[];
  readonly expiresAt: string;
  /** Key under `people:`; the token and this person count once. null: it belongs to nobody. */
  readonly owner: string | null;
  /** SHA-256 of the token, hex. */
  readonly hash: string;
  readonly createdBy: Actor;
  readonly createdAt: string;
  readonly revoked: Revocation | null;
};

/** Everything that the system stream says. */
export type SystemState = {
  /** The engaged switches by scope. */
  readonly switches: { readonly [scope: string]: KillSwitch };
  /** The latest token of each name. */
  readonly tokens: { readonly [name: string]: TokenRecord };
  /** The checkpoint that the last accepted restore had lost; absent: none was ever accepted. */
  readonly restore?: { readonly number: number; readonly digest: string };
  /** Events that were redacted, by `<stream>/<place>`; absent: none. */
  readonly redactions?: VouchedEvents;
  /** Evidence whose content was taken out, by digest, with the instant; absent: none. */
  readonly redactedEvidence?: { readonly [digest: string]: string };
  /** Silences and windows; absent: nothing was ever recorded of any. */
  readonly mutes?: MuteRecord;
  /** Schedules of playbooks; absent: none was ever in force. */
  readonly schedules?: ScheduleRecords;
  /** Error budgets that are used up; absent: none ever was. */
  readonly slos?: BurnedBudgets;
  /** Passkeys that people approve with; absent: none was ever registered. */
  readonly passkeys?: Passkeys;
  /** The rules in force; absent: none were ever recorded. `refused`: the last that those before did not let through. */
  readonly rulebook?: { readonly digest: string; readonly since: string; readonly refused?: string };
  /** The right of playbooks to act without asking; absent: nothing was ever recorded about any. */
  readonly trust?: TrustRecords;
};

/** Before anything was recorded. */
export const emptySystem: SystemState = { switches: {}, tokens: {} };

/** An event of the system stream with its instant and author, as the fold reads it. */
export type SystemFact = SystemEvent & { readonly at: string; readonly actor: Actor };

/** The engaged switch of a scope. A scope is foreign text: it may be the name of something every object has. */
export const switchOf = ({ switches }: Pick<SystemState, 'switches'>, scope: string): KillSwitch | undefined =>
  Object.hasOwn(switches, scope) ? switches[scope] : undefined;

/** The latest token of a name, dead or alive. */
export const tokenOf = ({ tokens }: Pick<SystemState, 'tokens'>, name: string): TokenRecord | undefined =>
  Object.hasOwn(tokens, name) ? tokens[name] : undefined;

/** What keeps a token from being accepted at an instant; null: nothing. A revoked one stays revoked whatever its expiry. */
export function deadSince({ revoked, expiresAt }: TokenRecord, at: string): 'revoked' | 'expired' | null {
  if (revoked !== null) return 'revoked';
  return Date.parse(expiresAt) <= Date.parse(at) ? 'expired' : null;
}
