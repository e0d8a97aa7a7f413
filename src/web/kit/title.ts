// The title of the tab: what is open, and how much waits for a decision.
import { useEffect } from 'react';
import { useApprovals } from '../data/read.ts';

/** Names the tab. */
export function useTitle(title: string): void {
  const { data } = useApprovals('open');
  const waiting = data?.items.length ?? 0;
  useEffect(() => {
    document.title = `${waiting > 0 ? `(${waiting}) ` : ''}${title} · Firebreak`;
  }, [title, waiting]);
}
