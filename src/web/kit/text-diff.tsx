// What changed between two texts, line by line, far parts that are the same left out. Loaded when it is first needed.
import { structuredPatch } from 'diff';
import { useMemo } from 'react';
import { Empty } from './feedback.tsx';
import { cx } from './tone.ts';

type Line = {
  readonly mark: '+' | '-' | ' ';
  readonly text: string;
  readonly before: number | null;
  readonly after: number | null;
};

/** The changed parts, each with three lines around it. */
function partsOf(before: string, after: string): readonly (readonly Line[])[] {
  const { hunks } = structuredPatch('', '', before, after, '', '', { context: 3 });
  return hunks.map(({ oldStart, newStart, lines }) => {
    let [old, now] = [oldStart, newStart];
    return lines
      .filter((line) => !line.startsWith('\\'))
      .map((line): Line => {
        const text = line.slice(1);
        if (line.startsWith('+')) return { mark: '+', text, before: null, after: now++ };
        if (line.startsWith('-')) return { mark: '-', text, before: old++, after: null };
        return { mark: ' ', text, before: old++, after: now++ };
      });
  });
}

const looks = { '+': 'bg-green-ground text-green', '-': 'bg-red-ground text-red', ' ': '' } as const;
const said = { '+': 'added: ', '-': 'removed: ', ' ': '' } as const;

/** The difference. */
export function TextDiff({ before, after }: { before: string; after: string }) {
  const parts = useMemo(() => partsOf(before, after), [before, after]);
  if (parts.length === 0) return <Empty title="The two texts are the same" />;
  const lines = parts.flat();
  const count = (mark: Line['mark']) => lines.filter((line) => line.mark === mark).length;
  return (
    <figure aria-label="What changed" className="overflow-hidden rounded-md border">
      <figcaption className="tabular border-b bg-surface px-3 py-1.5 text-xs text-muted">
        <span className="text-green">{count('+')} added</span> · <span className="text-red">{count('-')} removed</span>
      </figcaption>
      <div className="overflow-x-auto">
        {parts.map((part, place) => (
          <pre
            key={`${part[0]?.before}-${part[0]?.after}`}
            className={cx('font-mono text-xs leading-5', place > 0 && 'border-t-4 border-double')}
          >
            {part.map((line) => (
              <span
                key={`${line.mark}${line.before}/${line.after}`}
                className={cx('grid grid-cols-[2.5rem_2.5rem_1rem_minmax(0,1fr)]', looks[line.mark])}
              >
                <span className="px-1 text-right text-muted select-none" aria-hidden="true">
                  {line.before}
                </span>
                <span className="px-1 text-right text-muted select-none" aria-hidden="true">
                  {line.after}
                </span>
                <span className="text-center select-none" aria-hidden="true">
                  {line.mark}
                </span>
                <code className="pr-3 whitespace-pre-wrap">
                  {said[line.mark] !== '' && <span className="sr-only">{said[line.mark]}</span>}
                  {line.text === '' ? ' ' : line.text}
                </code>
              </span>
            ))}
          </pre>
        ))}
      </div>
    </figure>
  );
}
