// What a run would do, step by step, as the rules and the templates say before anything is done. Pure.
import { whoInWords } from '../approval/words.ts';
import type { Plan } from '../events.ts';
import type { JsonObject } from '../json.ts';
import { startedPlan } from '../playbook/plan.ts';
import { allSteps, type PlaybookRef, playbookRef } from '../playbook/playbook.ts';
import type { Script, Simulation } from './simulate.ts';
import { simulate } from './simulate.ts';
import type { NewRun } from './started.ts';
import type { RunStatus } from './state.ts';

/** One step of a dry run. */
type DryStep = {
  readonly step: string;
  readonly uses: string;
  /** `run`: it would be carried out; `skip`: its condition does not hold; `fail`: it could not even begin. */
  readonly would: 'run' | 'skip' | 'fail' | 'not_reached';
  /** Why it would be skipped or fail. */
  readonly reason: string | null;
  /** Exactly what would be carried out, secrets masked; null where that is known only when the time comes. */
  readonly plan: Plan | null;
  /** Who would be asked first; null: nobody. `who`: the whole of it in words. */
  readonly approval: { readonly from: readonly string[]; readonly quorum: number; readonly who: string } | null;
};

/** A run that was not made: every action taken to succeed, every request to be approved. */
export type DryRun = {
  readonly playbook: PlaybookRef;
  readonly inputs: JsonObject;
  readonly outcome: RunStatus;
  readonly steps: readonly DryStep[];
};

/** Plays the run through. Outputs of actions are unknown, so a step that depends on one has no plan yet. */
export function dryRun(given: Omit<NewRun, 'runId'>, script: Pick<Script, 'traits' | 'library'>): DryRun {
  const simulation = simulate(
    { ...given, runId: 'run_00000000000000000000000000' },
    { ...script, resultOf: () => ({ outcome: 'assumed' }), decisionOn: () => 'approve', orders: [] },
  );
  return {
    playbook: playbookRef(given.playbook),
    inputs: given.inputs,
    outcome: simulation.run.status,
    steps: allSteps(given.playbook).map(({ id, uses }) => ({ step: id, uses, ...fateOf(simulation, id) })),
  };
}

function fateOf({ run, events, undetermined }: Simulation, step: string): Omit<DryStep, 'step' | 'uses'> {
  let fate: Omit<DryStep, 'step' | 'uses'> = { would: 'not_reached', reason: null, plan: null, approval: null };
  for (const event of events) {
    if (!('step' in event.data) || event.data.step !== step) continue;
    switch (event.type) {
      case 'approval.requested': {
        const { rule, plan } = event.data;
        fate = {
          ...fate,
          would: 'run',
          plan,
          approval: { from: rule.from, quorum: rule.quorum, who: whoInWords(rule) },
        };
        break;
      }
      case 'step.started':
        fate = { ...fate, would: 'run', plan: startedPlan(event.data, run.playbook) };
        break;
      case 'step.waiting':
        fate = { ...fate, would: 'run' };
        break;
      case 'step.skipped':
        fate = { ...fate, would: 'skip', reason: event.data.reason };
        break;
      case 'step.failed':
        fate = { ...fate, would: 'fail', reason: event.data.error.message };
    }
  }
  if (!undetermined.includes(step)) return fate;
  return { ...fate, plan: null, reason: 'what it does depends on the output of a step before it' };
}
