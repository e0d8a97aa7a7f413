// A question or form over the page. Its veil is our own: the kit's would bring a style of its own, which the page's policy forbids.
import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { IconButton } from './button.tsx';
import { cx } from './tone.ts';

type DialogProps = {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** What it is about, said to screen readers with the title. */
  readonly description?: ReactNode;
  readonly children: ReactNode;
  readonly wide?: boolean;
  /** Its title is said and not shown: what stands in it says it all. */
  readonly bare?: boolean;
};

/** What one is there for comes first: a field, else the dialog itself, never the button that closes it. */
function focusFirst(event: Event): void {
  const { currentTarget } = event;
  if (!(currentTarget instanceof HTMLElement)) return;
  event.preventDefault();
  (currentTarget.querySelector<HTMLElement>('input, textarea, select') ?? currentTarget).focus();
}

/** A dialog with a title; Escape and a press beside it close it. */
export function Dialog({ open, onClose, title, description, children, wide = false, bare = false }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Radix.Portal>
        <div className="fixed inset-0 z-40 bg-veil" aria-hidden="true" />
        <Radix.Content
          {...(description === undefined && { 'aria-describedby': undefined })}
          onOpenAutoFocus={focusFirst}
          className={cx(
            'appear fixed z-50 flex max-h-[85dvh] flex-col overflow-hidden border bg-page shadow-overlay',
            'inset-x-0 bottom-0 rounded-t-lg sm:inset-auto sm:top-[12vh] sm:left-1/2 sm:w-full sm:-translate-x-1/2 sm:rounded-lg',
            wide ? 'sm:max-w-2xl' : 'sm:max-w-lg',
          )}
        >
          <header className={bare ? 'sr-only' : 'flex items-start gap-3 px-5 pt-4'}>
            <Radix.Title className="min-w-0 flex-1 text-lg font-semibold">{title}</Radix.Title>
            {!bare && (
              <IconButton label="Close" onClick={onClose} className="-mt-1 -mr-2">
                <X className="size-4" />
              </IconButton>
            )}
          </header>
          {description !== undefined && (
            <Radix.Description asChild>
              <div className="px-5 pt-1 text-muted">{description}</div>
            </Radix.Description>
          )}
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** What stands in the middle of a dialog; it scrolls. */
export const DialogBody = ({ children }: { children: ReactNode }) => (
  <div className="min-h-0 flex-1 space-y-4 overflow-y-auto px-5 py-4">{children}</div>
);

/** The buttons at its end. */
export const DialogFoot = ({ children }: { children: ReactNode }) => (
  <footer className="flex flex-wrap items-center justify-end gap-2 border-t bg-surface px-5 py-3">{children}</footer>
);
