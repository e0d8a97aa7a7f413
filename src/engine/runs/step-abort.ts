// What ends the action of one step from outside. Its signal is made only when somebody asks for it: most steps end before anybody does.

/** The end of one step's action. */
export type StepAbort = {
  /** Ends it; more than once is as good as once. */
  readonly abort: () => void;
  readonly isAborted: () => boolean;
  /** Aborted with it, and at once where that has happened already. */
  readonly signal: () => AbortSignal;
};

/** Makes it. */
export function createStepAbort(): StepAbort {
  let aborted = false;
  let controller: AbortController | null = null;
  return {
    abort() {
      aborted = true;
      controller?.abort();
    },
    isAborted: () => aborted,
    signal() {
      controller ??= new AbortController();
      if (aborted) controller.abort();
      return controller.signal;
    },
  };
}
