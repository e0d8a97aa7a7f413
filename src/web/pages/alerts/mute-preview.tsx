// What a silence or window would mute: alerts that fire now, and how many deliveries of the last day. Asks as soon as somebody stops typing.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ApiSilence } from '../../../contract/mute.ts';
import { ask } from '../../data/client.ts';
import { asFailure } from '../../data/failure.ts';
import { Skeleton } from '../../kit/feedback.tsx';
import { StateGlyph } from '../../kit/state-badge.tsx';
import { states } from '../../model/states.ts';

type Where = ApiSilence['sets'][number];

/** The text of a condition once nobody has typed for a moment. */
function useSettled(text: string): string {
  const [settled, settle] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => settle(text), 350);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

/** The preview; null: nothing is named yet. */
export function MutePreview({ where, isSilence }: { where: Where | null; isSilence: boolean }) {
  const settled = useSettled(JSON.stringify(where));
  const preview = useQuery({
    queryKey: ['silence-preview', settled],
    queryFn: ({ signal }) => ask('POST /silences/preview', { body: { sets: [JSON.parse(settled) as Where] } }, signal),
    enabled: settled !== 'null',
    placeholderData: keepPreviousData,
    retry: false,
  });
  const nothing = isSilence
    ? 'Say which alerts, and what it would mute is shown here.'
    : 'Every alert, as nothing is named.';
  return (
    <section
      aria-label="What it would mute"
      aria-live="polite"
      className="rounded-md border bg-surface px-3 py-2.5 text-sm"
    >
      {settled === 'null' ? (
        <p className="text-muted">{nothing}</p>
      ) : preview.error !== null ? (
        <p className="text-red">{asFailure(preview.error).message}</p>
      ) : preview.data === undefined ? (
        <Skeleton className="h-5 w-2/3" />
      ) : (
        <Muted {...preview.data} />
      )}
    </section>
  );
}

type Preview = {
  readonly firing: readonly { readonly fingerprint: string; readonly title: string; readonly source: string }[];
  readonly deliveries: { readonly matched: number; readonly looked: number };
};

function Muted({ firing, deliveries: { matched, looked } }: Preview) {
  return (
    <>
      <p>
        <span className="font-medium">
          {firing.length === 0
            ? 'Mutes nothing that fires now'
            : `Mutes ${firing.length} ${firing.length === 1 ? 'alert' : 'alerts'} that ${firing.length === 1 ? 'fires' : 'fire'} now`}
        </span>
        <span className="text-muted">
          {` · of the last day’s ${looked} ${looked === 1 ? 'delivery' : 'deliveries'} it would have held ${matched}`}
        </span>
      </p>
      {firing.length > 0 && (
        <ul className="mt-1.5 max-h-40 space-y-1 overflow-y-auto">
          {firing.map(({ fingerprint, title, source }) => (
            <li key={fingerprint} className="flex items-center gap-2">
              <StateGlyph state={states.firing} />
              <span className="min-w-0 flex-1 truncate">{title}</span>
              <span className="text-xs text-muted">{source}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
