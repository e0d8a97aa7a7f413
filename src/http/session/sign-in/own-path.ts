// Where people go after they have signed in: a path of this server and nothing else, whatever the link said. Pure.

const maxChars = 1500;
const start = '/';
const nowhere = 'http://own.invalid';

/** The path, with its query; the start page in place of whatever leads elsewhere, or would begin the sign-in anew. */
export function ownPath(text: unknown): string {
  if (typeof text !== 'string' || text.length > maxChars) return start;
  // Browsers read a backslash as a slash, and drop line breaks and tabs: a path with one of them means to be misread.
  if (!/^\/[\x21-\x5b\x5d-\x7e]*$/.test(text) || !URL.canParse(text, nowhere)) return start;
  const { origin, pathname, search } = new URL(text, nowhere);
  if (origin !== nowhere || pathname.startsWith('//')) return start;
  return /^\/sign-(in|out)(\/|$)/.test(pathname) ? start : `${pathname}${search}`;
}
