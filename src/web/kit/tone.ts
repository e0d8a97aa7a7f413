// The classes of a colour with a meaning, written out so that the style sheet has them. Names no state.
import type { StateTone } from '../model/states.ts';

/** Text on the page. */
export const toneText: { readonly [T in StateTone]: string } = {
  red: 'text-red',
  amber: 'text-amber',
  blue: 'text-blue',
  green: 'text-green',
  violet: 'text-violet',
  grey: 'text-grey',
};

/** Text on its own ground. */
export const toneChip: { readonly [T in StateTone]: string } = {
  red: 'text-red bg-red-ground',
  amber: 'text-amber bg-amber-ground',
  blue: 'text-blue bg-blue-ground',
  green: 'text-green bg-green-ground',
  violet: 'text-violet bg-violet-ground',
  grey: 'text-grey bg-grey-ground',
};

/** Joins the classes that count. */
export const cx = (...names: (string | false | null | undefined)[]): string => names.filter(Boolean).join(' ');
