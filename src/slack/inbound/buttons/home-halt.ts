// The button of the Home tab that halts automation. Holds no rule.

import { commandButton } from '../command-button.ts';
import { halt } from '../commands/halt.ts';

/** The button. */
export const homeHalt = commandButton('home_halt', halt);
