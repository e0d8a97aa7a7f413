// What the buttons that order a run have in common. Holds no rule.
import { isId } from '../../core/ids.ts';
import type { RunOrder } from '../../ports/operations.ts';
import { orderedWords } from '../views/order-modal.ts';
import { type ButtonHandler, defineButton } from './surface.ts';
import { refused, unknownButton } from './words.ts';

/** A button that orders the run of its message. */
export const orderButton = ({ order, about }: { readonly order: RunOrder; readonly about: string }): ButtonHandler =>
  defineButton({
    name: `run_${order}`,
    about,
    right: 'order',
    async press({ value, caller }, { operations }) {
      if (typeof value !== 'string' || !isId('run', value)) return unknownButton;
      const result = await operations.orderRun({ ...caller, runId: value, order });
      return result.ok ? orderedWords(order, result.value) : refused(result.error);
    },
  });
