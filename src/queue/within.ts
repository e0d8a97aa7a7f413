// A bound on waiting for something that may never answer. What is waited for goes on by itself.

/** Resolves or rejects as `work` does, or rejects after `ms` milliseconds saying that `what` did not answer. */
export function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what} did not answer within ${ms} ms`)), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
