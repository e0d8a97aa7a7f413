// The rules of the system stream: what a command makes happen, or why it is refused. Pure.
import { areOnePerson } from '../authority/distinct.ts';
import type { People } from '../authority/membership.ts';
import { Right, rightMeaning } from '../authority/right.ts';
import type { Actor, Recorded } from '../events.ts';
import type { Refusal } from '../refusal.ts';
import { assertNever, err, ok, type Result } from '../result.ts';
import { withoutReason } from '../says-why.ts';
import { decidePasskeys, isPasskeyCommand, type PasskeyCommand } from '../step-up/decide-passkeys.ts';
import { addMs, elapsedMs, maxDurationMs } from '../time.ts';
import type { CheckpointRef } from '../timeline/checkpoint.ts';
import { decideMutes, isMuteCommand, type MuteCommand } from './decide-mutes.ts';
import { type ClaimSlots, claimSlots, type SettleSlots, settleSlots } from './decide-schedules.ts';
import type { SystemEvent } from './events.ts';
import { evolveSystem } from './evolve.ts';
import { type ChangeRulebook, decideRulebook } from './rulebook-change.ts';
import { decideSlos, type RecordSlos } from './slos.ts';
import { deadSince, type KillSwitch, type SystemState, switchOf, tokenOf } from './state.ts';
import { decideTrust, isTrustCommand, type TrustCommand } from './trust.ts';

/** Somebody makes a service token. */
export type CreateToken = {
  readonly type: 'create_token';
  readonly name: string;
  readonly rights: readonly Right[];
  readonly expiresAt: string;
  readonly owner?: string | undefined;
  /** SHA-256 of the token, hex. */
  readonly hash: string;
};

/** Somebody replays a dead delivery that can be used by now. */
type ReplayDelivery = {
  readonly type: 'replay_delivery';
  readonly receipt: string;
  readonly source: string;
  readonly integration: string;
  readonly alerts: number;
  readonly reason?: string | undefined;
};

/** Somebody lets a stream leave, whose archive was written and verified. */
export type ArchiveStream = {
  readonly type: 'archive_stream';
  readonly streamId: string;
  /** Of the incident; null: it is an alert group. */
  readonly number: number | null;
  readonly head: { readonly version: number; readonly hash: string };
  /** SHA-256 of the file, hex. */
  readonly digest: string;
  readonly file: string;
  readonly alerts: readonly string[];
  readonly isPrivate: boolean;
  readonly reason?: string | undefined;
};

/** Somebody takes something out of an event; what that leads to was looked at. */
type RedactEvent = {
  readonly type: 'redact_event';
  readonly streamId: string;
  readonly seq: number;
  /** As the chain has it. */
  readonly hash: string;
  /** SHA-256 of the event as it stands then, hex. */
  readonly now: string;
  readonly paths: readonly string[];
  readonly reason: string;
};

/** What can be asked of the system stream. */
export type SystemCommand =
  | MuteCommand
  | ClaimSlots
  | SettleSlots
  | RecordSlos
  | PasskeyCommand
  | ChangeRulebook
  | TrustCommand
  | { readonly type: 'engage_switch'; readonly scope: string; readonly reason: string }
  | { readonly type: 'release_switch'; readonly scope: string; readonly reason?: string | undefined }
  /** Records switches that were engaged before switches were recorded; those that are recorded stay as they are. */
  | { readonly type: 'take_over_switches'; readonly engaged: readonly KillSwitch[] }
  | CreateToken
  | ReplayDelivery
  | ArchiveStream
  | RedactEvent
  | { readonly type: 'redact_evidence'; readonly digest: string; readonly name: string; readonly reason: string }
  | { readonly type: 'revoke_token'; readonly name: string; readonly reason?: string | undefined }
  /** Somebody accepts a database that has lost a checkpoint; `kept`: the newest it has. */
  | {
      readonly type: 'accept_restore';
      readonly reason: string;
      readonly lost: CheckpointRef;
      readonly kept: number | null;
    };

/** What a decision may know besides state and command. */
export type SystemContext = {
  readonly at: string;
  readonly actor: Actor;
  /** The rights that whoever commands holds everywhere: nobody gives what he or she does not hold. */
  readonly held: readonly Right[];
  /** Who is one person by the configuration. */
  readonly people: People;
  /** The names of the playbooks that can be halted. */
  readonly playbooks: readonly string[];
};

