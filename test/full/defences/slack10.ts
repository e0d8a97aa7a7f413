// Defences of what Slack is told: at the rates that it publishes, what people wait for first, nothing for ever.
import type { Defence } from './defence.ts';

const crowd = 'test/unit/slack-crowd.test.ts';
const limiter = 'test/unit/slack-rate-limiter.test.ts';

/** They need no database. */
export const defences: readonly Defence[] = [
  {
    threat: 'many new channels at once keep requests waiting',
    defence: 'All who are missing in a channel are invited with one call.',
    file: 'src/slack/outbound/invite-people.ts',
    find: 'const some = await missing();',
    replace: 'const some = (await missing()).slice(0, 1);',
    test: crowd,
  },
  {
    threat: 'many new channels at once: Slack refuses calls',
    defence: 'Every bookmark waits for the rate of bookmarks.',
    file: 'src/slack/outbound/furnish-channel.ts',
    find: "await rateLimiter.schedule({ lane: 'log', method: 'bookmarks.add', channelId, run });",
    replace: 'await run();',
    test: crowd,
  },
  {
    threat: 'a decision is not shown while people are invited',
    defence: 'What stands is edited without waiting for those who are to come.',
    file: 'src/slack/outbound/put-in-order.ts',
    find: '  await together(wanted.first);',
    replace: '  await arrived;\n  await together(wanted.first);',
    test: 'test/unit/slack-order.test.ts',
    title: 'with a decision shown at once',
  },
  {
    threat: 'a less urgent lane keeps an approval waiting',
    defence: 'What other processes left of a rate is refused to a lane, and not to the more urgent ones.',
    file: 'src/slack/outbound/rate-limiter.ts',
    find: 'buckets.holdLane(call, clock.nowMs() + waitMs);',
    replace: 'buckets.pause(call, clock.nowMs() + waitMs);',
    test: limiter,
    title: 'lets an approval go on',
  },
  {
    threat: 'several decisions at once wait for edits of states',
    defence: 'A lane leaves a share of the rate to the more urgent ones.',
    file: 'src/slack/outbound/rate-limiter.ts',
    find: 'approval: 0, state: 1 / 3, log: 1 / 2',
    replace: 'approval: 0, state: 0, log: 0',
    test: limiter,
  },
  {
    threat: 'a slow database loses what people do in Slack',
    defence: 'The time to acknowledge counts from when a request came.',
    file: 'src/slack/inbound/answers.ts',
    find: 'clock.sleep(timeLeft(clock, cameAtMs)).then(() => null)',
    replace: 'clock.sleep(acknowledgeWithinMs).then(() => null)',
    test: 'test/unit/slack-late-forms.test.ts',
    title: 'even if it took long to be admitted',
  },
  {
    threat: 'what waits for Slack keeps a decision waiting',
    defence: 'A job only begins a telling.',
    file: 'src/slack/outbound/tellings.ts',
    find: 'const telling = notify(incidentId, version)',
    replace: 'if (underWay.size > 0) return;\n      const telling = notify(incidentId, version)',
    test: crowd,
    title: 'a job only begins a telling',
  },
];
