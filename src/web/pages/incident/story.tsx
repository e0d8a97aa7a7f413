// The story: the entries that one would tell, oldest first, with a place to add a note.
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { ask } from '../../data/client.ts';
import { asFailure } from '../../data/failure.ts';
import { useWhyNoOrders } from '../../data/live.ts';
import { useNames } from '../../data/names.ts';
import { useLacking, useLedger } from '../../data/read.ts';
import { Button } from '../../kit/button.tsx';
import { Section } from '../../kit/card.tsx';
import { Empty, SkeletonRows } from '../../kit/feedback.tsx';
import { TextArea } from '../../kit/field.tsx';
import { ClockTime } from '../../kit/time.tsx';
import { cx, toneText } from '../../kit/tone.ts';
import { entryTone, isTold, storyText } from '../../model/story.ts';

/** The column. */
export function Story({ id, at, isOpen }: { id: string; at: string | null; isOpen: boolean }) {
  const ledger = useLedger(id, undefined, at);
  const name = useNames();
  // The ledger reads on as one scrolls there; the story grows only where somebody asks for it.
  const [pages, setPages] = useState(1);
  const read = ledger.data?.pages;
  const told = read
    ?.slice(0, pages)
    .toReversed()
    .flatMap(({ items }) => items.filter(isTold));
  const earlier = () => {
    setPages(pages + 1);
    if (read !== undefined && read.length <= pages) void ledger.fetchNextPage();
  };
  return (
    <Section title="Story">
      {(ledger.hasNextPage || (read !== undefined && read.length > pages)) && (
        <Button size="small" className="mb-2" onClick={earlier}>
          What came before
        </Button>
      )}
      {told === undefined ? (
        <SkeletonRows rows={5} />
      ) : told.length === 0 ? (
        <Empty title="Nothing to tell yet" />
      ) : (
        <ol className="relative max-w-[72ch] space-y-3 border-l pl-4">
          {told.map((entry) => (
            <li key={entry.id} className="unseen-idle relative -ml-6 pl-6 [contain-intrinsic-size:auto_2.25rem]">
              <span
                className={cx(
                  'absolute top-[7px] left-[4.5px] size-[7px] rounded-full bg-current ring-4 ring-page',
                  toneText[entryTone(entry)],
                )}
                aria-hidden="true"
              />
              <p>{name(storyText(entry.text))}</p>
              <p className="text-xs text-muted">
                <ClockTime at={entry.at} />
              </p>
            </li>
          ))}
        </ol>
      )}
      {isOpen && at === null && <NoteForm id={id} />}
    </Section>
  );
}

function NoteForm({ id }: { id: string }) {
  const [text, setText] = useState('');
  const lacking = useLacking('respond');
  const offline = useWhyNoOrders();
  const adding = useMutation({
    mutationFn: () => ask('POST /incidents/:id/note', { params: { id }, body: { text: text.trim() } }),
    onSuccess: () => setText(''),
  });
  if (lacking !== null) return null;
  const why = offline ?? (text.trim() === '' ? 'Write something first.' : null);
  return (
    <form
      className="mt-4 max-w-[72ch] space-y-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (why === null && !adding.isPending) adding.mutate();
      }}
    >
      <TextArea
        aria-label="A note for the record"
        placeholder="A note for the record…"
        rows={2}
        maxLength={3000}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className="flex items-center gap-3">
        <Button type="submit" size="small" why={why} disabled={adding.isPending}>
          Add the note
        </Button>
        {adding.error && (
          <p role="alert" className="text-xs text-red">
            Not added: {asFailure(adding.error).message}
          </p>
        )}
      </div>
    </form>
  );
}
