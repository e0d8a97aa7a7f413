// The event that starts a run. What follows from it is in start.ts.
import type { Alert } from '../alert/alert.ts';
import { type Actor, type Recorded, type RunTrigger, systemActor } from '../events.ts';
import type { IncidentState } from '../incident/state.ts';
import type { JsonObject } from '../json.ts';
import { allSteps, type Playbook, type PlaybookRef, playbookRef } from '../playbook/playbook.ts';
import type { JudgedFact } from '../policy/policy-events.ts';
import { addMs } from '../time.ts';
import type { RunState } from './state.ts';

/** What a new run is made of. */
export type NewRun = {
  readonly runId: string;
  readonly incident: Pick<IncidentState, keyof RunState['incident']>;
  readonly playbook: Playbook;
  readonly trigger: RunTrigger;
  readonly inputs: JsonObject;
  readonly alert: Alert | null;
  readonly actor: Actor;
  readonly at: string;
  /** Values of the environment names the playbooks may read. */
  readonly env: { readonly [name: string]: string };
  readonly concurrencyKey?: string | null;
  readonly cooldownKey?: string | null;
  /** Who answers for the version of the playbook; absent: nobody is known to. */
  readonly author?: Actor;
  /** People who must agree before anything starts, and why. */
  readonly gate?: RunState['gate'];
  /** Where it acts, the rules it starts under, and why no freeze holds it. */
  readonly environment?: string;
  readonly rulebook?: string;
  readonly exception?: string;
  /** What the rules said of the start; recorded right after it. */
  readonly judged?: JudgedFact;
};

const refs = new WeakMap<Playbook, PlaybookRef>();
/** Names the version of a playbook; worked out once. */
export function refOf(playbook: Playbook): PlaybookRef {
  const ref = refs.get(playbook) ?? playbookRef(playbook);
  refs.set(playbook, ref);
  return ref;
}

/** `run.started`. */
export function startedEvent(run: NewRun): Recorded & { readonly type: 'run.started' } {
  const { incident, playbook, at, actor, concurrencyKey, cooldownKey, gate, author, environment, exception, rulebook } =
    run;
  const { id, number, title, severity } = incident;
  const declared = Object.entries(run.env).filter(([name]) => playbook.env.includes(name));
  return {
    type: 'run.started',
    actor,
    data: {
      alert: run.alert,
      ...(author ? { author } : {}),
      ...(concurrencyKey ? { concurrencyKey } : {}),
      ...(cooldownKey ? { cooldownKey } : {}),
      deadlineAt: addMs(at, playbook.timeoutMs),
      env: Object.fromEntries(declared),
      ...(environment === undefined ? {} : { environment }),
      ...(exception === undefined ? {} : { exception }),
      ...(gate ? { gate: { ...gate, from: [...gate.from] } } : {}),
      incident: { id, number, severity, title },
      incidentId: id,
      inputs: run.inputs,
      playbook: refOf(playbook),
      ...(rulebook === undefined ? {} : { rulebook }),
      runId: run.runId,
      steps: allSteps(playbook).map((step) => step.id),
      trigger: run.trigger,
    },
  };
}

/** `policy.judged` of the start; null: the rules had nothing to say. */
export const judgedEvent = ({ judged }: NewRun): (Recorded & { readonly type: 'policy.judged' }) | null =>
  judged ? { type: 'policy.judged', actor: systemActor, data: judged } : null;
