// What the driver of an engine is made with, out of the ports, the options and what was made before it. Holds no rule.
import type { Admission } from '../admission.ts';
import type { EngineOptions, EnginePorts } from '../engine-ports.ts';
import type { intercept } from '../interceptors/interceptor.ts';
import type { Lease } from '../lease.ts';
import type { Governing } from '../policy/governing.ts';
import type { CommandRun } from './command-run.ts';
import type { createDriver } from './drive-run.ts';

/** Puts them together. */
export function driverParts(
  ports: EnginePorts,
  { worker, pool, maxSteps }: EngineOptions,
  made: {
    readonly commandRun: CommandRun;
    readonly admission: Admission;
    readonly around: ReturnType<typeof intercept>;
    readonly lease: Lease;
    readonly governing: Pick<Governing, 'current'>;
  },
): Parameters<typeof createDriver>[0] {
  const { events, versions, actions, traits, artifacts, masker, redact, log, runtime, secrets, chat, tracing } = ports;
  return {
    commandRun: made.commandRun,
    admission: made.admission,
    around: made.around,
    lease: made.lease,
    rules: made.governing.current,
    store: events,
    versions,
    actions,
    traits,
    artifacts,
    masker,
    redact,
    log,
    runtime,
    tracing,
    secrets,
    chat,
    worker,
    pool,
    maxSteps,
  };
}
