// The command `pause`. Holds no rule.
import { orderCommand } from '../order-command.ts';

/** The command. */
export const pause = orderCommand({ order: 'pause', about: 'start nothing new in a run' });
