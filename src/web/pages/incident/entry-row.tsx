// One entry of the ledger; opened, with everything that was recorded.
import { useQuery } from '@tanstack/react-query';
import { memo, useState } from 'react';
import type { ApiLedgerEntry } from '../../../contract/ledger.ts';
import type { ApiTimelineEvent } from '../../../contract/timeline.ts';
import { Skeleton } from '../../kit/feedback.tsx';
import { CopyId, Exactly } from '../../kit/parts.tsx';
import { ClockTime, Instant } from '../../kit/time.tsx';
import { cx, toneText } from '../../kit/tone.ts';
import type { RedactedEntry } from '../../model/redacted.ts';
import { entryTone } from '../../model/story.ts';

/** Where entries are read whole; `key` names it. */
export type RecordedBy = {
  readonly key: string;
  readonly read: (seq: number, signal: AbortSignal) => Promise<ApiTimelineEvent | null>;
};

type EntryProps = {
  readonly entry: ApiLedgerEntry;
  readonly from: RecordedBy;
  /** Absent: nothing was taken out of it. */
  readonly redacted?: RedactedEntry | undefined;
  /** Puts names in the place of ids; absent: none are known. */
  readonly name?: (text: string) => string;
};

const asIs = (text: string) => text;

/** The row; a press opens it. While one scrolls, rows that stay are not drawn anew. */
export const EntryRow = memo(function EntryRow({ entry, from, redacted, name = asIs }: EntryProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="grid w-full grid-cols-[4.25rem_minmax(0,1fr)] gap-x-2 px-4 py-2 text-left text-xs hover:bg-surface focus-visible:-outline-offset-2"
      >
        <ClockTime at={entry.at} className="text-muted" />
        <span className="min-w-0">
          <span className="flex items-start gap-1.5">
            <span
              className={cx('mt-[5px] size-1.5 shrink-0 rounded-full bg-current', toneText[entryTone(entry)])}
              aria-hidden="true"
            />
            <span className={cx('min-w-0', open ? '' : 'line-clamp-2')}>{name(entry.text)}</span>
          </span>
          <span className="mt-0.5 block font-mono text-[11px] text-muted">
            {entry.seq} · {entry.type}
            {redacted !== undefined && <span className="font-sans text-amber"> · redacted</span>}
          </span>
        </span>
      </button>
      {open && <Recorded entry={entry} from={from} redacted={redacted} />}
    </>
  );
});

function Recorded({ entry, from, redacted }: EntryProps) {
  const { data, error } = useQuery({
    queryKey: ['entry', from.key, entry.id],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => from.read(entry.seq, signal),
  });
  if (error) return <p className="px-4 pb-3 text-xs text-red">{error.message}</p>;
  if (!data) return <Skeleton className="mx-4 mb-3 h-24" />;
  return (
    <div className="space-y-2 px-4 pb-3">
      {redacted !== undefined && (
        <p className="rounded-md bg-amber-ground px-3 py-2 text-xs text-amber">
          Something was taken out of this entry by {redacted.by}, <Instant at={redacted.at} />: “{redacted.reason}”. Its
          hash is still that of what stood here.
        </p>
      )}
      <Exactly label={`Entry ${entry.seq} as it was recorded`} value={data.data} />
      <p className="text-[11px] text-muted">
        Hash <CopyId id={data.hash} shown={data.hash.slice(0, 16)} /> · because of <CopyId id={data.cause} />
      </p>
    </div>
  );
}
