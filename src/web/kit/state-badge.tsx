// A state as its icon and word, and a severity: the same everywhere. Knows no thing that has a state.
import type { Glyph, ShownState } from '../model/states.ts';
import { cx, toneChip, toneText } from './tone.ts';

const shapes: { readonly [G in Glyph]: React.ReactNode } = {
  burning: <circle cx="6" cy="6" r="4" fill="currentColor" />,
  failed: <path d="M3 3l6 6M9 3l-6 6" stroke="currentColor" strokeWidth="1.75" strokeLinecap="round" />,
  waits: (
    <>
      <circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M6 1.75a4.25 4.25 0 0 1 0 8.5z" fill="currentColor" />
    </>
  ),
  working: (
    <>
      <circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M6 6V1.75A4.25 4.25 0 0 1 10.25 6z" fill="currentColor" />
    </>
  ),
  done: (
    <path
      d="M2.5 6.4l2.4 2.4 4.6-5.2"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  ),
  undone: (
    <path
      d="M3 2.2v2.6h2.6M3.2 4.7a3.6 3.6 0 1 1-.7 2.6"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  ),
  none: <circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" strokeWidth="1.5" />,
};

/** The icon of a state alone; its word stands beside it, or is said to those who do not see. */
export function StateGlyph({
  state,
  said = false,
  className,
}: {
  state: ShownState;
  said?: boolean;
  className?: string;
}) {
  return (
    <span className={cx('inline-flex shrink-0', toneText[state.tone], className)} title={said ? state.word : undefined}>
      <svg viewBox="0 0 12 12" className="size-3.5" aria-hidden="true">
        {shapes[state.glyph]}
      </svg>
      {said && <span className="sr-only">{state.word}</span>}
    </span>
  );
}

/** A state with its word. `plain`: without its ground, in a row of others. */
export function StateBadge({ state, plain = false }: { state: ShownState; plain?: boolean }) {
  return (
    <span
      className={cx(
        'inline-flex items-center gap-1.5 align-middle text-xs font-medium whitespace-nowrap',
        plain ? toneText[state.tone] : cx('h-5 rounded-md px-1.5', toneChip[state.tone]),
      )}
    >
      <StateGlyph state={state} />
      {state.word}
    </span>
  );
}

const severities: { readonly [severity: number]: string } = {
  1: 'bg-red text-page border-red',
  2: 'border-red text-red',
  3: 'border-transparent text-amber bg-amber-ground',
  4: 'border-transparent text-grey bg-grey-ground',
};

/** A severity. */
export function SeverityBadge({ severity }: { severity: number }) {
  return (
    <span
      className={cx(
        'inline-flex h-5 shrink-0 items-center rounded-sm border px-1.5 align-middle text-xs font-semibold tracking-wide whitespace-nowrap',
        severities[severity] ?? severities[4],
      )}
    >
      SEV{severity}
    </span>
  );
}
