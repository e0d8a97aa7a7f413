// The signal of one call: ends with its step, or when its time is over. Made only when the call asks for it, and forgotten with it.
import type { StepAbort } from './step-abort.ts';

/** The end of a call. */
export type BoundedSignal = {
  readonly signal: () => AbortSignal;
  /** True once its time was over. */
  readonly isOver: () => boolean;
  /** To be called when the call has ended. */
  readonly release: () => void;
};

/** The longest delay that a timer takes, in milliseconds; a longer one would fire at once. */
const longestMs = 2 ** 31 - 1;

/** Bounds a call by the signal of its step, and by time from now on. Most calls end long before either: they leave nothing behind. */
export function boundedSignal(ofStep: Pick<StepAbort, 'signal'>, timeoutMs: number): BoundedSignal {
  const begunAtMs = performance.now();
  type Made = { readonly controller: AbortController; readonly timer: NodeJS.Timeout; readonly step: AbortSignal };
  let made: Made | null = null;
  let over = false;
  const abort = () => made?.controller.abort();
  const make = () => {
    const controller = new AbortController();
    const leftMs = Math.min(longestMs, Math.max(0, Math.ceil(timeoutMs - (performance.now() - begunAtMs))));
    const timer = setTimeout(() => {
      over = true;
      controller.abort();
    }, leftMs);
    const step = ofStep.signal();
    made = { controller, timer, step };
    if (step.aborted) controller.abort();
    else step.addEventListener('abort', abort, { once: true });
    return controller;
  };
  return {
    signal: () => (made?.controller ?? make()).signal,
    isOver: () => over,
    release() {
      clearTimeout(made?.timer);
      made?.step.removeEventListener('abort', abort);
    },
  };
}
