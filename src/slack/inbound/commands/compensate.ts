// The command `compensate`. Holds no rule.
import { orderCommand } from '../order-command.ts';

/** The command. */
export const compensate = orderCommand({ order: 'compensate', about: 'undo the completed steps in reverse order' });
