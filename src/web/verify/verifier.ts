// The page's side of the worker that verifies records. Makes no request but for the worker's own file.
import type { OpeningStep, Question, Questions, VerifierReply } from './messages.ts';
import workerUrl from './worker/verify.worker.ts?worker&url';

/** Asks the worker; a bundle stays opened there until another one is, or the end. */
export type Verifier = {
  readonly ask: <N extends keyof Questions>(
    name: N,
    asked: Questions[N]['asked'],
    tell?: (step: OpeningStep) => void,
  ) => Promise<Questions[N]['answer']>;
  readonly end: () => void;
};

type Waiting = {
  readonly answered: (answer: Questions[keyof Questions]['answer']) => void;
  readonly failed: (error: Error) => void;
  readonly tell: ((step: OpeningStep) => void) | undefined;
};

/** Where the browser demands it (`require-trusted-types-for`), the address of a worker comes from a policy; this one knows no other. */
type TrustedTypes = {
  readonly createPolicy: (
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ) => {
    readonly createScriptURL: (url: string) => string;
  };
};
const policy = (globalThis as { readonly trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy(
  'firebreak-verifier',
  { createScriptURL: () => workerUrl },
);

/** Starts the worker. */
export function startVerifier(): Verifier {
  const worker = new Worker(policy?.createScriptURL(workerUrl) ?? workerUrl, { type: 'module' });
  const waiting = new Map<number, Waiting>();
  let asked = 0;
  worker.addEventListener('message', ({ data }: MessageEvent<VerifierReply>) => {
    const one = waiting.get(data.id);
    if (data.type === 'step') return one?.tell?.(data.step);
    waiting.delete(data.id);
    if (data.type === 'answer') one?.answered(data.answer);
    else one?.failed(new Error(data.message));
  });
  worker.addEventListener('error', () => {
    for (const { failed } of waiting.values())
      failed(new Error('the browser gave up: there was too little memory, or the page is old'));
    waiting.clear();
  });
  return {
    ask: (name, what, tell) =>
      new Promise((resolve, reject) => {
        asked += 1;
        // The worker answers with what belongs to the name.
        waiting.set(asked, { answered: resolve as Waiting['answered'], failed: reject, tell });
        worker.postMessage({ id: asked, name, asked: what } as Question);
      }),
    end() {
      worker.terminate();
      for (const { failed } of waiting.values()) failed(new Error('the page was left'));
      waiting.clear();
    },
  };
}
