// The command `resume`. Holds no rule.
import { orderCommand } from '../order-command.ts';

/** The command. */
export const resume = orderCommand({ order: 'resume', about: 'go on with a paused run' });
