// The button Resume of a paused run. Holds no rule.
import { orderButton } from '../order-button.ts';

/** The button. */
export const runResume = orderButton({ order: 'resume', about: 'go on with a paused run' });
