// The command `done`. Holds no rule.
import { orderCommand } from '../order-command.ts';

/** The command. */
export const done = orderCommand({
  order: 'done',
  about: 'say that a step of unknown outcome did take effect',
  takesStep: true,
});
