// A setting's value without what editors, shells and orchestrators put around it. Pure.

/**
 * The value itself: without a byte order mark, without white space and line ends around it, and without one pair of quotes, which
 * env files of Docker and systemd disagree about. A value that begins and ends with the same quote on purpose needs a second pair.
 */
export function plainValue(text: string): string {
  const bare = text.replace(/^\ufeff/, '').trim();
  const quoted = /^(["'])([\s\S]*)\1$/.exec(bare);
  return quoted ? (quoted[2] ?? '') : bare;
}
