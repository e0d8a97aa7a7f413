// One command on one run: load, decide, append; again if somebody else was faster. The only way a run changes.
import type { Actor, Recorded, RunEvent } from '../core/events.ts';
import { type ActionCatalog, kindOf } from '../core/playbook/action-traits.ts';
import { allSteps, type Playbook } from '../core/playbook/playbook.ts';
import type { Refusal } from '../core/refusal.ts';
import { err, ok, type Result } from '../core/result.ts';
import { decide, type RunCommand } from '../core/run/decide.ts';
import type { Offer } from '../core/run/draft.ts';
import type { RunState } from '../core/run/state.ts';
import type { EventStore, LoadedRun, PlaybookVersions } from '../ports/ledger.ts';
import type { Runtime } from '../ports/runtime.ts';
import type { KeyedMutex } from './keyed-mutex.ts';
import { type Committed, commit } from './ledger.ts';

/** What handling commands needs. */
export type CommandDeps = {
  readonly store: EventStore;
  readonly versions: PlaybookVersions;
  readonly runtime: Runtime;
  /** What is known of the actions, whether this process has them or not. */
  readonly traits: ActionCatalog;
  /** Changes of one incident, by its id. */
  readonly mutex: KeyedMutex;
  /** The playbooks in force, for steps that call one. */
  readonly library: (name: string) => Playbook | undefined;
  /** Called after each commit, in this process only. */
  readonly committed: (change: Committed) => void;
};

/** Who commands, why, and whether a worker offers to start what follows. */
export type CommandMeta = { readonly actor: Actor; readonly cause: string; readonly offer: Offer | null };

/** What a command led to. */
export type Handled = {
  readonly run: RunState;
  readonly loaded: LoadedRun;
  /** null: the command changed nothing. */
  readonly change: Committed | null;
};

const maxConflicts = 50;

/**
 * Handles a command. A refusal is a value; it rejects only when the database cannot be reached.
 * @param cached the run as this process last saw it; saves the read when nobody else has touched the incident
 */
export async function handleCommand(
  deps: CommandDeps,
  runId: string,
  command: RunCommand,
  meta: CommandMeta,
  cached: LoadedRun | null = null,
): Promise<Result<Handled, Refusal>> {
  const first = cached ?? (await deps.store.loadRun(runId));
  if (!first) return err({ code: 'not_found', message: `there is no run ${runId}` });
  return deps.mutex(first.incident.id, (waited) => handleInTurn(deps, runId, command, meta, waited ? null : first));
}

async function handleInTurn(
  deps: CommandDeps,
  runId: string,
  command: RunCommand,
  meta: CommandMeta,
  first: LoadedRun | null,
): Promise<Result<Handled, Refusal>> {
  let known = first;
  for (let conflicts = 0; conflicts < maxConflicts; conflicts++) {
    const loaded = known ?? (await deps.store.loadRun(runId));
    if (!loaded) return err({ code: 'not_found', message: `there is no run ${runId}` });
    const { run, incident, head } = loaded;
    const playbook = await deps.versions.byDigest(run.playbook.digest);
    if (!playbook) throw new Error(`run ${runId} is pinned to ${run.playbook.digest}, which is not stored`);
    const at = new Date(deps.runtime.nowMs()).toISOString();
    const children = await loadChildren(deps, run);
    const decision = decide(run, command, {
      ...{ at, actor: meta.actor, offer: meta.offer, playbook, traits: deps.traits, library: deps.library },
      ...(callsOthers(playbook, deps.traits) ? { spareRunId: deps.runtime.newId('run') } : {}),
      children: (id) => children.get(id),
    });
    if (!decision.ok) {
      // What was remembered may be out of date: a refusal is given only on what is stored.
      if (known === null) return decision;
      known = null;
      continue;
    }
    if (decision.value.length === 0) return ok({ run, loaded, change: null });
    const change = await commit(deps.store, {
      incidentId: incident.id,
      incident,
      expected: head,
      runs: new Map([[runId, run]]),
      playbooks: new Map([[run.playbook.digest, playbook], ...called(deps, decision.value)]),
      events: decision.value,
      at,
      cause: meta.cause,
    });
    if (change === 'locked')
      return err({
        code: 'locked',
        message: `another run is at work on ${run.concurrencyKey}; try again when it has ended`,
      });
    if (change !== 'conflict') {
      deps.committed(change);
      const next = change.runs.find(({ state }) => state.runId === runId)?.state ?? run;
      return ok({ run: next, loaded: { run: next, incident: change.incident, head: change.head }, change });
    }
    known = null;
  }
  throw new Error(`run ${runId} changed under every one of ${maxConflicts} tries`);
}

/** Most playbooks call no other: their commands are spared an id that nobody takes. */
const callsOthers = (playbook: Playbook, traits: ActionCatalog) =>
  allSteps(playbook).some((step) => kindOf(traits, step) === 'playbook');

type Child = { readonly run: RunState; readonly playbook: Playbook };

/** The runs that steps of this one were delegated to. */
async function loadChildren(deps: CommandDeps, run: RunState): Promise<ReadonlyMap<string, Child>> {
  const children = new Map<string, Child>();
  for (const id of Object.values(run.children).flat()) {
    const child = (await deps.store.loadRun(id))?.run;
    const playbook = child && (await deps.versions.byDigest(child.playbook.digest));
    if (playbook) children.set(id, { run: child, playbook });
  }
  return children;
}

/** Playbooks of the runs that a decision opens. */
function called(deps: CommandDeps, events: readonly Recorded<RunEvent>[]): (readonly [string, Playbook])[] {
  return events.flatMap((event) => {
    const playbook = event.type === 'run.started' ? deps.library(event.data.playbook.name) : undefined;
    return playbook && event.type === 'run.started' ? [[event.data.playbook.digest, playbook] as const] : [];
  });
}
