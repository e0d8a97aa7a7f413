// Slack away for ten minutes in the middle of ten runs.
import { it } from 'vitest';
import { holdSlackOutage } from '../support/engine/slack-outage.ts';

it('Slack answers 429, then 500, then nothing, ten minutes in all, in the middle of ten runs: none fails, and in the end all of it stands there once', () =>
  holdSlackOutage(200_000, 120_000));
