// A table of rows of 36 px: sticky head, j and k, and only what is in view is drawn, however many there are. Knows no thing that it lists.
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useLayoutEffect, useState } from 'react';
import { useListKeys } from './list-keys.ts';
import { cx } from './tone.ts';

/** A column; `wide`: it takes what is left and cuts long texts; `from`: the width of window from which it is there. */
export type Column<T> = {
  readonly head: string;
  readonly cell: (item: T) => ReactNode;
  readonly wide?: boolean;
  readonly from?: 'md' | 'lg';
  readonly align?: 'right';
};

const rowPx = 36;
/** What the page scrolls in. */
const scroller = () => document.getElementById('content');

const cellClass = <T,>({ wide = false, from, align }: Column<T>): string =>
  cx(
    'px-2',
    wide ? 'w-full max-w-0 truncate' : 'w-px whitespace-nowrap',
    from === 'md' && 'hidden md:table-cell',
    from === 'lg' && 'hidden lg:table-cell',
    align === 'right' && 'text-right',
  );

/** The table. One cell of each row has a link or button with `data-row`, which the keyboard moves over. */
export function Table<T>({
  label,
  columns,
  items,
  keyOf,
}: {
  label: string;
  columns: readonly Column<T>[];
  items: readonly T[];
  keyOf: (item: T) => string;
}) {
  const list = useListKeys<HTMLTableElement>();
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const at = list.current?.getBoundingClientRect().top ?? 0;
    const container = scroller();
    setTop(at - (container?.getBoundingClientRect().top ?? 0) + (container?.scrollTop ?? 0));
  }, [list]);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: scroller,
    estimateSize: () => rowPx,
    overscan: 12,
    scrollMargin: top,
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : keyOf(item);
    },
  });
  const drawn = rows.getVirtualItems();
  const before = (drawn[0]?.start ?? top) - top;
  const after = rows.getTotalSize() - ((drawn.at(-1)?.end ?? top) - top);
  return (
    <div className="px-2">
      <table
        ref={list}
        aria-label={label}
        aria-rowcount={items.length}
        className="w-full border-separate border-spacing-0 text-sm"
      >
        <thead>
          <tr className="h-8 text-left text-xs text-muted">
            {columns.map((column) => (
              <th
                key={column.head}
                scope="col"
                className={cx(cellClass(column), 'sticky top-0 z-10 border-b bg-page font-medium')}
              >
                {column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <Spacer height={before} columns={columns.length} />}
          {drawn.map(({ index, key }) => {
            const item = items[index];
            if (item === undefined) return null;
            return (
              <tr key={key} aria-rowindex={index + 1} className="group relative h-9 hover:bg-surface">
                {columns.map((column) => (
                  <td key={column.head} className={cx(cellClass(column), 'border-b')}>
                    {column.cell(item)}
                  </td>
                ))}
              </tr>
            );
          })}
          {after > 0 && <Spacer height={after} columns={columns.length} />}
        </tbody>
      </table>
    </div>
  );
}

const Spacer = ({ height, columns }: { height: number; columns: number }) => (
  <tr>
    <td colSpan={columns} style={{ height }} />
  </tr>
);

/** Classes of the link of a row: the whole row is its area. */
export const rowLink =
  'font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent';
