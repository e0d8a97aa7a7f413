// The button Mark as done of a run. Holds no rule.
import { orderButton } from '../order-button.ts';

/** The button. */
export const runDone = orderButton({ order: 'done', about: 'say that a step did take effect' });
