// Trap 4 as Slack shows it, over many stories of one incident.
import { it } from 'vitest';
import { holdSlackObligations } from '../support/engine/slack-obligations.ts';

it('trap 4: at rest no message in Slack says that something burns which is over, in 500 stories', () =>
  holdSlackObligations(500));
