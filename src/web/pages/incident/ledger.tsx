// The ledger: every entry, newest first, filtered by kind. Only what is in view is drawn; new entries leave the place where one reads.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { ApiEntryKind, ApiLedgerEntry } from '../../../contract/ledger.ts';
import { ask } from '../../data/client.ts';
import { useNames } from '../../data/names.ts';
import { useLedger } from '../../data/read.ts';
import { useRedacted } from '../../data/seal.ts';
import { Card, Section } from '../../kit/card.tsx';
import { Empty, ErrorCard, SkeletonRows } from '../../kit/feedback.tsx';
import { Select } from '../../kit/field.tsx';
import { entryWords } from '../../model/story.ts';
import { EntryRow, type RecordedBy } from './entry-row.tsx';

/** The column. */
export function Ledger({ id, at }: { id: string; at: string | null }) {
  const [kind, setKind] = useState<ApiEntryKind | undefined>(undefined);
  const ledger = useLedger(id, kind, at);
  const entries = ledger.data?.pages.flatMap(({ items }) => items.toReversed());
  const filter = (
    <Select
      aria-label="Kind of entries"
      value={kind ?? ''}
      onChange={(event) => setKind((event.target.value || undefined) as ApiEntryKind | undefined)}
    >
      <option value="">Everything</option>
      {Object.entries(entryWords).map(([value, word]) => (
        <option key={value} value={value}>
          {word}
        </option>
      ))}
    </Select>
  );
  return (
    <Section title="Ledger" count={ledger.data?.pages[0]?.total} aside={filter}>
      <Card>
        {ledger.error !== null && entries === undefined ? (
          <ErrorCard error={ledger.error} what="The ledger" retry={() => void ledger.refetch()} />
        ) : entries === undefined ? (
          <SkeletonRows rows={10} />
        ) : entries.length === 0 ? (
          <Empty title="No entry of this kind" />
        ) : (
          <Entries
            id={id}
            entries={entries}
            hasMore={ledger.hasNextPage && !ledger.isFetchingNextPage}
            more={() => void ledger.fetchNextPage()}
          />
        )}
      </Card>
    </Section>
  );
}

type EntriesProps = {
  readonly id: string;
  readonly entries: readonly ApiLedgerEntry[];
  readonly hasMore: boolean;
  readonly more: () => void;
};

function Entries({ id, entries, hasMore, more }: EntriesProps) {
  const from = useMemo(
    (): RecordedBy => ({
      key: 'server',
      read: async (seq, signal) =>
        (await ask('GET /incidents/:id/ledger/:seq', { params: { id, seq } }, signal)).recorded,
    }),
    [id],
  );
  const box = useRef<HTMLDivElement>(null);
  const newest = useRef(entries[0]?.id);
  const redacted = useRedacted(id).data;
  const name = useNames();
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => box.current,
    estimateSize: () => 56,
    // The rows of a box that is as high as it may be: they come with the box, not after it was looked how high it is.
    initialRect: { width: 0, height: window.innerHeight * 0.7 },
    overscan: 6,
    getItemKey: (index) => entries[index]?.id ?? index,
  });
  useLayoutEffect(() => {
    const added = entries.findIndex((entry) => entry.id === newest.current);
    newest.current = entries[0]?.id;
    const { current } = box;
    if (current && added > 0 && current.scrollTop > 8) current.scrollTop += added * 56;
  }, [entries]);
  const drawn = rows.getVirtualItems();
  const last = drawn.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last >= entries.length - 20) more();
  }, [hasMore, last, entries.length, more]);
  return (
    <div ref={box} className="max-h-[70dvh] overflow-y-auto overscroll-contain">
      <ol className="relative" style={{ height: rows.getTotalSize() }} aria-label="Entries, the newest first">
        {drawn.map(({ index, key, start }) => {
          const entry = entries[index];
          return (
            entry && (
              <li
                key={key}
                ref={rows.measureElement}
                data-index={index}
                className="absolute inset-x-0 top-0 border-b contain-content"
                style={{ transform: `translateY(${start}px)` }}
              >
                <EntryRow entry={entry} from={from} redacted={redacted?.get(entry.seq)} name={name} />
              </li>
            )
          );
        })}
      </ol>
    </div>
  );
}
