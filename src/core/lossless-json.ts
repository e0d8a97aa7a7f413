// JSON text to a value without losing what it says: numbers that a double cannot hold stay text. Reads no bytes and bounds nothing.

/**
 * Parses JSON. A number that would silently become another one is kept as the text that was written: an integer beyond 2^53 - 1 (an id of
 * 64 bits), one with an exponent that is no longer exact, one too large or too small for a double (`1e400`, `1e-400`). Decimals are
 * rounded as everywhere. Throws a SyntaxError for what is no JSON.
 */
export function parseLossless(text: string): unknown {
  const value: unknown = JSON.parse(text);
  // Only what is JSON is rewritten: a fault is told about what was sent. A run of 16 digits or an exponent is seldom.
  return mayLose.test(text) ? JSON.parse(text.replace(textOrNumber, quoteIfLossy)) : value;
}

const mayLose = /\d{16}|\d[eE]|\d\.\d{15}/;
/** Texts are matched so that digits inside them are passed over. */
const textOrNumber = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

function quoteIfLossy(token: string): string {
  return token.startsWith('"') || isExact(token) ? token : `"${token}"`;
}

/** True if a double says what the text says; for a fraction below 2^53, as nearly as doubles do. */
function isExact(token: string): boolean {
  const value = Number(token);
  const [digits = '', exponent] = token.toLowerCase().split('e');
  if (!Number.isFinite(value)) return false;
  if (value === 0) return !/[1-9]/.test(digits);
  if (Number.isSafeInteger(value) || Math.abs(value) < Number.MAX_SAFE_INTEGER) return true;
  if (exponent === undefined && !digits.includes('.')) return false;
  // 1e18 is exact; 7.361924857362910001e18 is an integer with more digits than a double keeps.
  return digits.replace(/\D/g, '').replace(/^0+|0+$/g, '').length <= 15;
}
