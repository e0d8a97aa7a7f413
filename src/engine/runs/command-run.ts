// Commands on one run, as the pipeline takes them: what is loaded for them, and the run's decider. The only way a run changes.

import type { Actor } from '../../core/actor.ts';
import type { Access } from '../../core/authority/access.ts';
import type { People } from '../../core/authority/membership.ts';
import type { Caller } from '../../core/authority/principal.ts';
import { actorOf } from '../../core/authority/principal.ts';
import type { NeededRight } from '../../core/authority/right.ts';
import type { Resource } from '../../core/authority/scope.ts';
import { refusalToWork } from '../../core/incident/refusal-to-work.ts';
import type { IncidentRules } from '../../core/incident/rules.ts';
import { type ActionCatalog, kindOf } from '../../core/playbook/action-traits.ts';
import { allSteps, type Playbook } from '../../core/playbook/playbook.ts';
import { beginsAgain } from '../../core/run/begins-again.ts';
import { decide, type RunCommand } from '../../core/run/decide.ts';
import type { Offer } from '../../core/run/draft.ts';
import { resourceOfRun } from '../../core/run/resource-of-run.ts';
import type { RunState } from '../../core/run/state.ts';
import type { Masker } from '../../core/secret/masker.ts';
import { noStepUp, type StepUpContext } from '../../core/step-up/needs-step-up.ts';
import type { Correlation } from '../../ports/intake.ts';
import type { EventStore, LoadedRun, PlaybookVersions, SystemStream } from '../../ports/ledger.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Outcome } from '../outcome.ts';
import type { CommandDecision, Moment, Pipeline } from '../pipeline.ts';
import type { Governing } from '../policy/governing.ts';
import { believed } from '../record/believed.ts';
import { stepUpContext } from '../step-up/prove-assertion.ts';
import { withEnd } from './end-operation.ts';
import { proposeFailedDrill } from './failed-drill.ts';
import { withReview } from './review-broken-glass.ts';

/** What commands on runs need. */
export type RunCommandParts = {
  readonly pipeline: Pick<Pipeline, 'execute'>;
  readonly store: Pick<EventStore, 'loadRun'>;
  readonly versions: Pick<PlaybookVersions, 'byDigest'>;
  readonly runtime: Pick<Runtime, 'newId'>;
  readonly traits: ActionCatalog;
  readonly mask: Masker['mask'];
  readonly rules: IncidentRules;
  /** Who is one person. */
  readonly people: People;
  /** Read with each command: a reload may change what it says of approvals. */
  readonly access: Pick<Access, 'selfApproval'>;
  /** Who answers for a version. */
  readonly authorOf?: (digest: string) => Actor | undefined;
  /** Who needs a passkey for what; absent: nobody. */
  readonly stepUp?: Omit<StepUpContext, 'passkey'> | undefined;
  readonly systemStream: Pick<SystemStream, 'load'>;
  /** The playbooks in force, for steps that call one. */
  readonly library: (name: string) => Playbook | undefined;
  readonly correlation: Pick<Correlation, 'nextIncidentNumber'>;
  readonly governing: Pick<Governing, 'of'>;
};

/** One command on one run. */
type RunRequest = {
  readonly runId: string;
  readonly caller: Caller;
  readonly right: NeededRight;
  /** The command; it may depend on the names that gave the principal its right. */
  readonly command: RunCommand | ((moment: Moment) => RunCommand);
  /** What a worker in this process would start in the same commit; null: nothing. */
  readonly offer: Offer | null;
  /** The run as this process last saw it. */
  readonly cached?: LoadedRun | null;
  /** False: what the command is about is not in the run. */
  readonly isThere?: (run: RunState) => boolean;
  readonly missing?: string;
  readonly resourceOf?: (run: RunState) => Resource;
};

/** Commands a run. */
export type CommandRun = (request: RunRequest) => Promise<Outcome<LoadedRun>>;

