// The section `slo:` of firebreak.yaml: what is promised for Firebreak as a whole, and for playbooks that say nothing else. Parses; counts nothing.
import { z } from 'zod';
import { defaultSlo, type SloSettings, type TimedObjective } from '../core/slo/objective.ts';
import { SloWindow } from '../core/slo/window.ts';
import { Duration } from '../core/time.ts';

const objective = z.number().gt(0, 'must be above 0').max(100, 'must be a percentage, 100 at most');

/** Something that is to be done within a time; what is left out is as in `usual`. */
const timed = (usual: TimedObjective) =>
  z
    .strictObject({
      within: Duration.refine((ms) => ms > 0, 'must be above 0').optional(),
      objective: objective.default(usual.objective),
    })
    .transform(({ within = usual.withinMs, objective: percent }) => ({ withinMs: within, objective: percent }))
    .prefault({});

/** The section. Objectives in percent. */
export const SloSetting = z
  .strictObject({
    window: SloWindow.optional(),
    success: objective.default(defaultSlo.success),
    withinSla: objective.default(defaultSlo.withinSla),
    approvalWait: timed(defaultSlo.approvalWait),
    ingest: timed(defaultSlo.ingest),
    delivery: timed(defaultSlo.delivery),
  })
  .transform(
    ({ window = defaultSlo.windowMs, success, withinSla, approvalWait, ingest, delivery }): SloSettings => ({
      windowMs: window,
      success,
      withinSla,
      approvalWait,
      ingest,
      delivery,
    }),
  )
  .prefault({});
