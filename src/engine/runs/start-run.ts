// Starting a run by hand: its playbook and inputs, the incident it belongs to or opens, and what it would do if it were started.
import type { Resource } from '../../core/authority/authorise.ts';
import { actorOf, type Principal } from '../../core/authority/principal.ts';
import type { Recorded } from '../../core/events.ts';
import { decideIncident } from '../../core/incident/decide.ts';
import { openIncident } from '../../core/incident/evolve.ts';
import { refusalToWork } from '../../core/incident/refusal-to-work.ts';
import type { IncidentRules } from '../../core/incident/rules.ts';
import type { IncidentState } from '../../core/incident/state.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ActionCatalog } from '../../core/playbook/action-traits.ts';
import { resolveInputs } from '../../core/playbook/match.ts';
import type { Playbook } from '../../core/playbook/playbook.ts';
import type { Refusal } from '../../core/refusal.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { Offer } from '../../core/run/draft.ts';
import { dryRun } from '../../core/run/dry-run.ts';
import { decideStart } from '../../core/run/start.ts';
import type { RunState } from '../../core/run/state.ts';
import type { Masker } from '../../core/secret/masker.ts';
import type { Correlation } from '../../ports/intake.ts';
import type { EventStore, LoadedIncident, LoadedRun, PlaybookCatalog } from '../../ports/ledger.ts';
import type { Operations } from '../../ports/operations.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { refused } from '../outcome.ts';
import type { CommandDecision, Pipeline } from '../pipeline.ts';
import type { IncidentProposal } from '../proposal.ts';
import { resourceOfRun } from './command-run.ts';
import { withEnd } from './end-operation.ts';
import { type PrepareParts, prepareRun } from './prepare-run.ts';

/** What starting by hand needs. */
export type StartParts = PrepareParts & {
  readonly pipeline: Pipeline;
  readonly store: Pick<EventStore, 'loadRun' | 'loadIncident'>;
  readonly runtime: Runtime;
  readonly catalog: PlaybookCatalog;
  readonly traits: ActionCatalog;
  readonly mask: Masker['mask'];
  readonly correlation: Pick<Correlation, 'nextIncidentNumber'>;
  readonly env: { readonly [name: string]: string };
  readonly rules: IncidentRules;
  readonly offer: () => Offer | null;
};

type StartRequest = Parameters<Operations['startRun']>[0];
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
  { playbook: name, inputs: given }: Pick<StartRequest, 'playbook' | 'inputs'>,
): Result<Checked, Refusal> {
  const playbook = catalog.byName(name);
  if (!playbook) {
    const names = catalog.all().map((one) => one.name);
    return err({
      code: 'not_found',
      message: `there is no playbook ${name}; there are ${names.join(', ') || 'none'}`,
    });
  }
  const inputs = resolveInputs(playbook, null, given);
  if (inputs.ok) return ok({ playbook, inputs: inputs.value });
  const message = inputs.error.map((fault) => `${fault.path} ${fault.message}`).join('; ');
  return err({ code: 'invalid', message, faults: inputs.error });
}

/** What the right is asked about: the inputs as the run would have them, if they can be known. */
function resourceFor(asked: Pick<StartRequest, 'playbook' | 'inputs'>, checked: Result<Checked, Refusal>): Resource {
  const inputs = checked.ok ? checked.value.inputs : asked.inputs;
  return resourceOfRun({ playbook: { name: asked.playbook, version: '', digest: '' }, inputs });
}

