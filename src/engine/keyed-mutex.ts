// A mutex per key, within this process: commands on one stream that race each other for its end would all but one end in a conflict.
// Nothing is correct only because of it: a stale append of any process is refused by the ledger.

/** Runs `work` once all earlier work under the key has ended; `waited` tells whether there was any. */
export type KeyedMutex = <T>(key: string, work: (waited: boolean) => Promise<T>) => Promise<T>;

/** Makes the mutex; work under one key runs in the order in which it came. */
export function createKeyedMutex(): KeyedMutex {
  const last = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const before = last.get(key);
    const own = before === undefined ? work(false) : before.then(() => work(true));
    const ended = own.then(
      () => undefined,
      () => undefined,
    );
    last.set(key, ended);
    void ended.then(() => last.get(key) === ended && last.delete(key));
    return own;
  };
}
