// The command `cancel`. Holds no rule.
import { orderCommand } from '../order-command.ts';

/** The command. */
export const cancel = orderCommand({ order: 'cancel', about: 'stop a run' });
