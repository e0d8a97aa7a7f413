// The settings of change control in firebreak.yaml: what decides which version is live, and when files are read anew. Reads no file.
import { z } from 'zod';

/** The shapes of the sections, by name. */
export const changeControlSections = {
  /** What decides which version of a playbook is live: the folder, or the stage that the ledger has for it. */
  changeControl: z.enum(['folder', 'promoted'], { error: 'must be folder or promoted' }).default('folder'),
  /** When folder and configuration are read anew: when somebody asks for it, or also when something has changed there. */
  reload: z.enum(['onRequest', 'watch'], { error: 'must be onRequest or watch' }).default('onRequest'),
};

/** What they say. */
export type ChangeControlSettings = {
  readonly [K in keyof typeof changeControlSections]: z.output<(typeof changeControlSections)[K]>;
};
