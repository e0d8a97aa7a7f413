// Incidents that are like this one: why they are, how long they took and what helped then.
import { Link } from '@tanstack/react-router';
import type { ApiSimilarIncident } from '../../../contract/insights.ts';
import { useSimilar } from '../../data/read-insights.ts';
import { Card, Section } from '../../kit/card.tsx';
import { Empty, ErrorCard, SkeletonRows } from '../../kit/feedback.tsx';
import { SeverityBadge } from '../../kit/state-badge.tsx';
import { Age } from '../../kit/time.tsx';
import { durationText } from '../../model/time.ts';

/** The part. */
export function Similar({ id }: { id: string }) {
  const { data, error, refetch } = useSimilar(id);
  return (
    <Section title="Similar incidents" count={data?.length}>
      {data === undefined ? (
        error === null ? (
          <SkeletonRows rows={2} />
        ) : (
          <ErrorCard error={error} what="Similar incidents" retry={() => void refetch()} />
        )
      ) : data.length === 0 ? (
        <Card>
          <Empty title="Nothing like it was seen before" />
        </Card>
      ) : (
        <Card>
          <ul className="divide-y">
            {data.map((one) => (
              <Like key={one.incident.id} one={one} />
            ))}
          </ul>
        </Card>
      )}
    </Section>
  );
}

function Like({ one: { incident, because, helped } }: { one: ApiSimilarIncident }) {
  const { number, title, severity, openedAt, resolveMs } = incident;
  return (
    <li className="relative space-y-1 px-4 py-2.5 hover:bg-surface">
      <p className="flex min-w-0 items-center gap-2">
        <SeverityBadge severity={severity} />
        <span className="text-muted">#{number}</span>
        <Link
          to="/incidents/$number"
          params={{ number: String(number) }}
          className="min-w-0 truncate font-medium after:absolute after:inset-0"
          title={title}
        >
          {title}
        </Link>
      </p>
      <p className="text-xs text-muted">
        <Age at={openedAt} /> · {resolveMs === null ? 'not over' : `over after ${durationText(resolveMs)}`}
        {helped.length > 0 && (
          <>
            {' '}
            · helped: <span className="text-ink">{helped.map(({ playbook }) => playbook).join(', ')}</span>
          </>
        )}
      </p>
      <p className="text-xs">
        <span className="text-muted">Why: </span>
        {because.slice(0, 4).join('; ')}
      </p>
    </li>
  );
}
