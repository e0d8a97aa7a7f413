// Trap 4 as Slack shows it, over a few stories; the long suite tells more.
import { it } from 'vitest';
import { holdSlackObligations } from '../support/engine/slack-obligations.ts';

it(
  'trap 4: at rest no message in Slack says that something burns which is over',
  () => holdSlackObligations(20),
  60_000,
);
