// Slack's rates where there is one process: what it allows itself is all that is sent.
import type { SlackRates } from '../../../src/ports/slack-rates.ts';

/** Nobody else takes anything. */
export const aloneRates: SlackRates = { take: async () => 0, pause: async () => undefined };
