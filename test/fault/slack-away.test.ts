// Slack away in the middle of ten runs: a slice of some seconds of what the long suite holds for ten minutes.
import { it } from 'vitest';
import { holdSlackOutage } from '../support/engine/slack-outage.ts';

it(
  'Slack answers 429, then 500, then nothing, 3 s each, in the middle of ten runs: none fails, and in the end all of it stands there once',
  () => holdSlackOutage(3000, 45_000),
  120_000,
);
