// Which runs are exercises. Decides nothing about them.
import type { RunTrigger } from '../events.ts';

/** How the reason of a run that somebody started says that it is an exercise. */
const drillReason = /^drill\b/i;

/** True for a run that was started by hand as an exercise: its reason begins with `drill`. */
export const isDrill = ({ trigger }: { readonly trigger: RunTrigger }): boolean =>
  trigger.type === 'manual' && drillReason.test(trigger.reason ?? '');
