// Starting a run by hand: its playbook and inputs, the incident it belongs to or opens, and what it would do if it were started.

import { actorOf, type Principal } from '../../core/authority/principal.ts';
import type { Resource } from '../../core/authority/scope.ts';
import { openIncident } from '../../core/incident/evolve.ts';
import { refusalToWork } from '../../core/incident/refusal-to-work.ts';
import type { IncidentState } from '../../core/incident/state.ts';
import type { JsonObject } from '../../core/json.ts';
import { resolveInputs } from '../../core/playbook/match.ts';
import type { Playbook } from '../../core/playbook/playbook.ts';
import type { Refusal } from '../../core/refusal.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { dryRun } from '../../core/run/dry-run.ts';
import { explainRules } from '../../core/run/explain-rules.ts';
import { resourceOfRun } from '../../core/run/resource-of-run.ts';
import type { RunState } from '../../core/run/state.ts';
import { saysWhy } from '../../core/says-why.ts';
import type { EventStore, LoadedIncident, LoadedRun, PlaybookCatalog } from '../../ports/ledger.ts';
import type { Operations } from '../../ports/operations.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Rehearse } from '../alerts/rehearse.ts';
import { refused } from '../outcome.ts';
import type { Pipeline } from '../pipeline.ts';
import { type ProposeParts, proposeStart } from './propose-start.ts';

/** What starting by hand needs. */
export type StartParts = ProposeParts & {
  readonly pipeline: Pipeline;
  readonly store: Pick<EventStore, 'loadRun' | 'loadIncident'>;
  readonly runtime: Runtime;
  readonly catalog: PlaybookCatalog;
  readonly rehearse: Rehearse;
};

/** `drill`: as its playbook says under `drill:`, whatever inputs are asked for. */
type StartRequest = Parameters<Operations['startRun']>[0] & { readonly drill?: true };
type Started = { readonly run: RunState; readonly incident: IncidentState };
/** A playbook in force, and the inputs it would run with. */
type Checked = { readonly playbook: Playbook; readonly inputs: JsonObject };
/** `incident`: where the run is to be; `there`: it was started before under the same id. */
type Place = {
  readonly checked: Result<Checked, Refusal>;
  readonly incident: LoadedIncident | null;
  readonly there: LoadedRun | null;
};

/** Checks what was asked for against the playbooks in force. */
function check(
  { catalog }: Pick<StartParts, 'catalog'>,
  { playbook: name, inputs, drill }: Pick<StartRequest, 'playbook' | 'inputs' | 'drill'>,
): Result<Checked, Refusal> {
  const playbook = catalog.byName(name);
  if (!playbook) {
    const names = catalog.all().map((one) => one.name);
    return err({
      code: 'not_found',
      message: `there is no playbook ${name}; there are ${names.join(', ') || 'none'}`,
    });
  }
  const given = drill ? playbook.drill?.inputs : inputs;
  if (given === undefined) return err({ code: 'wrong_state', message: undrillable(name) });
  const resolved = resolveInputs(playbook, null, given);
  if (resolved.ok) return ok({ playbook, inputs: resolved.value });
  const message = resolved.error.map((fault) => `${fault.path} ${fault.message}`).join('; ');
  return err({ code: 'invalid', message, faults: resolved.error });
}

const undrillable = (name: string) =>
  `${name} has no \`drill:\` section: it says with which inputs the playbook may be exercised, so that a drill acts on nothing that is in use`;

/** What the right is asked about: the inputs as the run would have them, if they can be known. */
function resourceFor(
  { catalog }: Pick<StartParts, 'catalog'>,
  asked: Pick<StartRequest, 'playbook' | 'inputs'>,
  checked: Result<Checked, Refusal>,
): Resource {
  const inputs = checked.ok ? checked.value.inputs : asked.inputs;
  return resourceOfRun({ playbook: { name: asked.playbook }, inputs }, catalog.byName(asked.playbook));
}

/** Starts runs by hand, and drills. */
export function createStartRun(parts: StartParts): Pick<Operations, 'startRun' | 'startDrill'> {
  return {
    startRun: (asked) => start(parts, asked),
    startDrill: ({ principal, cause, playbook, reason, ids }) => {
      const given = { ...(reason === undefined ? {} : { reason }), ...(ids === undefined ? {} : { ids }) };
      return start(parts, { principal, cause, playbook, inputs: {}, incidentId: null, drill: true, ...given });
    },
  };
}

