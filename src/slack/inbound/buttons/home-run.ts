// The button of the Home tab that starts a playbook. Holds no rule.

import { commandButton } from '../command-button.ts';
import { run } from '../commands/run.ts';

/** The button. */
export const homeRun = commandButton('home_run', run);
