// The one way in: authorise -> load -> decide -> append, inside the interceptors, for every change of every stream. Holds no rule.
import type { Access } from '../core/authority/access.ts';
import { authorise, namesToAsk } from '../core/authority/authorise.ts';
import type { Caller, Principal } from '../core/authority/principal.ts';
import type { NeededRight } from '../core/authority/right.ts';
import type { Resource } from '../core/authority/scope.ts';
import type { IncidentState } from '../core/incident/state.ts';
import type { Refusal } from '../core/refusal.ts';
import { ok, type Result } from '../core/result.ts';
import { RecordFaultError } from '../core/timeline/record-fault.ts';
import type { Directory } from '../ports/directory.ts';
import type { ClockCheck, Runtime } from '../ports/runtime.ts';
import type { Append, ChangeOf } from './append.ts';
import type { Interception } from './interceptors/interceptor.ts';
import type { KeyedMutex } from './keyed-mutex.ts';
import { type Outcome, refused } from './outcome.ts';
import type { IncidentProposal, Proposal } from './proposal.ts';
import type { Sight } from './sight.ts';

/** What a command decides: events of one stream, or of several of its kind that stand or fall together. */
export type CommandDecision<P extends Proposal = IncidentProposal> =
  | { readonly outcome: 'refused'; readonly refusal: Refusal }
  | { readonly outcome: 'unchanged' }
  | { readonly outcome: 'proposed'; readonly proposals: readonly [P, ...P[]] };

/** One command. `L`: what is loaded for it; `P`: what it writes. */
export type Command<L, P extends Proposal = IncidentProposal> = {
  /** Imperative, for the log and for metrics. */
  readonly name: string;
  readonly caller: Caller;
  readonly right: NeededRight;
  /** What the right is asked about. */
  readonly resourceOf: (loaded: L) => Resource;
  /** The incidents that it is about: where one is private, who may not know of it is told what is said of what is not there. */
  readonly about: (loaded: L) => readonly Pick<IncidentState, 'id' | 'members'>[];
  /** What is said when nothing is there to be changed. */
  readonly missing: string;
  readonly load: () => Promise<L | null>;
  /** As this process last saw it: saves the read when nothing has changed since. */
  readonly cached?: L | null;
  /** Commands of this process with the same key wait for one another; null: they do not. */
  readonly keyOf: (loaded: L) => string | null;
  readonly decide: (loaded: L, moment: Moment) => CommandDecision<P> | Promise<CommandDecision<P>>;
};

/** What a decision may know besides what is stored. */
export type Moment = {
  readonly at: string;
  /** The names that gave the principal its right, such as `@sre`; empty where no name was asked for. */
  readonly belongsTo: readonly string[];
};

/** The pipeline. */
export type Pipeline = {
  /** Handles a command. A refusal is a value; it rejects when a dependency is broken, or its stream moves on under every try. */
  readonly execute: <L, P extends Proposal = IncidentProposal>(
    command: Command<L, P>,
  ) => Promise<Outcome<L, ChangeOf<P>>>;
  /** Answers whether a principal has a right, for questions that change nothing. */
  readonly authorised: (
    principal: Principal,
    right: NeededRight,
    resource: Resource,
  ) => Promise<Result<Pick<Moment, 'belongsTo'>, Refusal>>;
  /** Whether somebody may know of an incident, for what is no command of it. */
  readonly sight: Sight;
};

/** What the pipeline is made of. */
export type PipelineParts = {
  readonly access: Access;
  readonly directory: Pick<Directory, 'belongsTo'>;
  readonly runtime: Pick<Runtime, 'nowMs'>;
  readonly clock: Pick<ClockCheck, 'settle'>;
  readonly mutex: KeyedMutex;
  readonly append: Append;
  readonly around: Pick<Interception, 'command'>;
  /** Whether somebody may know of an incident. */
  readonly sight: Sight;
  /** Why nothing at all may be changed right now; null: it may. */
  readonly standstill?: () => string | null;
};

/** The one command that is carried out while everything stands still: the one that ends it. */
const endsStandstill = 'accept_restore';

