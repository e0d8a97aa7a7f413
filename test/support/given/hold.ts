// A worker's right to act that is never lost, for tests of what a step does with it.
import type { Hold } from '../../../src/engine/lease.ts';

/** It lets everything pass. */
export const lastingHold: Hold = { fence: () => undefined, hasActed: () => true, isLost: () => false };
