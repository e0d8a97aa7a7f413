// Tells screen readers what changed, in few words and not more often than one can listen.
import { useEffect, useState } from 'react';
import { onChange } from '../data/live.ts';
import { announcement } from '../model/announcement.ts';

const everyMs = 2000;

/** A live region; it is not seen. */
export function Announcer() {
  const [said, setSaid] = useState('');
  useEffect(() => {
    let waiting: string | null = null;
    const timer = setInterval(() => {
      if (waiting === null) return;
      setSaid(waiting);
      waiting = null;
    }, everyMs);
    const leave = onChange(({ type }) => {
      waiting = announcement(type) ?? waiting;
    });
    return () => {
      clearInterval(timer);
      leave();
    };
  }, []);
  return (
    <p className="sr-only" aria-live="polite">
      {said}
    </p>
  );
}
