// The button Compensate of a run. Holds no rule.
import { orderButton } from '../order-button.ts';

/** The button. */
export const runCompensate = orderButton({ order: 'compensate', about: 'undo the completed steps' });
