// The form that asks once more before an order that changes much, and what every order comes to in words. Pure.
import type { ModalView } from '@slack/types';
import { z } from 'zod';
import type { RunState } from '../../core/run/state.ts';
import type { RunOrder } from '../../ports/operations.ts';
import { code, section } from '../text.ts';
import { formOf, textField } from './form.ts';
import { BigOrder, orderEffect } from './order-words.ts';
import { runTitle, statusText } from './run-message.ts';
import { runWords, stateText } from './states.ts';

/** Name of the form. */
export const orderForm = 'order_run';
/** What the form carries. */
export const OrderOrigin = z.object({ channelId: z.string(), runId: z.string(), order: BigOrder });
/** Its field. */
export const orderReasonField = 'reason';

const asks: { readonly [O in BigOrder]: string } = { cancel: 'Cancel the run?', compensate: 'Undo the run?' };
const yes: { readonly [O in BigOrder]: string } = { cancel: 'Cancel the run', compensate: 'Undo' };

/** The form. */
export const orderModal = ({
  run,
  order,
  channelId,
}: {
  readonly run: RunState;
  readonly order: BigOrder;
  readonly channelId: string;
}): ModalView =>
  formOf({
    name: orderForm,
    title: asks[order],
    submit: yes[order],
    origin: { channelId, runId: run.runId, order },
    blocks: [
      section(`*${runTitle(run)}*  ·  ${stateText(runWords(run))}\n${orderEffect[order]}`),
      textField({ id: orderReasonField, label: 'Reason', isOptional: true, isLong: true }),
    ],
  });

const given: { readonly [O in RunOrder]: string } = {
  retry: 'What failed is tried again',
  compensate: 'What was done is being undone',
  cancel: 'The run is being cancelled',
  pause: 'The run is paused: nothing new of it starts',
  resume: 'The run goes on',
  done: 'The step counts as done',
};

/** What an order came to, for whoever gave it. */
export const orderedWords = (order: RunOrder, run: RunState): string =>
  `${given[order]}. ${code(run.runId)} is *${statusText(run)}*.`;
