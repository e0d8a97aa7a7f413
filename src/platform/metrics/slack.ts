// Metrics of what is said to Slack: calls, refusals for their rate, and how long calls wait for the rates.
import type { SlackMeter } from '../../ports/metrics.ts';
import { type Instruments, workBuckets } from './instruments.ts';

/** Makes them. */
export function slackMetrics({ counter, histogram }: Instruments): SlackMeter {
  const calls = counter({
    name: 'firebreak_slack_calls_total',
    help: 'Calls of Slack, by family of methods (chat, conversations, …) and outcome (ok, rate_limited, or what kind of trouble)',
    labels: ['family', 'outcome'],
  });
  // Seen before it happens, so that an outage that begins with the first call is seen from there.
  for (const family of ['chat', 'conversations'])
    for (const outcome of ['ok', 'ambiguous', 'dead', 'other']) calls({ family, outcome }, 0);
  const limited = counter({
    name: 'firebreak_slack_rate_limited_total',
    help: 'Calls that Slack answered 429, by family of methods',
    labels: ['family'],
  });
  limited({ family: 'chat' }, 0);
  const delay = histogram({
    name: 'firebreak_slack_lane_delay_seconds',
    help: 'How long calls waited until the rates of Slack allowed them, by lane (approval, state, log)',
    labels: ['lane'],
    buckets: workBuckets,
  });
  return {
    countCall(method, outcome) {
      const family = method.split('.')[0] ?? '';
      calls({ family, outcome });
      if (outcome === 'rate_limited') limited({ family });
    },
    observeLane: (lane, ms) => delay({ lane }, ms / 1000),
  };
}
