// References to entries of the ledger below a claim: a press opens the entry where it stands.
import { useState } from 'react';
import { useEntry } from '../../data/read-follow-up.ts';
import { ErrorCard, Skeleton } from '../../kit/feedback.tsx';
import { Exactly } from '../../kit/parts.tsx';
import { ClockTime } from '../../kit/time.tsx';
import { cx } from '../../kit/tone.ts';

type Ref = { readonly seq: number; readonly redacted?: boolean };

/** References that are shown before somebody asks for more. */
const listed = 6;

/** The row; nothing where a claim refers to none. */
export function EntryRefs({ incident, refs }: { incident: string; refs: readonly Ref[] }) {
  const [open, setOpen] = useState<number | null>(null);
  const [all, setAll] = useState(false);
  if (refs.length === 0) return null;
  return (
    <div className="mt-1">
      <p className="flex flex-wrap items-center gap-1 text-xs text-muted">
        <span>{refs.length === 1 ? 'entry' : 'entries'}</span>
        {(all ? refs : refs.slice(0, listed)).map(({ seq, redacted = false }) => (
          <button
            key={seq}
            type="button"
            aria-expanded={open === seq}
            aria-label={`Entry ${seq}${redacted ? ', redacted' : ''}`}
            onClick={() => setOpen(open === seq ? null : seq)}
            className={cx(
              'tabular inline-flex h-5 items-center rounded-sm border px-1 font-mono text-[11px] hover:bg-raised hover:text-ink',
              open === seq && 'border-strong bg-raised text-ink',
              redacted && 'line-through',
            )}
          >
            {seq}
          </button>
        ))}
        {refs.length > listed && (
          <button type="button" onClick={() => setAll(!all)} className="px-1 hover:text-ink">
            {all ? 'fewer' : `and ${refs.length - listed} more`}
          </button>
        )}
      </p>
      {open !== null && <OpenedEntry incident={incident} seq={open} />}
    </div>
  );
}

function OpenedEntry({ incident, seq }: { incident: string; seq: number }) {
  const { data, error, refetch } = useEntry(incident, seq);
  if (data === undefined)
    return error === null ? (
      <Skeleton className="mt-2 h-24 w-full" />
    ) : (
      <div className="mt-2">
        <ErrorCard error={error} what={`Entry ${seq}`} retry={() => void refetch()} />
      </div>
    );
  const { entry, recorded } = data;
  return (
    <section aria-label={`Entry ${seq} of the ledger`} className="mt-2 space-y-2 rounded-md border bg-page p-3">
      <p className="text-sm">{entry.text}</p>
      <p className="text-xs text-muted">
        <ClockTime at={entry.at} /> · <span className="font-mono">{entry.type}</span>
      </p>
      <Exactly label={`Entry ${seq} as it was recorded`} value={recorded.data} />
    </section>
  );
}
