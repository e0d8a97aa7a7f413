// Lets those in this process who want to change the same thing take turns: racing each other for the end of one stream, all but one
// would lose each time. Correctness does not hang on it; other processes are met in the ledger.

/** Does `work` when everybody before has ended; `waited` tells whether there was anybody. */
export type KeyedMutex = <T>(key: string, work: (waited: boolean) => Promise<T>) => Promise<T>;

/** Turns, in the order in which they are asked for. */
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
