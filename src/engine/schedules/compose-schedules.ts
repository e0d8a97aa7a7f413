// Everything around schedules, composed. Holds no rule.
import type { ScheduleOperations } from '../../ports/schedules.ts';
import type { Admission } from '../admission.ts';
import type { EnginePorts } from '../engine-ports.ts';
import type { StartParts } from '../runs/start-run.ts';
import type { CommandSystem } from '../system/command-system.ts';
import { createScheduleOperations } from './schedule-operations.ts';
import { createScheduleWatch } from './schedule-watch.ts';
import { createStartSlot } from './start-slot.ts';

/** What claims and starts slots, and what lists schedules. */
export function composeSchedules(
  ports: EnginePorts,
  given: {
    readonly startParts: StartParts;
    readonly commandSystem: CommandSystem;
    readonly admission: Pick<Admission, 'switches'>;
  },
): { readonly look: () => Promise<void>; readonly operations: ScheduleOperations } {
  const { startParts, commandSystem, admission } = given;
  const { catalog, versions } = ports;
  const startSlot = createStartSlot({ ...startParts, versions });
  return {
    look: createScheduleWatch({ ports, catalog, commandSystem, startSlot }),
    operations: createScheduleOperations({ ports, catalog, pipeline: startParts.pipeline, admission }),
  };
}
