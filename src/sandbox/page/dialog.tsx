// What stands over the page: takes the focus, keeps it, ends on Escape, and gives the focus back to where it was.
import { type ReactNode, useLayoutEffect, useRef } from 'react';

type Props = {
  readonly label: string;
  readonly role?: 'dialog' | 'alertdialog';
  readonly className?: string;
  /** Escape, or a click beside it. */
  readonly onClose: () => void;
  readonly children: ReactNode;
};

/** A modal dialog of the browser's own: what is behind it cannot be reached. */
export function Dialog({ label, role = 'dialog', className = '', onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element?.showModal();
    // The first thing to fill in, else the first thing to do.
    const first = element?.querySelector<HTMLElement>('input, select, textarea') ?? element?.querySelector('button');
    first?.focus();
    return () => {
      element?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      role={role}
      aria-label={label}
      className={`dialog ${className}`}
      onCancel={(event) => {
        // The app may have to be told first; the dialog goes when its view does.
        event.preventDefault();
        onClose();
      }}
    >
      {children}
    </dialog>
  );
}