async function start(parts: StartParts, request: StartRequest): Promise<Result<Started, Refusal>> {
  const { pipeline, store, runtime } = parts;
  const { principal, cause, incidentId, ids } = request;
  // An exception from freezes is made by whoever may break the glass, and by nobody else.
  if (request.exception !== undefined) {
    if (!saysWhy(request.exception)) return err({ code: 'invalid', message: 'an exception needs a reason' });
    const may = await pipeline.authorised(principal, 'bypass', resourceFor(parts, request, check(parts, request)));
    if (!may.ok) return may;
  }
  const newIncidentId = ids?.incident ?? runtime.newId('inc');
  const runId = ids?.run ?? runtime.newId('run');
  const outcome = await pipeline.execute<Place>({
    name: 'start_run',
    caller: { principal, cause },
    right: 'start',
    resourceOf: ({ checked }) => resourceFor(parts, request, checked),
    // An incident that may not be known of is not there: that is said below.
    about: () => [],
    missing: `there is no playbook ${request.playbook}`,
    async load() {
      const incident = await seenIncident(parts, principal, incidentId ?? newIncidentId);
      // Looked for after the incident: if it is started in between, the incident has moved on and the append is refused.
      return { checked: check(parts, request), incident, there: ids ? await store.loadRun(ids.run) : null };
    },
    keyOf: () => incidentId ?? ids?.incident ?? null,
    async decide({ checked, incident, there }, { at }) {
      const isUnseen = incidentId !== null && !incident;
      if (there && !isUnseen) return { outcome: 'unchanged' };
      // What it takes is learnt by those who may start it, and nobody else.
      if (!checked.ok) return { outcome: 'refused', refusal: checked.error };
      if (isUnseen) return refused('not_found', `there is no incident ${incidentId}`);
      const refusal = incident && refusalToWork(incident.incident);
      if (refusal) return { outcome: 'refused', refusal };
      const rehearsed = request.drill ? await parts.rehearse(checked.value.playbook) : null;
      const trigger = {
        type: 'manual' as const,
        ...(request.reason === undefined ? {} : { reason: request.reason }),
        ...(request.drill ? { drill: true as const } : {}),
        ...(rehearsed && { rehearsal: rehearsed.rehearsal }),
      };
      const title = `${request.drill ? 'Drill' : 'Manual run'} of ${checked.value.playbook.name}`;
      const start = { ...checked.value, incident, incidentId: newIncidentId, runId, at, title, trigger };
      const { exception } = request;
      const excepted = exception === undefined ? {} : { exception };
      const alert = rehearsed === null ? {} : { alert: rehearsed.alert };
      return proposeStart(parts, { ...start, ...alert, actor: actorOf(principal), ...excepted });
    },
  });
  switch (outcome.outcome) {
    case 'refused':
      return err(outcome.refusal);
    case 'unchanged': {
      const { there } = outcome.loaded;
      if (!there) throw new Error(`run ${runId} was not started, and is not there`);
      return ok({ run: there.run, incident: there.incident });
    }
    case 'committed': {
      const [change] = outcome.changes;
      const run = change.runs.find(({ state }) => state.runId === runId)?.state;
      if (!run) throw new Error(`run ${runId} was started and is not there`);
      return ok({ run, incident: change.incident } satisfies Started);
    }
  }
}

/** An incident, if whoever asks may know of it. */
async function seenIncident(
  { pipeline, store }: Pick<StartParts, 'pipeline' | 'store'>,
  principal: Principal,
  incidentId: string,
): Promise<LoadedIncident | null> {
  const loaded = await store.loadIncident(incidentId);
  return loaded && (await pipeline.sight(principal, loaded.incident)) ? loaded : null;
}

/** Says what such a run would do; nothing is done or recorded. */
export function createDryRun(
  parts: Pick<StartParts, 'pipeline' | 'store' | 'runtime' | 'catalog' | 'traits' | 'env' | 'governing'>,
): Operations['dryRun'] {
  return async ({ principal, playbook: name, inputs: given, incidentId }) => {
    const asked = { playbook: name, inputs: given };
    const checked = check(parts, asked);
    const allowed = await parts.pipeline.authorised(principal, 'view', resourceFor(parts, asked, checked));
    if (!allowed.ok) return allowed;
    if (!checked.ok) return checked;
    const { playbook, inputs } = checked.value;
    const loaded = incidentId === null ? null : await seenIncident(parts, principal, incidentId);
    if (incidentId !== null && !loaded)
      return err({ code: 'not_found', message: `there is no incident ${incidentId}` });
    const refusal = loaded && refusalToWork(loaded.incident);
    if (refusal) return err(refusal);
    const at = new Date(parts.runtime.nowMs()).toISOString();
    const incident = loaded?.incident ?? imagined(name, principal, at);
    const actor = actorOf(principal);
    const trigger = { type: 'manual' as const };
    const run = { incident, playbook, inputs, alert: null, actor, at, env: parts.env, trigger };
    const known = { traits: parts.traits, library: parts.catalog.byName };
    const governance = await parts.governing.of(name, at);
    const rules = governance ? explainRules(governance, run, known) : ok(null);
    // An environment that contradicts: such a run would not start.
    if (!rules.ok) return err({ code: 'invalid', message: rules.error });
    return ok({ ...dryRun(run, known), rules: rules.value });
  };
}

/** The incident that such a run would open. */
function imagined(playbook: string, principal: Principal, at: string): IncidentState {
  const data = { number: 0, title: `Manual run of ${playbook}`, severity: 3, groupKey: null };
  return openIncident('inc_0', { type: 'incident.opened', actor: actorOf(principal), at, data });
}
