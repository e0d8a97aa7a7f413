// Commands on the system stream, as the pipeline takes them: what is loaded for them, and the stream's decider. The only way it changes.

import type { People } from '../../core/authority/membership.ts';
import { actorOf, type Caller, isOneRequest, type Principal } from '../../core/authority/principal.ts';
import { Right } from '../../core/authority/right.ts';
import type { Resource } from '../../core/authority/scope.ts';
import type { Refusal } from '../../core/refusal.ts';
import { decideSystem, type SystemCommand } from '../../core/system/decide.ts';
import { systemStreamId } from '../../core/system/events.ts';
import type {
  EventStore,
  LoadedSystem,
  PlaybookCatalog,
  RunLookups,
  SystemChange,
  SystemStream,
} from '../../ports/ledger.ts';
import { answerOf, type Outcome } from '../outcome.ts';
import type { Pipeline } from '../pipeline.ts';
import type { SystemProposal } from '../proposal.ts';

/** What commands on the system stream need. */
export type SystemCommandParts = {
  readonly pipeline: Pipeline;
  readonly systemStream: Pick<SystemStream, 'load'>;
  readonly events: Pick<EventStore, 'causedBy'>;
  /** Who is one person by the configuration. */
  readonly people: People;
  readonly catalog: Pick<PlaybookCatalog, 'all'>;
  readonly lookups: Pick<RunLookups, 'atWork'>;
};

/** One command on the system stream. */
type SystemRequest = {
  readonly caller: Caller;
  readonly right: Right;
  readonly resource?: Resource;
  readonly command: SystemCommand;
  /** Why it makes no sense now, for those who have the right; null: it does. */
  readonly applies?: () => Refusal | null | Promise<Refusal | null>;
};

/** Commands the system stream. */
export type CommandSystem = (request: SystemRequest) => Promise<Outcome<LoadedSystem, SystemChange>>;

/** Makes the way to command the system stream. */
export function createCommandSystem(parts: SystemCommandParts): CommandSystem {
  const { pipeline, systemStream, events: ledger, people } = parts;
  return ({ caller: { principal, cause }, right, resource = {}, command, applies }) =>
    pipeline.execute<LoadedSystem, SystemProposal>({
      name: command.type,
      caller: { principal, cause },
      right,
      resourceOf: () => resource,
      about: () => [],
      missing: 'the system stream is always there',
      load: () => systemStream.load(),
      keyOf: () => systemStreamId,
      async decide(before, { at }) {
        // A request that comes again, because its answer got lost, is carried out once.
        const isDone = isOneRequest(cause) && (await ledger.causedBy(systemStreamId, cause)) !== null;
        if (isDone) return { outcome: 'unchanged' };
        const refusal = (await applies?.()) ?? null;
        if (refusal) return { outcome: 'refused', refusal };
        // Once anything is recorded, what is not in the record was put there by hand.
        if (command.type === 'take_over_switches' && before.head !== null) return { outcome: 'unchanged' };
        const held = command.type === 'create_token' ? await heldRights(pipeline, principal) : [];
        const playbooks = await haltable(parts, command);
        const actor = actorOf(principal);
        const decision = decideSystem(before.state, command, { at, actor, held, people, playbooks });
        if (!decision.ok) return { outcome: 'refused', refusal: decision.error };
        const { events, state } = decision.value;
        if (events.length === 0) return { outcome: 'unchanged' };
        return { outcome: 'proposed', proposals: [{ stream: 'system', before, state, events }] };
      },
    });
}

/** The playbooks in force; and the one to be halted, where it is at work although its file is broken or gone. */
async function haltable({ catalog, lookups }: SystemCommandParts, command: SystemCommand): Promise<readonly string[]> {
  const inForce = catalog.all().map(({ name }) => name);
  if (command.type !== 'engage_switch' || inForce.includes(command.scope)) return inForce;
  return (await lookups.atWork(command.scope)).length > 0 ? inForce.concat(command.scope) : inForce;
}

/** The rights that a principal holds everywhere: one that is bound to some playbooks is not among them. */
async function heldRights({ authorised }: Pick<Pipeline, 'authorised'>, principal: Principal): Promise<Right[]> {
  const held: Right[] = [];
  for (const right of Right.options) if ((await authorised(principal, right, {})).ok) held.push(right);
  return held;
}

/** The state after a command, or the refusal. */
export const stateOf = (outcome: Outcome<LoadedSystem, SystemChange>) =>
  answerOf(outcome, { committed: ({ state }) => state, unchanged: ({ state }) => state });
