// The form that asks once more before an order that changes much. Holds no rule.
import { fieldValue } from '../../views/form.ts';
import { OrderOrigin, orderedWords, orderForm, orderReasonField } from '../../views/order-modal.ts';
import { defineForm } from '../surface.ts';
import { faultOf } from '../words.ts';

/** The form. */
export const orderRun = defineForm({
  name: orderForm,
  about: 'cancel or undo a run',
  right: 'order',
  origin: OrderOrigin,
  async submit({ origin, values, caller }, { operations }) {
    const { runId, order } = origin;
    const reason = fieldValue(values, orderReasonField);
    const result = await operations.orderRun({ ...caller, runId, order, ...(reason === null ? {} : { reason }) });
    return result.ok
      ? { outcome: 'done', text: orderedWords(order, result.value) }
      : { outcome: 'refused', faults: [faultOf(result.error)] };
  },
});
