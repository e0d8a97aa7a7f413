// What was done, said for a moment at the edge of the screen and to screen readers.
import { X } from 'lucide-react';
import { Toast as Radix } from 'radix-ui';
import { useSyncExternalStore } from 'react';
import type { ShownState } from '../model/states.ts';
import { StateGlyph } from './state-badge.tsx';

type Toast = { readonly id: number; readonly text: string; readonly state: ShownState };

let shown: readonly Toast[] = [];
let last = 0;
const watchers = new Set<() => void>();
const set = (next: readonly Toast[]) => {
  shown = next;
  for (const watcher of watchers) watcher();
};
const subscribe = (watcher: () => void) => {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
};

/** Says it. */
export function toast(text: string, state: ShownState): void {
  last += 1;
  set([...shown, { id: last, text, state }].slice(-3));
}

/** Where they appear; once in the application. */
export function Toasts() {
  const toasts = useSyncExternalStore(subscribe, () => shown);
  return (
    <Radix.Provider duration={5000} label="Done">
      {toasts.map(({ id, text, state }) => (
        <Radix.Root
          key={id}
          onOpenChange={(open) => !open && set(shown.filter((one) => one.id !== id))}
          className="appear flex items-center gap-2.5 rounded-lg border bg-page px-3 py-2.5 text-sm shadow-overlay"
        >
          <StateGlyph state={state} />
          <Radix.Description className="min-w-0 flex-1">{text}</Radix.Description>
          <Radix.Close aria-label="Close" className="text-muted hover:text-ink">
            <X className="size-4" />
          </Radix.Close>
        </Radix.Root>
      ))}
      <Radix.Viewport className="fixed right-4 bottom-20 z-50 flex w-80 max-w-[calc(100vw-2rem)] flex-col gap-2 md:bottom-4" />
    </Radix.Provider>
  );
}
