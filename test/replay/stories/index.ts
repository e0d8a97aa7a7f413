// Every story that histories are made of. A new event type needs a story here: it is the only way to a history of it.
import type { Story } from '../scene.ts';
import { approvals } from './approvals.ts';
import { ends } from './ends.ts';
import { flow } from './flow.ts';
import { followUp } from './follow-up.ts';
import { incidents } from './incidents.ts';
import { rules } from './rules.ts';
import { shadow } from './shadow.ts';
import { unclear } from './unclear.ts';

export const stories: readonly Story[] = [
  ...incidents,
  ...followUp,
  ...ends,
  ...approvals,
  ...unclear,
  ...flow,
  ...rules,
  ...shadow,
];
