// How many of what, in words. Pure.

/** `1 slot`, `1,200 slots`; `many` where it is not the word with an s. */
export const countText = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
