// What a place in Slack has already, by the keys of its messages. Pure.

/** What stands behind a prefix in the keys of messages that this place has. */
export const toldUnder = (prefix: string, known: ReadonlySet<string>, suffix: string): readonly string[] =>
  [...known]
    .filter((key) => key.startsWith(prefix) && key.endsWith(suffix))
    .map((key) => key.slice(prefix.length, key.length - suffix.length))
    .filter((rest) => !rest.includes('@'));
