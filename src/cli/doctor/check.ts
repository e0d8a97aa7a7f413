// One finding of `firebreak doctor`. Types only.

/** One thing that was looked at. */
export type Check = {
  readonly about: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly found: string;
  /** What to do; null: nothing. */
  readonly advice: string | null;
};
