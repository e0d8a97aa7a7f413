// What people said about the incident: notes, and what was kept from Slack, with its edits and deletions. The last word is in view.
import type { ApiLedgerEntry } from '../../../contract/ledger.ts';
import { useNames } from '../../data/names.ts';
import { useLedger } from '../../data/read.ts';
import { Button } from '../../kit/button.tsx';
import { Card, Section } from '../../kit/card.tsx';
import { Empty, ErrorCard, SkeletonRows } from '../../kit/feedback.tsx';
import { ClockTime } from '../../kit/time.tsx';
import { type ChatEntry, chatOf } from '../../model/chat.ts';

/** Lines that come together: a box holds no more of them in view, and each of them is drawn. */
const linesAtOnce = 50;

/** The column. */
export function Chat({ id, at }: { id: string; at: string | null }) {
  const ledger = useLedger(id, 'message', at, linesAtOnce);
  if (ledger.data === undefined)
    return (
      <Section title="Chat">
        {ledger.error === null ? (
          <SkeletonRows rows={3} />
        ) : (
          <ErrorCard error={ledger.error} what="The chat" retry={() => void ledger.refetch()} />
        )}
      </Section>
    );
  const entries = ledger.data.pages.toReversed().flatMap(({ items }) => items);
  const earlier = ledger.hasNextPage ? () => void ledger.fetchNextPage() : null;
  return <ChatLines entries={entries} earlier={earlier} isFetching={ledger.isFetchingNextPage} />;
}

type LinesProps = {
  readonly entries: readonly ApiLedgerEntry[];
  /** Asks for what came before; null: there is nothing. */
  readonly earlier: (() => void) | null;
  readonly isFetching: boolean;
};

function ChatLines({ entries, earlier, isFetching }: LinesProps) {
  const name = useNames();
  const lines = chatOf(entries);
  return (
    <Section title="Chat" count={lines.length}>
      <Card>
        {lines.length === 0 && earlier === null ? (
          <Empty title="Nobody has said anything yet">
            Notes stand here, and what is put into the timeline from Slack: by the shortcut of a message, or a reaction.
          </Empty>
        ) : (
          // Turned around, the box begins at its end and stays there while words come.
          <section
            aria-label="What was said"
            {...scrolledByKeys}
            className="flex max-h-[44dvh] flex-col-reverse overflow-y-auto overscroll-contain focus-visible:-outline-offset-2"
          >
            <div>
              {earlier !== null && (
                <Button size="small" className="mx-4 mt-3" disabled={isFetching} onClick={earlier}>
                  What was said before
                </Button>
              )}
              <ol aria-label="What was said, the oldest first" className="divide-y">
                {lines.map((line) => (
                  <Line key={line.id} line={line} name={name} />
                ))}
              </ol>
            </div>
          </section>
        )}
      </Card>
    </Section>
  );
}

/** A box that scrolls and holds nothing that is pressed takes the focus itself, or the keyboard cannot scroll it. */
const scrolledByKeys = { tabIndex: 0 };

const where: { readonly [K in ChatEntry['how']]: string } = {
  note: 'note',
  update: 'told people outside',
  slack: 'Slack',
};

function Line({ line, name }: { line: ChatEntry; name: (text: string) => string }) {
  const { by, at, text, cut, how, link, files, before, isDeleted } = line;
  return (
    <li className="px-4 py-2.5 unseen-idle [contain-intrinsic-size:auto_3.5rem]">
      <p className="flex flex-wrap items-baseline gap-x-2 text-xs text-muted">
        <span className="text-sm font-medium text-ink">{by === null ? 'Somebody' : (by.name ?? name(by.id))}</span>
        <ClockTime at={at} />
        {link === null ? (
          <span>{where[how]}</span>
        ) : (
          <a href={link} target="_blank" rel="noreferrer" className="underline underline-offset-4">
            {where[how]}
          </a>
        )}
        {isDeleted && <span>· deleted in Slack; it stays on the record</span>}
      </p>
      <p className="mt-0.5 max-w-[72ch] whitespace-pre-wrap">
        {name(text)}
        {cut && '…'}
      </p>
      {files.length > 0 && <p className="text-xs text-muted">With {files.join(', ')}</p>}
      {before.length > 0 && (
        <details className="mt-0.5 text-xs text-muted">
          <summary className="cursor-pointer">edited{before.length > 1 ? ` ${before.length} times` : ''}</summary>
          <ul className="mt-1 space-y-1 border-l pl-3">
            {before.map((old, place) => (
              <li key={`${place + 1}`} className="whitespace-pre-wrap">
                {name(old)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}
