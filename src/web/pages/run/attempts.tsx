// The attempts of a step, as the ledger has them: what each was, and what came of it.
import { useLedger } from '../../data/read.ts';
import { ClockTime } from '../../kit/time.tsx';

/** Nothing for a step that was tried once. */
export function Attempts({ incidentId, stepKey, attempts }: { incidentId: string; stepKey: string; attempts: number }) {
  return attempts > 1 ? <List incidentId={incidentId} stepKey={stepKey} /> : null;
}

function List({ incidentId, stepKey }: { incidentId: string; stepKey: string }) {
  const ledger = useLedger(incidentId, 'attempt', null);
  const its = ledger.data?.pages
    .toReversed()
    .flatMap(({ items }) => items)
    .filter(({ refs }) => refs.step === stepKey);
  if (!its || its.length === 0) return null;
  return (
    <ol className="space-y-1 text-xs" aria-label="Attempts">
      {its.map((entry) => (
        <li key={entry.id} className="grid grid-cols-[4.25rem_minmax(0,1fr)] gap-2">
          <ClockTime at={entry.at} className="text-muted" />
          <span>{entry.text}</span>
        </li>
      ))}
    </ol>
  );
}
