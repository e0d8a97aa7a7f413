// The instants in a sentence of the program, so that they can be shown as the reader counts time. Pure.

/** A piece of a sentence. */
export type SentencePart = { readonly text: string; readonly isInstant: boolean };

const instant = /(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z)/;

/** Its pieces, in their order. */
export const partsOfSentence = (text: string): readonly SentencePart[] =>
  text
    .split(instant)
    .map((piece, place) => ({ text: piece, isInstant: place % 2 === 1 }))
    .filter((part) => part.text !== '');
