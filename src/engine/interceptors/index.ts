// The interceptors. One more is one file and one line here.
export { announceSystem } from './announce-system.ts';
export { changeFeed } from './change-feed.ts';
export { faultPoints } from './fault-points.ts';
export { logEvents } from './log-events.ts';
export { metrics } from './metrics.ts';
export { refusals } from './refusals.ts';
export { slackNotifier } from './slack-notifier.ts';
export { suppressed } from './suppressed.ts';
export { tracing } from './tracing.ts';
export { wakeUpRule } from './wake-runs.ts';