/** What a command leads to. No events: it was right but changes nothing. */
export type SystemDecision = {
  /** To append in this order, all at the instant of the context. */
  readonly events: readonly Recorded<SystemEvent>[];
  /** The state with these events folded in. */
  readonly state: SystemState;
};

/** The name of the token that the environment gives. */
export const bootstrapToken = 'bootstrap';

/** Decides one command. Never throws for anything a person can cause. */
export function decideSystem(
  state: SystemState,
  command: SystemCommand,
  context: SystemContext,
): Result<SystemDecision, Refusal> {
  const decided = eventsOf(state, command, context);
  if (!decided.ok) return decided;
  const { at, actor } = context;
  const events = decided.value.map((event) => ({ ...event, actor }));
  return ok({ events, state: events.reduce((folded, event) => evolveSystem(folded, { ...event, at }), state) });
}

const refuse = (code: Refusal['code'], message: string) => err<Refusal>({ code, message });
const invalid = (path: string, message: string) =>
  err<Refusal>({ code: 'invalid', message: `${path} ${message}`, faults: [{ path, message }] });

type Decided = Result<readonly SystemEvent[], Refusal>;
const decidedOn = (...events: readonly SystemEvent[]): Decided => ok(events);
const because = (reason: string | undefined) => (reason === undefined ? {} : { reason });

type MustSayWhy = Extract<
  SystemCommand,
  { type: 'engage_switch' | 'accept_restore' | 'redact_event' | 'redact_evidence' }
>;
const mustSayWhy = (command: SystemCommand): command is MustSayWhy =>
  ['engage_switch', 'accept_restore', 'redact_event', 'redact_evidence'].includes(command.type);

function eventsOf(state: SystemState, command: SystemCommand, context: SystemContext): Decided {
  if (isMuteCommand(command)) return decideMutes(state.mutes, command, context.at);
  if (isPasskeyCommand(command)) return decidePasskeys(state.passkeys, command, context);
  if (isTrustCommand(command)) return decideTrust(state.trust ?? {}, command, context);
  const unsaid = mustSayWhy(command) ? withoutReason(command) : null;
  if (unsaid) return err(unsaid);
  switch (command.type) {
    case 'engage_switch': {
      const { scope, reason } = command;
      if (scope !== '*' && !context.playbooks.includes(scope))
        return refuse('not_found', `there is no playbook ${scope}; name one, or * for everything`);
      const engaged = switchOf(state, scope);
      // It came twice. Another person, or another reason, takes it over.
      if (engaged?.reason === reason && areOnePerson(engaged.by, context.actor, context.people)) return decidedOn();
      return decidedOn({ type: 'switch.engaged', data: { scope, reason } });
    }
    case 'release_switch': {
      const { scope, reason } = command;
      if (!switchOf(state, scope)) return refuse('wrong_state', `nothing is halted for ${scope}`);
      return decidedOn({ type: 'switch.released', data: { scope, ...because(reason) } });
    }
    case 'take_over_switches':
      return decidedOn(
        ...command.engaged
          .filter(({ scope }) => !switchOf(state, scope))
          .map(({ scope, reason, by, at }) => ({
            type: 'switch.engaged' as const,
            data: { scope, reason, earlier: { by, at } },
          })),
      );
    case 'create_token':
      return createToken(state, command, context);
    case 'replay_delivery': {
      const { receipt, source, integration, alerts, reason } = command;
      return decidedOn({
        type: 'delivery.replayed',
        data: { receipt, source, integration, alerts, ...because(reason) },
      });
    }
    case 'archive_stream':
      return archiveStream(command);
    case 'revoke_token':
      return revokeToken(state, command);
    case 'accept_restore': {
      const { reason, lost, kept } = command;
      return decidedOn({ type: 'restore.accepted', data: { reason, lost, kept } });
    }
    case 'claim_slots':
      return ok(claimSlots(state.schedules ?? {}, command, context.at));
    case 'settle_slots':
      return ok(settleSlots(state.schedules ?? {}, command));
    case 'change_rulebook':
      return decidedOn(...decideRulebook(state, command, context));
    case 'record_slos':
      return ok(decideSlos(state.slos ?? {}, command));
    case 'redact_event': {
      const { streamId, seq, hash, now, paths, reason } = command;
      return decidedOn({ type: 'record.redacted', data: { streamId, seq, hash, now, paths: [...paths], reason } });
    }
    case 'redact_evidence': {
      const { digest, name, reason } = command;
      return decidedOn({ type: 'evidence.redacted', data: { digest, name, reason } });
    }
    default:
      return assertNever(command);
  }
}

