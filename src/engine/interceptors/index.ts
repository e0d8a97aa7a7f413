// The interceptors, the outermost first. One more is one file and one line here.
import type { EngineOptions, EnginePorts } from '../engine-ports.ts';
import { nudgeFeed } from './change-feed.ts';
import { faultPointsAround } from './fault-points.ts';
import type { Interceptor } from './interceptor.ts';
import { countEvents } from './metrics.ts';
import { logRefusals } from './refusals.ts';
import { wakeNotifier } from './slack-notifier.ts';
import { type WakeParts, wakeRuns } from './wake-runs.ts';

/** What interceptors may use besides the ports. */
export type InterceptorParts = Pick<WakeParts, 'driver' | 'dispatcher'>;

/** Every interceptor. */
export const interceptors = (
  ports: EnginePorts,
  options: EngineOptions,
  { driver, dispatcher }: InterceptorParts,
): readonly Interceptor[] => [
  logRefusals(ports.log),
  wakeRuns({
    driver,
    dispatcher,
    wakeups: ports.wakeups,
    runtime: ports.runtime,
    log: ports.log,
    worker: options.worker,
  }),
  ...(ports.slackMessages === null ? [] : [wakeNotifier(ports.wakeups)]),
  countEvents(ports.metrics),
  nudgeFeed(ports.nudgeFeed),
  faultPointsAround(ports.reach),
];
