// What the buttons that order a run have in common. Holds no rule.
import type { RunOrder } from '../../ports/operations.ts';
import { orderedWords } from '../views/order-modal.ts';
import { readOrderValue } from '../views/order-value.ts';
import { type ButtonHandler, defineButton } from './surface.ts';
import { refused, unknownButton } from './words.ts';

/** A button that orders the run of its message, or what became of one step of it. */
export const orderButton = ({ order, about }: { readonly order: RunOrder; readonly about: string }): ButtonHandler =>
  defineButton({
    name: `run_${order}`,
    about,
    right: 'order',
    async press({ value, caller }, { operations }) {
      const ordered = readOrderValue(value);
      if (!ordered) return unknownButton;
      const result = await operations.orderRun({ ...caller, ...ordered, order });
      return result.ok ? orderedWords(order, result.value) : refused(result.error);
    },
  });