/** Makes the way to command runs. */
export function createCommandRun(parts: RunCommandParts): CommandRun {
  const { pipeline, store } = parts;
  return (request) => {
    const { runId, caller, right, command, cached = null, isThere = () => true } = request;
    return pipeline.execute<LoadedRun>({
      name: typeof command === 'function' ? right : command.type,
      caller,
      right,
      resourceOf: ({ run }) => ({
        ...resourceOfRun(run, parts.library(run.playbook.name)),
        ...request.resourceOf?.(run),
      }),
      about: ({ incident }) => [incident],
      missing: request.missing ?? `there is no run ${runId}`,
      async load() {
        const loaded = await store.loadRun(runId);
        return loaded && isThere(loaded.run) ? loaded : null;
      },
      cached,
      keyOf: ({ incident }) => incident.id,
      decide: (loaded, moment) => decideRun(parts, request, loaded, moment),
    });
  };
}

/** The run after a command that was not refused. */
export function runAfter(outcome: Exclude<Outcome<LoadedRun>, { outcome: 'refused' }>): LoadedRun {
  const { loaded } = outcome;
  if (outcome.outcome === 'unchanged') return loaded;
  const [{ incident, head, runs }] = outcome.changes;
  const run = runs.find(({ state }) => state.runId === loaded.run.runId)?.state ?? loaded.run;
  return { run, incident, head };
}

async function decideRun(
  parts: RunCommandParts,
  { caller, command, offer }: RunRequest,
  loaded: LoadedRun,
  moment: Moment,
): Promise<CommandDecision> {
  const { run, incident, head } = loaded;
  const playbook = await parts.versions.byDigest(run.playbook.digest);
  if (!playbook) throw new Error(`run ${run.runId} is pinned to ${run.playbook.digest}, which is not stored`);
  const asked = typeof command === 'function' ? command(moment) : command;
  // What a run orders of those that it called is its own work, which goes on.
  const isOfPeople = caller.principal.type !== 'system';
  const refusal = isOfPeople && beginsAgain(run, asked) ? refusalToWork(incident) : null;
  if (refusal) return { outcome: 'refused', refusal };
  const children = await loadChildren(parts, run);
  const ruling = parts.governing.of(playbook.name, moment.at);
  const governance = ruling instanceof Promise ? await ruling : ruling;
  const decision = decide(run, asked, {
    at: moment.at,
    actor: actorOf(caller.principal),
    offer,
    playbook,
    traits: parts.traits,
    mask: parts.mask,
    people: parts.people,
    selfApproval: parts.access.selfApproval,
    ...(parts.authorOf && { authorOf: parts.authorOf }),
    stepUp: await stepUpOf(parts, 'stepUp' in asked ? asked.stepUp : undefined),
    library: parts.library,
    ...(governance && { governance }),
    ...(callsOthers(playbook, parts.traits) ? { spareRunId: parts.runtime.newId('run') } : {}),
    children: (id) => children.get(id),
  });
  if (!decision.ok) return { outcome: 'refused', refusal: decision.error };
  const { events, state, opened } = decision.value;
  if (events.length === 0) return { outcome: 'unchanged' };
  const at = { at: moment.at, rules: parts.rules };
  const reviewed = withReview(incident, events, { ...at, run: state, playbook });
  const ended = withEnd(reviewed.incident, state, at);
  return {
    outcome: 'proposed',
    proposals: [
      {
        stream: 'incident',
        incidentId: incident.id,
        before: { incident, head },
        incident: ended.incident,
        events: [...events, ...reviewed.events, ...ended.events],
        runs: [{ state, playbook }, ...opened],
      },
      ...(await proposeFailedDrill(parts, { events, run: state, at: moment.at })),
    ],
  };
}

const stepUpOf = (
  { systemStream, stepUp: settings = noStepUp }: RunCommandParts,
  assertion: { readonly credentialId: string } | undefined,
) => (assertion ? stepUpContext({ systemStream, settings }, assertion) : { ...settings, passkey: null });

/** Most playbooks call no other: their commands are spared an id that nobody takes. */
const callsOthers = (playbook: Playbook, traits: ActionCatalog) =>
  allSteps(playbook).some((step) => kindOf(traits, step) === 'playbook');

type Child = { readonly run: RunState; readonly playbook: Playbook };

/** The runs that steps of this one were delegated to. */
async function loadChildren(parts: RunCommandParts, run: RunState): Promise<ReadonlyMap<string, Child>> {
  const children = new Map<string, Child>();
  for (const id of Object.values(run.children).flat()) {
    const child = (await believed(parts.store.loadRun(id)))?.run;
    const playbook = child && (await parts.versions.byDigest(child.playbook.digest));
    if (playbook) children.set(id, { run: child, playbook });
  }
  return children;
}
