// The incident that a verified bundle holds: what is known of it at its end or at a moment, its ledger, its evidence.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type { ApiFrame } from '../../../contract/frame.ts';
import { ErrorCard, Skeleton } from '../../kit/feedback.tsx';
import { SeverityBadge, StateBadge } from '../../kit/state-badge.tsx';
import { Instant } from '../../kit/time.tsx';
import { nameAmong, named } from '../../model/names.ts';
import { incidentState } from '../../model/states.ts';
import { durationText } from '../../model/time.ts';
import { Swimlane } from '../incident/swimlane.tsx';
import { BundledEvidence } from './bundled-evidence.tsx';
import { BundledLedger } from './bundled-ledger.tsx';
import { type OpenBundle, ofFile } from './use-bundle.ts';

/** The incident. */
export function BundledIncident({ opened }: { opened: OpenBundle }) {
  const { ask, opening, bundle } = opened;
  const [at, setAt] = useState<string | null>(null);
  const moveTo = useCallback(async (to: string | null) => setAt(to), []);
  const frame = useQuery({
    queryKey: ['bundle', opening, 'frame', at],
    queryFn: () => ask('frame', { at }),
    placeholderData: keepPreviousData,
    ...ofFile,
  });
  const { data } = frame;
  // Who acted in it at any time: the file is all there is to ask.
  const whole = useQuery({
    queryKey: ['bundle', opening, 'frame', null],
    queryFn: () => ask('frame', { at: null }),
    ...ofFile,
  }).data;
  const name = useCallback((text: string) => named(text, nameAmong(whole?.lanes.people ?? [])), [whole]);
  return (
    <>
      {frame.error !== null && <ErrorCard error={frame.error} what="The swimlane" />}
      {frame.isPending && <Skeleton className="h-56 w-full" />}
      {data && (
        <>
          <Head frame={data} name={name} />
          <Swimlane frame={data} at={at} moveTo={moveTo} name={name} isFile />
        </>
      )}
      {data === null && (
        <p className="text-sm text-muted">This is no incident’s record; its ledger shows all that is in it.</p>
      )}
      <div className="grid grid-cols-1 gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <BundledLedger
          opened={opened}
          name={name}
          upTo={at === null ? bundle.head.version : (data?.events ?? bundle.head.version)}
        />
        <BundledEvidence opened={opened} />
      </div>
    </>
  );
}

const factsOf = ({ status, acknowledgedBy, mergedInto, clocks }: ApiFrame['incident']) => ({
  status,
  mergedInto,
  mitigatedAt: clocks.mitigated,
  acknowledgedAt: acknowledgedBy && clocks.acknowledged,
});

function Head({ frame, name }: { frame: ApiFrame; name: (text: string) => string }) {
  const { incident } = frame;
  const { clocks } = incident;
  const tookMs = clocks.over === null ? null : Date.parse(clocks.over) - Date.parse(clocks.detected);
  return (
    <section aria-label="The incident" className="space-y-1.5">
      <h2 className="flex flex-wrap items-center gap-2 text-xl font-semibold">
        <SeverityBadge severity={incident.severity} />
        {incident.drill && <span className="text-sm font-semibold text-muted">DRILL</span>}
        <span className="text-muted">#{incident.number}</span>
        <span className="min-w-0">{incident.title}</span>
        <StateBadge state={incidentState(factsOf(incident))} />
      </h2>
      <p className="flex flex-wrap gap-x-4 gap-y-1 text-sm text-muted">
        <span>
          Opened <Instant at={clocks.detected} className="text-ink" />
        </span>
        {clocks.over === null || tookMs === null ? (
          <span>Not over when this was exported</span>
        ) : (
          <span>
            Over <Instant at={clocks.over} className="text-ink" /> after {durationText(tookMs)}
          </span>
        )}
        <span>
          Lead <span className="text-ink">{incident.lead === null ? 'nobody' : name(incident.lead)}</span>
        </span>
        {incident.service !== null && (
          <span>
            Service <span className="text-ink">{incident.service}</span>
          </span>
        )}
      </p>
    </section>
  );
}
