// The evidence of an incident, or of one of its runs: the list, and beside it what the chosen piece says.
import { FileText, Image, LineChart, Sheet } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ApiEvidence } from '../../../contract/evidence.ts';
import { useEvidence } from '../../data/read-follow-up.ts';
import { Button } from '../../kit/button.tsx';
import { Card, Section } from '../../kit/card.tsx';
import { ErrorCard, SkeletonRows } from '../../kit/feedback.tsx';
import { Age } from '../../kit/time.tsx';
import { cx } from '../../kit/tone.ts';
import { evidenceKey, evidenceOf, kindText, whence } from '../../model/evidence.ts';
import { sizeText } from '../../model/size.ts';
import { EvidenceContent } from './evidence-content.tsx';

/** Pieces that are listed before somebody asks for more. */
const listed = 50;

type EvidenceProps = {
  readonly id: string;
  /** Only what was known at this instant. */
  readonly at?: string | null;
  /** Only what the steps of this run captured. */
  readonly runId?: string;
};

/** The section. */
export function Evidence({ id, at = null, runId }: EvidenceProps) {
  const evidence = useEvidence(id);
  const pieces = evidence.data && evidenceOf(evidence.data.items, { runId, at });
  // Most incidents have little of it while they burn: what is not there takes no room.
  if (pieces?.length === 0) return null;
  return (
    <Section title="Evidence" count={pieces?.length}>
      {pieces === undefined && evidence.error !== null ? (
        <ErrorCard error={evidence.error} what="The evidence" retry={() => void evidence.refetch()} />
      ) : (
        <Card>{pieces === undefined ? <SkeletonRows rows={2} /> : <Pieces pieces={pieces} />}</Card>
      )}
    </Section>
  );
}

function Pieces({ pieces }: { pieces: readonly ApiEvidence[] }) {
  const [chosen, choose] = useState<string | null>(null);
  const [shown, setShown] = useState(listed);
  const open = pieces.find((one) => evidenceKey(one) === chosen);
  const pane = useRef<HTMLElement>(null);
  // On a phone it stands below the list.
  useEffect(() => {
    if (chosen !== null) pane.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <div className={cx('grid grid-cols-1', open && 'lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)] lg:divide-x')}>
      <ul className="max-h-72 divide-y overflow-y-auto lg:max-h-[34rem]" aria-label="Pieces of evidence">
        {pieces.slice(0, shown).map((one) => {
          const key = evidenceKey(one);
          const isOpen = key === chosen;
          return (
            <li key={key}>
              <PieceRow evidence={one} isOpen={isOpen} onPress={() => choose(isOpen ? null : key)} />
            </li>
          );
        })}
        {pieces.length > shown && (
          <li className="p-3">
            <Button size="small" onClick={() => setShown(shown + listed)}>
              {pieces.length - shown} more
            </Button>
          </li>
        )}
      </ul>
      {open && (
        <section ref={pane} className="min-w-0 border-t lg:border-t-0" aria-label={`What ${open.name} says`}>
          <EvidenceContent evidence={open} />
        </section>
      )}
    </div>
  );
}

const icons = { text: FileText, json: FileText, csv: Sheet, chart: LineChart, image: Image, download: FileText };

type RowProps = { readonly evidence: ApiEvidence; readonly isOpen: boolean; readonly onPress: () => void };

function PieceRow({ evidence, isOpen, onPress }: RowProps) {
  const { name, bytes, capturedAt, preview, redacted } = evidence;
  const Icon = icons[preview];
  return (
    <button
      type="button"
      aria-expanded={isOpen}
      onClick={onPress}
      className={cx(
        'flex w-full items-start gap-2.5 px-4 py-2 text-left hover:bg-surface focus-visible:-outline-offset-2',
        isOpen && 'bg-raised',
      )}
    >
      <Icon className="mt-0.5 size-4 shrink-0 text-muted" aria-hidden="true" />
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <span className="min-w-0 flex-1 truncate text-sm font-medium">{name}</span>
          <span className="tabular text-xs whitespace-nowrap text-muted">
            {redacted ? 'redacted' : `${kindText(evidence)} · ${sizeText(bytes)}`}
          </span>
        </span>
        <span className="block truncate text-xs text-muted">
          {whence(evidence)} · <Age at={capturedAt} />
        </span>
      </span>
    </button>
  );
}
