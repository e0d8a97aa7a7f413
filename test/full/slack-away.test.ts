// Slack away for ten minutes in the middle of ten runs.
import { it } from 'vitest';
import { holdSlackOutage } from '../support/engine/slack-outage.ts';

it('Slack answers 429, then 500, then nothing, for ten minutes: no run fails for it, and in the end all of it stands there once', () =>
  holdSlackOutage({ eachMs: 200_000, isWhole: true }));
