// The command `retry`. Holds no rule.
import { orderCommand } from '../order-command.ts';

/** The command. */
export const retry = orderCommand({ order: 'retry', about: 'try again what failed', takesStep: true });
