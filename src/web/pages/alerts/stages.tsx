// The six stages of an alert, one below the other: what came of each, and under it what matched, what did not and why.
import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import type { ApiExplainedAlert, ApiExplainedStage } from '../../../contract/alert.ts';
import { Said } from '../../kit/said.tsx';
import { cx, toneText } from '../../kit/tone.ts';
import {
  type ExplainedSentence,
  type SentenceKind,
  sentencesOf,
  stageQuestion,
  stageTone,
} from '../../model/explain.ts';

/** The stages. */
export function Stages({ alert: { stages } }: { alert: ApiExplainedAlert }) {
  return (
    <ol aria-label="The six stages" className="overflow-hidden rounded-lg border">
      {stages.map((stage, place) => (
        <li key={stage.stage} className="border-b last:border-b-0">
          <Stage stage={stage} number={place + 1} />
        </li>
      ))}
    </ol>
  );
}

/** Sentences that are shown before somebody asks for more. */
const shown = 4;

function Stage({ stage, number }: { stage: ApiExplainedStage; number: number }) {
  const [all, setAll] = useState(false);
  const sentences = sentencesOf(stage);
  const counting = sentences.filter(({ kind }) => kind !== 'differs');
  const first = all || sentences.length <= shown ? sentences : counting.slice(0, shown);
  const hidden = sentences.length - first.length;
  const tone = stageTone(stage);
  return (
    <section className="grid grid-cols-[1.75rem_minmax(0,1fr)] gap-x-2 px-3 py-3" aria-label={stage.stage}>
      <span
        className="mt-0.5 flex size-5 items-center justify-center rounded-full bg-raised text-xs font-semibold text-muted tabular"
        aria-hidden="true"
      >
        {number}
      </span>
      <div className="min-w-0">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="font-mono text-xs font-semibold">{stage.stage}</span>
          <span className="text-xs text-muted">{stageQuestion(stage.stage)}</span>
        </p>
        <p className={cx('font-medium', tone !== 'grey' && toneText[tone])}>
          <Said text={sentence(stage.outcome)} />
        </p>
        {first.length > 0 && (
          <ul className="mt-1 space-y-0.5">
            {first.map((one) => (
              <Reason key={one.text} reason={one} />
            ))}
          </ul>
        )}
        {hidden > 0 && (
          <button
            type="button"
            onClick={() => setAll(true)}
            className="mt-1 inline-flex items-center gap-1 text-xs font-medium text-muted hover:text-ink"
          >
            <ChevronDown className="size-3.5" aria-hidden="true" /> {hidden} more that {hidden === 1 ? 'does' : 'do'}{' '}
            not count
          </button>
        )}
      </div>
    </section>
  );
}

const marks: { readonly [K in SentenceKind]: { readonly mark: string; readonly said: string; readonly look: string } } =
  {
    counts: { mark: '✓', said: 'counts', look: 'text-ink' },
    differs: { mark: '–', said: 'does not count', look: 'text-muted' },
    unclear: { mark: '?', said: 'could not be told', look: 'text-amber' },
    remark: { mark: '·', said: '', look: 'text-muted' },
  };

function Reason({ reason: { text, depth, kind } }: { reason: ExplainedSentence }) {
  const { mark, said, look } = marks[kind];
  return (
    <li className={cx('flex gap-2 text-sm', look)} style={{ paddingLeft: depth * 16 }}>
      <span aria-hidden="true" className="w-3 shrink-0 text-center">
        {mark}
      </span>
      {said !== '' && <span className="sr-only">{said}: </span>}
      <span className="min-w-0">
        <Said text={sentence(text)} />
      </span>
    </li>
  );
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
