// Makes many wake-ups for the same thing few: the first goes out at once, those that follow soon after go out as one. Loses none:
// after the last request for a key there is always a call.

/**
 * Calls `call` at once for a key, then at most once per interval, the last value winning.
 * @param intervalMs shortest time between two calls for one key
 */
export function coalesce<V>(
  call: (key: string, value: V) => void,
  intervalMs: number,
): (key: string, value: V) => void {
  const resting = new Map<string, { readonly value: V } | null>();
  return function push(key, value) {
    if (resting.has(key)) {
      resting.set(key, { value });
      return;
    }
    resting.set(key, null);
    call(key, value);
    setTimeout(() => {
      const last = resting.get(key);
      resting.delete(key);
      if (last) push(key, last.value);
    }, intervalMs).unref();
  };
}
