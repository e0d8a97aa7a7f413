// What rights can be bound to in a run: every right that is asked about one is asked about this. Holds no rule.
import type { Resource } from '../authority/scope.ts';
import type { Playbook } from '../playbook/playbook.ts';
import type { RunState } from './state.ts';

/** What rights can be bound to in a run. `inForce`: the playbook of that name as it is now, whose labels count. */
export function resourceOfRun(
  {
    playbook,
    inputs,
    environment,
  }: Pick<RunState, 'inputs' | 'environment'> & { readonly playbook: Pick<RunState['playbook'], 'name'> },
  inForce: Pick<Playbook, 'labels' | 'environment'> | undefined,
): Resource {
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const { name } = playbook;
  return {
    playbook: name,
    labels: inForce?.labels,
    service: text(inputs.service),
    environment: text(inputs.environment) ?? environment ?? inForce?.environment,
  };
}
