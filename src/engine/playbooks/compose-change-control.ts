// Change control as an engine has it, and starts by hand that use what is in force by now. Holds no rule.
import type { Operations } from '../../ports/operations.ts';
import type { EngineOptions, EnginePorts } from '../engine-ports.ts';
import { type ChangeControl, type ChangeControlParts, createChangeControl } from './change-control.ts';
import { createCommandLife } from './command-life.ts';
import { createWatchCanaries } from './watch-canaries.ts';

/** Change control of an engine. */
export function changeControlOf(
  ports: EnginePorts,
  { people }: Pick<EngineOptions, 'people'>,
  given: Pick<ChangeControlParts, 'pipeline' | 'inForce' | 'takeOverRules'>,
): ChangeControl & { readonly watchCanaries: () => Promise<void> } {
  const { changeControl: control, lives } = ports;
  const commandLife = createCommandLife({ pipeline: given.pipeline, lives, people });
  return {
    ...createChangeControl({ ...ports, control, commandLife, ...given }),
    watchCanaries: createWatchCanaries({ ...ports, control, commandLife, ...given }),
  };
}

/** Starts by hand use what is in force by now, whatever another process has promoted a moment ago. */
export function freshly(
  refresh: () => Promise<void>,
  { startRun, startDrill }: Pick<Operations, 'startRun' | 'startDrill'>,
): Pick<Operations, 'startRun' | 'startDrill'> {
  return {
    startRun: (asked) => refresh().then(() => startRun(asked)),
    startDrill: (asked) => refresh().then(() => startDrill(asked)),
  };
}
