// Everything around alerts, composed: stages, intake, groups, silences and windows. Holds no rule.
import { defaultSlo } from '../../core/slo/objective.ts';
import type { AlertOperations, MuteOperations } from '../../ports/operations.ts';
import type { EngineOptions, EnginePorts } from '../engine-ports.ts';
import type { Pipeline } from '../pipeline.ts';
import type { RollbackWatch } from '../record/rollback-watch.ts';
import type { Driver } from '../runs/drive-run.ts';
import type { CommandSystem } from '../system/command-system.ts';
import { type AdvanceGroup, createAdvanceGroup } from './advance-group.ts';
import { createIntake, type DrainParts, type Intake } from './drain-intake.ts';
import { createAlertOperations, type ExplainParts } from './explain-alert.ts';
import type { Heartbeats } from './heartbeats.ts';
import { createHoldTold } from './hold-told.ts';
import { createMuteOperations } from './mute-operations.ts';
import { createMuteWatch, type MuteWatch } from './mute-watch.ts';
import { createRehearse, type Rehearse } from './rehearse.ts';
import { createStages } from './stages.ts';

/** What is composed. */
export type ComposedAlerts = {
  readonly intake: Intake;
  readonly advanceGroup: AdvanceGroup;
  readonly mutes: MuteWatch;
  readonly rehearse: Rehearse;
  readonly operations: AlertOperations & MuteOperations;
};

/** What takes deliveries in and advances alert groups. While everything stands still, what is accepted waits. */
export function composeAlerts(
  ports: EnginePorts,
  { alertRules, slo = defaultSlo }: Pick<EngineOptions, 'alertRules' | 'slo'>,
  {
    startParts,
    heartbeats,
    commandSystem,
    room,
    standing,
  }: {
    readonly startParts: Pick<ExplainParts, 'catalog'> & { readonly pipeline: Pipeline } & Omit<
        DrainParts,
        | 'versions'
        | 'deliveries'
        | 'masker'
        | 'log'
        | 'metrics'
        | 'tracing'
        | 'wakeups'
        | 'room'
        | 'groups'
        | 'stages'
        | 'heartbeats'
        | 'promisedMs'
      >;
    readonly heartbeats: Heartbeats;
    readonly commandSystem: CommandSystem;
    readonly room: Driver['room'];
    readonly standing: RollbackWatch['standing'];
  },
): ComposedAlerts {
  const { versions, deliveries, masker, log, metrics, tracing, wakeups, groups, firing, enrich, events } = ports;
  // Stages ask for silences, and whoever looks after silences stages alerts: it is asked for when the first alert comes.
  const late: { mutes?: MuteWatch } = {};
  const byPeople = () => late.mutes?.byPeople() ?? { silences: [], windows: [] };
  const refresh = async () => late.mutes?.refresh();
  const stages = createStages({ rules: alertRules, byPeople, refresh, firing, enrich });
  const parts = {
    ...startParts,
    versions,
    deliveries,
    masker,
    log,
    metrics,
    tracing,
    wakeups,
    room,
    groups,
    stages,
    heartbeats,
    promisedMs: slo.ingest.withinMs,
  };
  const holdTold = createHoldTold({ ...parts, store: events });
  const mutes = createMuteWatch({ ports, rules: alertRules, commandSystem, holdTold });
  late.mutes = mutes;
  const intake = createIntake(parts);
  return {
    intake: { ...intake, claimForMs: () => (standing() ? undefined : intake.claimForMs()) },
    advanceGroup: createAdvanceGroup(parts),
    mutes,
    rehearse: createRehearse(parts),
    operations: {
      ...createAlertOperations({ ...parts, store: events }),
      ...createMuteOperations({ ports, rules: alertRules, commandSystem, mutes, pipeline: startParts.pipeline }),
    },
  };
}