function archiveStream(command: ArchiveStream): Decided {
  const { streamId, number, head, digest, file, alerts, isPrivate, reason } = command;
  const of = number === null ? {} : { number };
  const left = { streamId, ...of, head, digest, file, alerts: [...alerts], ...(isPrivate ? { isPrivate } : {}) };
  return decidedOn({ type: 'stream.archived', data: { ...left, ...because(reason) } });
}

const tokenName = /^[a-z0-9][a-z0-9_-]{0,62}$/;

function createToken(state: SystemState, command: CreateToken, context: SystemContext): Decided {
  const { name, owner, hash } = command;
  const fault = nameFault(name) ?? rightsFault(command.rights, context.held) ?? ownerFault(owner, context.people);
  if (fault) return fault;
  const expiresAt = readInstant(command.expiresAt);
  if (expiresAt === null) return invalid('expiresAt', 'must be an instant such as 2027-01-31T12:00:00Z');
  if (elapsedMs(context.at, expiresAt) <= 0) return invalid('expiresAt', `must be in the future; it is ${expiresAt}`);
  if (elapsedMs(context.at, expiresAt) > maxDurationMs)
    return invalid('expiresAt', `must be within ten years; the latest is ${addMs(context.at, maxDurationMs)}`);
  const present = tokenOf(state, name);
  if (present && deadSince(present, context.at) === null)
    return refuse('wrong_state', `there is a token ${name} until ${present.expiresAt}; revoke it first`);
  const rights = Right.options.filter((right) => command.rights.includes(right));
  const owned = owner === undefined ? {} : { owner };
  return decidedOn({ type: 'token.created', data: { name, rights, expiresAt, ...owned, hash } });
}

type Fault = ReturnType<typeof invalid> | null;

function nameFault(name: string): Fault {
  if (!tokenName.test(name))
    return invalid('name', 'must be lower-case letters, digits, - and _, such as ci-deploy; at most 63 characters');
  if (name === bootstrapToken) return invalid('name', 'must not be bootstrap, the name of FIREBREAK_API_TOKEN');
  return null;
}

/** A token is stolen more easily than a person, so it never breaks the glass. */
function rightsFault(rights: readonly Right[], held: readonly Right[]): Fault {
  if (rights.includes('bypass')) return invalid('rights', 'must not have bypass: only people break the glass');
  const missing = rights.find((right) => !held.includes(right));
  if (missing === undefined) return null;
  const message = `you cannot give the right \`${missing}\` (${rightMeaning[missing]}), because you do not hold it everywhere`;
  return err({ code: 'not_allowed', message, right: missing });
}

function ownerFault(owner: string | undefined, people: People): Fault {
  if (owner === undefined || Object.hasOwn(people, owner)) return null;
  const keys = Object.keys(people);
  const known = keys.length === 0 ? 'nobody stands there' : `there are ${keys.join(', ')}`;
  return invalid('owner', `must be a name under \`people:\` in firebreak.yaml; ${known}`);
}

/** The instant in the one form that everything is compared in; null: it is none. */
function readInstant(text: string): string | null {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

function revokeToken(state: SystemState, { name, reason }: Extract<SystemCommand, { type: 'revoke_token' }>): Decided {
  if (name === bootstrapToken)
    return refuse('wrong_state', 'the token bootstrap is FIREBREAK_API_TOKEN; take it out of the environment');
  const token = tokenOf(state, name);
  if (!token) return refuse('not_found', `there is no token ${name}`);
  if (token.revoked) return refuse('wrong_state', `the token ${name} was revoked at ${token.revoked.at} already`);
  return decidedOn({ type: 'token.revoked', data: { name, ...because(reason) } });
}
