// The events that start a run, first steps included where a worker offers to take them. Appends nothing.
import type { Alert } from '../alert.ts';
import type { Actor, Recorded, RunTrigger } from '../events.ts';
import type { IncidentState } from '../incident.ts';
import type { JsonObject } from '../json.ts';
import { type Playbook, type PlaybookRef, playbookRef } from '../playbook/playbook.ts';
import { addMs } from '../time.ts';
import { decide } from './decide.ts';
import type { Offer } from './draft.ts';
import { startRun } from './evolve.ts';

/** What a new run is made of. */
export type NewRun = {
  readonly runId: string;
  readonly incident: IncidentState;
  readonly playbook: Playbook;
  readonly trigger: RunTrigger;
  readonly inputs: JsonObject;
  readonly alert: Alert | null;
  readonly actor: Actor;
  readonly at: string;
  /** Values of the environment names the playbooks may read. */
  readonly env: { readonly [name: string]: string };
  readonly offer: Offer | null;
};

const refs = new WeakMap<Playbook, PlaybookRef>();
function refOf(playbook: Playbook): PlaybookRef {
  const ref = refs.get(playbook) ?? playbookRef(playbook);
  refs.set(playbook, ref);
  return ref;
}

/** `run.started` and what follows from it at once. */
export function startEvents(run: NewRun): Recorded[] {
  const { incident, playbook, at, actor } = run;
  const { id, number, title, severity } = incident;
  const declared = Object.entries(run.env).filter(([name]) => playbook.env.includes(name));
  const started = {
    type: 'run.started' as const,
    actor,
    data: {
      runId: run.runId,
      incidentId: id,
      playbook: refOf(playbook),
      trigger: run.trigger,
      inputs: run.inputs,
      env: Object.fromEntries(declared),
      alert: run.alert,
      incident: { id, number, title, severity },
      steps: playbook.steps.map((step) => step.id),
      deadlineAt: addMs(at, playbook.timeoutMs),
    },
  };
  const state = startRun({ ...started, at });
  const follow = decide(state, { type: 'advance' }, { at, actor, playbook, offer: run.offer });
  return [started, ...(follow.ok ? follow.value : [])];
}
