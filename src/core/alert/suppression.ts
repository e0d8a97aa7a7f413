// The answer of what keeps an alert from people: silences, windows and inhibition give it in the same form. Suppresses nothing by itself.

/** What keeps an alert quiet; null: nothing does. */
export type Suppression<By> = {
  readonly by: By | null;
  /** Rules whose condition could not be evaluated, as sentences. They do not suppress, and this must be shown. */
  readonly unclear: readonly string[];
};
