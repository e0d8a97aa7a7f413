// What the buttons that order a run have in common. Holds no rule.
import { z } from 'zod';
import { isId } from '../../core/ids.ts';
import type { RunOrder } from '../../ports/operations.ts';
import { orderedWords } from '../views/order-modal.ts';
import { type ButtonHandler, defineButton } from './surface.ts';
import { refused, unknownButton } from './words.ts';

/** A run, and the node that the order is about; without one it is about the run as a whole. Which nodes there are the engine knows. */
const Value = z
  .string()
  .max(300)
  .transform((text) => {
    const [runId = '', step, ...rest] = text.split('|');
    return { runId, step, rest };
  })
  .pipe(
    z.object({
      runId: z.string().refine((id) => isId('run', id)),
      step: z
        .string()
        .regex(/^[\w~#-]+$/)
        .optional(),
      rest: z.tuple([]),
    }),
  );

/** A button that orders the run of its message. */
export const orderButton = ({ order, about }: { readonly order: RunOrder; readonly about: string }): ButtonHandler =>
  defineButton({
    name: `run_${order}`,
    about,
    right: 'order',
    async press({ value, caller }, { operations }) {
      const meant = Value.safeParse(value);
      if (!meant.success) return unknownButton;
      const { runId, step } = meant.data;
      const about = step === undefined ? { runId } : { runId, step };
      const result = await operations.orderRun({ ...caller, ...about, order });
      return result.ok ? orderedWords(order, result.value) : refused(result.error);
    },
  });
