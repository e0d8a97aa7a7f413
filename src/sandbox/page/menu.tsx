// A button with a list of things to do under it. Arrow keys move, Escape closes, and the focus goes back to the button.
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';

/** One thing to do. */
export type MenuItem = { readonly label: string; readonly shown?: ReactNode; readonly run: () => void };

type Props = {
  readonly label: string;
  readonly children: ReactNode;
  readonly items: readonly MenuItem[];
  readonly className?: string;
};

/** The button and its list. */
export function Menu({ label, children, items, className = '' }: Props) {
  const [isOpen, setIsOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const entries = () => [...(list.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
  useEffect(() => {
    if (isOpen) list.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
  }, [isOpen]);
  const close = () => {
    setIsOpen(false);
    button.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const all = entries();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      all[(at + step + all.length) % all.length]?.focus();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      close();
    }
  };
  return (
    <div className="menu">
      <button
        ref={button}
        type="button"
        className={className}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setIsOpen(!isOpen)}
      >
        {children}
      </button>
      {isOpen ? (
        <div
          ref={list}
          className="menu-list"
          role="menu"
          aria-label={label}
          tabIndex={-1}
          onKeyDown={onKeyDown}
          onBlur={({ currentTarget, relatedTarget }) => {
            // A click on the button closes it by itself.
            if (relatedTarget !== button.current && !currentTarget.contains(relatedTarget)) setIsOpen(false);
          }}
        >
          {items.map(({ label: name, shown, run }) => (
            <button
              key={name}
              type="button"
              className="menu-item"
              role="menuitem"
              aria-label={name}
              onClick={() => {
                close();
                run();
              }}
            >
              {shown ?? name}
            </button>
          ))}
        </div>
      ) : null}
    </div>
  );
}
