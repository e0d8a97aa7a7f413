// The button of the Home tab that declares an incident. Holds no rule.

import { commandButton } from '../command-button.ts';
import { declare } from '../commands/declare.ts';

/** The button. */
export const homeDeclare = commandButton('home_declare', declare);
