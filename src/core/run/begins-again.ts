// Which orders bring a run to life that has ended. Pure.
import { isTerminal, type RunState } from './state.ts';

/** True for an order that makes a run work again after its end: in an incident that was closed nobody would be told how that ends. */
export const beginsAgain = ({ status }: Pick<RunState, 'status'>, order: { readonly type: string }): boolean =>
  isTerminal(status) && (order.type === 'retry' || order.type === 'compensate');