/** Starts runs by hand. */
export function createStartRun(parts: StartParts): Operations['startRun'] {
  const { pipeline, store, runtime } = parts;
  return async (request) => {
    const { principal, cause, incidentId, ids } = request;
    const newIncidentId = ids?.incident ?? runtime.newId('inc');
    const runId = ids?.run ?? runtime.newId('run');
    const outcome = await pipeline.execute<Place>({
      name: 'start_run',
      caller: { principal, cause },
      right: 'start',
      resourceOf: ({ checked }) => resourceFor(request, checked),
      // An incident that may not be known of is not there: that is said below.
      about: () => [],
      missing: `there is no playbook ${request.playbook}`,
      async load() {
        const incident = await seenIncident(parts, principal, incidentId ?? newIncidentId);
        // Looked for after the incident: if it is started in between, the incident has moved on and the append is refused.
        return { checked: check(parts, request), incident, there: ids ? await store.loadRun(ids.run) : null };
      },
      keyOf: () => incidentId ?? ids?.incident ?? null,
      decide({ checked, incident, there }, { at }) {
        const isUnseen = incidentId !== null && !incident;
        if (there && !isUnseen) return { outcome: 'unchanged' };
        // What it takes is learnt by those who may start it, and nobody else.
        if (!checked.ok) return { outcome: 'refused', refusal: checked.error };
        if (isUnseen) return refused('not_found', `there is no incident ${incidentId}`);
        const refusal = incident && refusalToWork(incident.incident);
        if (refusal) return { outcome: 'refused', refusal };
        return propose(parts, { request, ...checked.value, incident, incidentId: newIncidentId, runId, at });
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
  };
}

async function propose(
  parts: StartParts,
  given: {
    readonly request: StartRequest;
    readonly playbook: Playbook;
    readonly inputs: JsonObject;
    readonly incident: LoadedIncident | null;
    readonly incidentId: string;
    readonly runId: string;
    readonly at: string;
  },
): Promise<CommandDecision> {
  const { request, playbook, inputs, incident: before, runId, at } = given;
  const actor = actorOf(request.principal);
  const events: Recorded[] = [];
  let incident = before?.incident ?? null;
  if (incident === null) {
    const number = await parts.correlation.nextIncidentNumber();
    const title = `Manual run of ${playbook.name}`;
    const declare = {
      type: 'declare' as const,
      incidentId: given.incidentId,
      number,
      title,
      severity: 3,
      kind: 'operation' as const,
    };
    const opened = decideIncident(null, declare, { at, actor, rules: parts.rules, openInGroup: null });
    if (!opened.ok) return { outcome: 'refused', refusal: opened.error };
    events.push(...opened.value.events);
    incident = opened.value.state;
  }
  if (incident === null) throw new Error('an incident was declared and is not there');
  const prepared = await prepareRun(parts, playbook, { alert: null, inputs, at });
  if (!prepared.ok) return refused('invalid', `${playbook.name} cannot start: ${prepared.error}`);
  const { concurrencyKey, cooldownKey } = prepared.value;
  const started = decideStart(
    {
      runId,
      incident,
      playbook,
      inputs,
      alert: null,
      actor,
      at,
      env: parts.env,
      trigger: { type: 'manual', ...(request.reason === undefined ? {} : { reason: request.reason }) },
      ...(concurrencyKey === undefined ? {} : { concurrencyKey }),
      ...(cooldownKey === undefined ? {} : { cooldownKey }),
    },
    { traits: parts.traits, mask: parts.mask, offer: parts.offer() },
  );
  const ended = withEnd(incident, started.state, { at, rules: parts.rules });
  const proposal: IncidentProposal = {
    stream: 'incident',
    incidentId: incident.id,
    before,
    incident: ended.incident,
    events: [...events, ...started.events, ...ended.events],
    runs: [{ state: started.state, playbook }, ...started.opened],
  };
  return { outcome: 'proposed', proposals: [proposal] };
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
  parts: Pick<StartParts, 'pipeline' | 'store' | 'runtime' | 'catalog' | 'traits' | 'env'>,
): Operations['dryRun'] {
  return async ({ principal, playbook: name, inputs: given, incidentId }) => {
    const asked = { playbook: name, inputs: given };
    const checked = check(parts, asked);
    const allowed = await parts.pipeline.authorised(principal, 'view', resourceFor(asked, checked));
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
    return ok(
      dryRun(
        { incident, playbook, inputs, alert: null, actor, at, env: parts.env, trigger },
        { traits: parts.traits, library: parts.catalog.byName },
      ),
    );
  };
}

/** The incident that such a run would open. */
function imagined(playbook: string, principal: Principal, at: string): IncidentState {
  const data = { number: 0, title: `Manual run of ${playbook}`, severity: 3, groupKey: null };
  return openIncident('inc_0', { type: 'incident.opened', actor: actorOf(principal), at, data });
}
