// The button Retry of a run. Holds no rule.
import { orderButton } from '../order-button.ts';

/** The button. */
export const runRetry = orderButton({ order: 'retry', about: 'try again what failed' });