/** Conflicts in a row before a command is given up; more is a fault, not contention. */
const maxConflicts = 50;

/** What cannot be believed is not acted on, and whoever asked is told; other streams go on. */
function refusedBy(error: unknown): { outcome: 'refused'; refusal: Refusal } {
  if (error instanceof RecordFaultError) return refused('record_fault', error.message);
  throw error;
}

const isOfApproval = (right: NeededRight) => right === 'approve' || right === 'attend';

/** What was loaded, if whoever asks may know of it. */
async function ifSeen<L, P extends Proposal>(
  sight: Sight,
  { caller, about }: Command<L, P>,
  loaded: L | null,
): Promise<L | null> {
  if (loaded === null) return null;
  for (const incident of about(loaded)) if (!(await sight(caller.principal, incident))) return null;
  return loaded;
}

/** Makes the pipeline. */
export function createPipeline({
  access,
  directory,
  runtime,
  clock,
  mutex,
  append,
  around,
  sight,
  standstill = () => null,
}: PipelineParts): Pipeline {
  const authorised: Pipeline['authorised'] = async (principal, right, resource) => {
    if (principal.type === 'system') return ok({ belongsTo: [] });
    const question = { principal, right, resource, access };
    const names = namesToAsk(question);
    const belongsTo = names.length === 0 ? [] : await directory.belongsTo(principal, names);
    const allowed = authorise({ ...question, belongsTo });
    return allowed.ok ? ok({ belongsTo }) : allowed;
  };

  /** The optimistic loop: decided on what is stored, appended if it still stands so, else decided again. */
  async function decideAndAppend<L, P extends Proposal>(
    command: Command<L, P>,
    first: L | null,
    belongsTo: readonly string[],
  ): Promise<Outcome<L, ChangeOf<P>>> {
    let known = first;
    for (let conflicts = 0; conflicts < maxConflicts; conflicts++) {
      const loaded = known ?? (await command.load());
      if (loaded === null) return refused('not_found', command.missing);
      const settling = clock.settle();
      if (settling !== null) await settling;
      const at = new Date(runtime.nowMs()).toISOString();
      const decision = await command.decide(loaded, { at, belongsTo });
      if (decision.outcome === 'unchanged') return { outcome: 'unchanged', loaded };
      if (decision.outcome === 'refused') {
        // What was remembered may be out of date: a refusal is given only on what is stored.
        if (known === null) return decision;
        known = null;
        continue;
      }
      const appended = await append(decision.proposals, { at, caller: command.caller });
      switch (appended.outcome) {
        case 'appended': {
          // Each change is of the stream of its proposal, which the compiler cannot follow.
          const changes = appended.changes as readonly [ChangeOf<P>, ...ChangeOf<P>[]];
          return { outcome: 'committed', loaded, changes };
        }
        case 'locked':
          return refused('locked', `another run is at work on ${appended.key}; try again when it has ended`);
        case 'conflict':
          known = null;
      }
    }
    throw new Error(`${command.name}: the stream changed under every one of ${maxConflicts} tries`);
  }

  async function handle<L, P extends Proposal>(command: Command<L, P>): Promise<Outcome<L, ChangeOf<P>>> {
    const standing = command.name === endsStandstill ? null : standstill();
    if (standing !== null) return refused('record_fault', standing);
    const first = await ifSeen(sight, command, command.cached ?? (await command.load()));
    // Who may approve is said by the approval itself: where there is none, nobody lacks a right.
    if (first === null && isOfApproval(command.right)) return refused('not_found', command.missing);
    const { principal } = command.caller;
    const allowed = await authorised(principal, command.right, first === null ? {} : command.resourceOf(first));
    if (!allowed.ok) return { outcome: 'refused', refusal: allowed.error };
    if (first === null) return refused('not_found', command.missing);
    const key = command.keyOf(first);
    const decide = (known: L | null) => decideAndAppend(command, known, allowed.value.belongsTo);
    return key === null ? decide(first) : mutex(key, (waited) => decide(waited ? null : first));
  }

  return {
    authorised,
    sight,
    execute: (command) => around.command(command, () => handle(command).catch((error) => refusedBy(error))),
  };
}
