// Keeps the focus of who works with the keyboard: when what had it is drawn anew or goes (a button after its click), its likeness in the
// same message gets it, else the message.
import { useEffect, useLayoutEffect, useRef } from 'react';

/** The element whose focus is kept, what it says, and the message in which it stands. */
type Last = { readonly element: Element; readonly name: string; readonly ts: string };

const nameOf = (element: Element): string => element.getAttribute('aria-label') ?? element.textContent ?? '';

/** Call it once on the page; it looks after every render. */
export function useKeptFocus(): void {
  const last = useRef<Last | null>(null);
  useEffect(() => {
    const remember = ({ target }: FocusEvent) => {
      // A dialog gives the focus back by itself.
      if (!(target instanceof Element) || target.closest('dialog')) return;
      const ts = target.closest('[data-ts]')?.getAttribute('data-ts');
      last.current = ts ? { element: target, name: nameOf(target), ts } : null;
    };
    document.addEventListener('focusin', remember);
    return () => document.removeEventListener('focusin', remember);
  }, []);
  useLayoutEffect(() => {
    const { current } = last;
    if (current === null || current.element.isConnected || document.activeElement !== document.body) return;
    const message = document.querySelector<HTMLElement>(`[data-ts="${current.ts}"]`);
    const alike = [...(message?.querySelectorAll<HTMLElement>('button, a, select, input') ?? [])];
    (alike.find((one) => nameOf(one) === current.name) ?? message)?.focus({ preventScroll: true });
  });
}
