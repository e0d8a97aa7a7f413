// The last resort: what no part has caught is logged and counted, and decides whether the process goes on. Mends nothing.
import type { Log } from '../ports/runtime.ts';

/** What reached the last resort. */
export type FaultKind = 'unhandled_rejection' | 'uncaught_exception';

const counts: Record<FaultKind, number> = { unhandled_rejection: 0, uncaught_exception: 0 };

/** How often the last resort was needed since the process began. */
export const faultCounts = (): Readonly<Record<FaultKind, number>> => counts;

/**
 * Guards the process. A rejection that nobody handles goes with the work it belongs to: nothing half done is left in memory, and the
 * process goes on. After an exception that nobody caught its state is unknown: `fatal` is called, which must end it in order.
 */
export function guardProcess(log: Log, fatal: () => void): void {
  process.on('unhandledRejection', (reason) => {
    counts.unhandled_rejection += 1;
    log.error({ err: reason }, 'a rejection was handled by nobody; that is a bug, and the process goes on');
  });
  process.on('uncaughtException', (error) => {
    counts.uncaught_exception += 1;
    log.fatal({ err: error }, 'an exception was caught by nobody; that is a bug, and the process ends in order');
    fatal();
  });
  // Whoever reads the output may be gone before us; that alone ends nothing.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  // Node would open its debugger, to which any process of this user may connect.
  process.on('SIGUSR1', () => log.warn('SIGUSR1 is ignored: it would open the debugger'));
}
