// Slack away in the middle of ten runs: a slice of some seconds of what the long suite holds for ten minutes.
import { it } from 'vitest';
import { holdSlackOutage } from '../support/engine/slack-outage.ts';

it(
  'Slack answers 429, then 500, then nothing, in the middle of ten runs: none fails for it, and nothing stands there twice',
  () => holdSlackOutage({ eachMs: 2000, isWhole: false }),
  120_000,
);
