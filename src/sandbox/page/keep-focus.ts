// Keeps the focus of who works with the keyboard: when what had it goes (a button after its click), its message gets it instead.
import { useEffect, useLayoutEffect, useRef } from 'react';

/** The element whose focus is kept, and the message in which it stands. */
type Last = { readonly element: Element; readonly ts: string };

/** Call it once on the page; it looks after every render. */
export function useKeptFocus(): void {
  const last = useRef<Last | null>(null);
  useEffect(() => {
    const remember = ({ target }: FocusEvent) => {
      // A dialog gives the focus back by itself.
      if (!(target instanceof Element) || target.closest('dialog')) return;
      const ts = target.closest('[data-ts]')?.getAttribute('data-ts');
      last.current = ts ? { element: target, ts } : null;
    };
    document.addEventListener('focusin', remember);
    return () => document.removeEventListener('focusin', remember);
  }, []);
  useLayoutEffect(() => {
    const { current } = last;
    if (current === null || current.element.isConnected || document.activeElement !== document.body) return;
    document.querySelector<HTMLElement>(`[data-ts="${current.ts}"]`)?.focus({ preventScroll: true });
  });
}
