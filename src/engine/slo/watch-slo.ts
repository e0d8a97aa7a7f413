// Records when an error budget is used up and when it is whole again, once each, whatever process is first. Tells nobody.
import { systemPrincipal } from '../../core/authority/principal.ts';
import { budgetChanges } from '../../core/slo/report.ts';
import { promiseText } from '../../core/slo/words.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { ClockCheck, Log } from '../../ports/runtime.ts';
import type { LookAtSlo } from '../../ports/slo.ts';
import type { EngineOptions, EnginePorts } from '../engine-ports.ts';
import { type CommandSystem, stateOf } from '../system/command-system.ts';
import { createLookAtSlo } from './look-at-slo.ts';

/** What watching needs. */
type WatchSloParts = {
  readonly look: LookAtSlo;
  readonly commandSystem: CommandSystem;
  readonly clock: Pick<ClockCheck, 'agrees'>;
  readonly log: Pick<Log, 'warn'>;
  readonly metrics: Pick<Metrics, 'setSlo'>;
};

const caller = { principal: systemPrincipal, cause: 'slo' };

/** Makes the work of a timer: one look, and what it changes in the record. */
function createWatchSlo({ look, commandSystem, clock, log, metrics }: WatchSloParts): () => Promise<void> {
  return async () => {
    // A window that ends in another time than the record's counts other runs.
    if (!clock.agrees()) return;
    const { lines } = await look();
    metrics.setSlo(lines);
    const recorded = lines.flatMap(({ subject, objective, burnedSince: since }) =>
      since === null ? [] : [{ subject, objective, since }],
    );
    const { burned } = budgetChanges(lines, recorded);
    const command = { type: 'record_slos' as const, lines };
    const state = stateOf(await commandSystem({ caller, right: 'operate', command }));
    if (!state.ok) throw new Error(`what is promised could not be recorded: ${state.error.message}`);
    for (const line of burned)
      log.warn(
        { subject: line.subject, objective: line.objective, n: line.n, bad: line.bad },
        `an error budget is used up: ${promiseText(line)}`,
      );
  };
}

/** The same for an engine; nothing where nothing is counted. */
export function watchingSlo(
  { sloTallies: tallies, catalog, systemStream, runtime, clock, log, metrics, slackMessages }: EnginePorts,
  { slo: settings }: EngineOptions,
  given: {
    readonly commandSystem: CommandSystem;
    readonly unlessStanding: (work: () => Promise<void>) => Promise<void>;
  },
): () => Promise<void> {
  if (!tallies) return async () => undefined;
  const toldInSlack = slackMessages !== null;
  const look = createLookAtSlo({ tallies, catalog, systemStream, runtime, settings, toldInSlack });
  const watch = createWatchSlo({ look, commandSystem: given.commandSystem, clock, log, metrics });
  return () => given.unlessStanding(watch);
}
