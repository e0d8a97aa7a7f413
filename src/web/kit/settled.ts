// A value that changes with every key, held until somebody stops typing.
import { useEffect, useState } from 'react';

/** The value as it was a moment ago, once it stays. */
export function useSettled<T>(value: T, afterMs = 200): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), afterMs);
    return () => clearTimeout(timer);
  }, [value, afterMs]);
  return settled;
}
