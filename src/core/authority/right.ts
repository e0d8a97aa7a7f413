// What a principal may do, as words. Grants nothing: access.ts says who has which, authorise.ts answers.
import { z } from 'zod';

/** Rights that the configuration can give. Whether somebody may approve is said by each approval's own rule. */
export const Right = z.enum(['view', 'respond', 'start', 'order', 'operate', 'design', 'administer', 'bypass']);
export type Right = z.infer<typeof Right>;

/**
 * Every right that a change or a question may need. `approve`: the approval's rule names who has it. `attend`: to see to a request
 * without deciding it, which those may who may decide it and those who may order runs. `deliver`: to bring alerts, which a sender that
 * has proved itself may do and nothing else.
 */
export type NeededRight = Right | 'approve' | 'attend' | 'deliver';

/** What each right allows, for refusals, help and documentation. */
export const rightMeaning: { readonly [R in NeededRight]: string } = {
  view: 'read incidents, runs, timelines and evidence',
  respond: 'declare, acknowledge, note, change severity and roles, merge, resolve, reopen and close incidents',
  start: 'start playbooks',
  order: 'retry, compensate, cancel, pause, resume and signal runs',
  approve: 'decide an approval',
  attend: 'ask about an approval, remind of it, reassign it, refresh its plan',
  operate: 'halt and release playbooks',
  design: 'publish, promote and roll back playbook versions',
  administer: 'make and revoke tokens, accept a restored database',
  bypass: 'break the glass',
  deliver: 'deliver alerts',
};
