// A worker's right to act that is never lost, for tests of what a step does with it.
import type { LeaseHold } from '../../../src/engine/lease.ts';

/** It lets everything pass. */
export const lastingHold: LeaseHold = { fence: () => undefined, hasActed: () => true, isLost: () => false };
