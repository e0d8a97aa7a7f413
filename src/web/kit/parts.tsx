// Small parts: an id to copy, a key of the keyboard, a heading, a person's initials.
import { Check, Copy } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button } from './button.tsx';
import { Tip } from './tip.tsx';
import { cx } from './tone.ts';

/** An id or digest in mono that a press copies; `shown` is its short form. */
export function CopyId({ id, shown = id, className }: { id: string; shown?: string; className?: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(id);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <Tip text={copied ? 'Copied' : 'Copy'}>
      <button
        type="button"
        aria-label={`Copy ${shown}`}
        onClick={() => void copy().catch(() => undefined)}
        className={cx(
          'group inline-flex max-w-full items-center gap-1 rounded-sm px-1 font-mono text-xs text-muted hover:bg-raised hover:text-ink',
          className,
        )}
      >
        <span className="truncate">{shown}</span>
        {copied ? (
          <Check className="size-3 shrink-0" />
        ) : (
          <Copy className="size-3 shrink-0 opacity-50 group-hover:opacity-100" />
        )}
      </button>
    </Tip>
  );
}

/** Copies a text, and says that it did. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <Button size="small" onClick={() => void copy().catch(() => undefined)}>
      {copied ? <Check className="size-3.5" aria-hidden="true" /> : <Copy className="size-3.5" aria-hidden="true" />}
      <span aria-live="polite">{copied ? 'Copied' : label}</span>
    </Button>
  );
}

/** A key, as it stands on the keyboard. */
export const Kbd = ({ children }: { children: ReactNode }) => (
  <kbd className="inline-flex h-5 min-w-5 items-center justify-center rounded-sm border border-strong bg-surface px-1 font-sans text-xs text-muted">
    {children}
  </kbd>
);

/** Text in mono that is read as a command or an id. */
export const Mono = ({ children, className }: { children: ReactNode; className?: string }) => (
  <code className={cx('font-mono text-xs', className)}>{children}</code>
);

/** Lines of a text that are shown before somebody asks for more. */
const shownLines = 24;

/** JSON or another text as it is, long ones folded. */
export function Exactly({ label, value }: { label: string; value: unknown }) {
  const [all, setAll] = useState(false);
  const text = typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? '');
  const lines = text.split('\n');
  const isLong = lines.length > shownLines + 4;
  return (
    <figure aria-label={label} className="overflow-hidden rounded-md border bg-surface">
      <pre className="px-3 py-2 font-mono text-xs whitespace-pre-wrap">
        {all || !isLong ? text : lines.slice(0, shownLines).join('\n')}
      </pre>
      {isLong && (
        <button
          type="button"
          onClick={() => setAll(!all)}
          className="w-full border-t px-3 py-1.5 text-left text-xs font-medium text-muted hover:text-ink"
        >
          {all ? 'Show less' : `Show all ${lines.length} lines`}
        </button>
      )}
    </figure>
  );
}

/** A number beside a word, where there is something to count. */
export const Count = ({ n, loud = false }: { n: number; loud?: boolean }) =>
  n === 0 ? null : (
    <span
      className={cx(
        'tabular inline-flex h-4 min-w-4 items-center justify-center rounded-full px-1 text-[11px] font-semibold',
        loud ? 'bg-accent text-page' : 'bg-raised text-muted',
      )}
    >
      {n > 99 ? '99+' : n}
    </span>
  );
