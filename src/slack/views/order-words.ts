// Orders that change much, and what they do, in words. Pure.
import { z } from 'zod';

/** Orders that end a run, or undo what it did. */
export const BigOrder = z.enum(['cancel', 'compensate']);
export type BigOrder = z.infer<typeof BigOrder>;

/** What such an order does, said before it is given. */
export const orderEffect: { readonly [O in BigOrder]: string } = {
  cancel: 'Nothing more starts and what is under way is broken off. What is done already is not undone.',
  compensate: 'What the run has done is undone, in reverse order, as far as its steps can be undone.',
};
