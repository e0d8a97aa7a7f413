// The button Cancel run of a run. Holds no rule.
import { orderButton } from '../order-button.ts';

/** The button. */
export const runCancel = orderButton({ order: 'cancel', about: 'stop a run' });
