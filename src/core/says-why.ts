// Whether a reason says anything: where people must say why, blanks, what cannot be seen and mere signs are no reason. Pure.

/** True for text with a letter or a figure of any script in it. */
export const saysWhy = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);
