// The ledger of a bundle, oldest first: only what is in view is read from the worker and drawn, of a hundred thousand entries as of ten.
import { useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ApiEntryKind, ApiLedgerEntry } from '../../../contract/ledger.ts';
import { Card, Section } from '../../kit/card.tsx';
import { Empty, Skeleton } from '../../kit/feedback.tsx';
import { Select } from '../../kit/field.tsx';
import { entryWords } from '../../model/story.ts';
import { EntryRow, type RecordedBy } from '../incident/entry-row.tsx';
import { type OpenBundle, ofFile } from './use-bundle.ts';

/** Entries that are read together. */
const together = 100;

type LedgerProps = {
  readonly opened: OpenBundle;
  readonly upTo: number;
  readonly name: (text: string) => string;
};

/** The column; it has what was known when the record had `upTo` entries. */
export function BundledLedger({ opened, upTo, name }: LedgerProps) {
  const { ask, opening, bundle } = opened;
  const [kind, setKind] = useState<ApiEntryKind | null>(null);
  const total = useQuery({
    queryKey: ['bundle', opening, 'total', kind, upTo],
    queryFn: () => ask('total', { kind, upTo }),
    ...ofFile,
  });
  const filter = (
    <Select
      aria-label="Kind of entries"
      value={kind ?? ''}
      onChange={({ target }) => setKind(bundle.kinds.find((one) => one.kind === target.value)?.kind ?? null)}
    >
      <option value="">Everything</option>
      {bundle.kinds.map((one) => (
        <option key={one.kind} value={one.kind}>
          {entryWords[one.kind]} ({one.count.toLocaleString('en')})
        </option>
      ))}
    </Select>
  );
  return (
    <Section title="Ledger" aside={filter}>
      <Card>
        {total.data === 0 ? (
          <Empty title="No entry of this kind" />
        ) : (
          <Entries key={kind} opened={opened} kind={kind} count={total.data ?? 0} name={name} />
        )}
      </Card>
    </Section>
  );
}

type EntriesProps = { readonly opened: OpenBundle; readonly kind: ApiEntryKind | null; readonly count: number };
type NamedEntries = EntriesProps & Pick<LedgerProps, 'name'>;

/** Parts of the ledger as they are wanted, by the place of their first entry. */
function useParts({ opened: { ask }, kind, count }: EntriesProps, places: readonly number[]) {
  const [parts, setParts] = useState<ReadonlyMap<number, readonly ApiLedgerEntry[]>>(new Map());
  const asked = useRef(new Set<number>());
  const wanted = [...new Set(places.map((place) => place - (place % together)))].join();
  useEffect(() => {
    if (count === 0 || wanted === '') return;
    for (const from of wanted.split(',').map(Number)) {
      if (asked.current.has(from)) continue;
      asked.current.add(from);
      void ask('entries', { kind, from, count: together }).then(
        (items) => setParts((known) => new Map(known).set(from, items)),
        () => asked.current.delete(from),
      );
    }
  }, [wanted, ask, kind, count]);
  return (place: number) => parts.get(place - (place % together))?.[place % together];
}

function Entries(props: NamedEntries) {
  const { opened, count, name } = props;
  const box = useRef<HTMLDivElement>(null);
  const from = useMemo(
    (): RecordedBy => ({ key: `bundle ${opened.opening}`, read: (seq) => opened.ask('recorded', { seq }) }),
    [opened],
  );
  const redacted = useMemo(
    () => new Map(opened.bundle.redactions.flatMap((told) => (told.seq === null ? [] : [[told.seq, told] as const]))),
    [opened],
  );
  const rows = useVirtualizer({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => 56,
    overscan: 10,
  });
  const drawn = rows.getVirtualItems();
  const entryAt = useParts(
    props,
    drawn.map(({ index }) => index),
  );
  return (
    <div ref={box} className="max-h-[70dvh] overflow-y-auto overscroll-contain">
      <ol
        className="relative"
        style={{ height: rows.getTotalSize() }}
        aria-label={`${count} entries, the oldest first`}
      >
        {drawn.map(({ index, key, start }) => {
          const entry = entryAt(index);
          return (
            <li
              key={key}
              ref={rows.measureElement}
              data-index={index}
              className="absolute inset-x-0 top-0 border-b"
              style={{ transform: `translateY(${start}px)` }}
            >
              {entry === undefined ? (
                <div className="flex h-[55px] items-center px-4">
                  <Skeleton className="h-3 w-2/3" />
                </div>
              ) : (
                <EntryRow entry={entry} from={from} redacted={redacted.get(entry.seq)} name={name} />
              )}
            </li>
          );
        })}
      </ol>
    </div>
  );
}
