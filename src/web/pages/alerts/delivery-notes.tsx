// What did not become a delivery, and what senders have changed: refusals at the door, and fields that were not as expected.
import { useDeliveryNotes } from '../../data/read-alerts.ts';
import { Card, Section } from '../../kit/card.tsx';
import { ErrorCard, SkeletonRows } from '../../kit/feedback.tsx';
import { Mono } from '../../kit/parts.tsx';
import { Age } from '../../kit/time.tsx';

/** The two lists; each is there only when it has something to say. */
export function DeliveryNotes() {
  const { refused, faults } = useDeliveryNotes();
  return (
    <>
      <Notes title="Refused at the door" query={refused}>
        {(items) =>
          items.map(({ source, integration, outcome, reason, peer, lastAt, count }) => (
            <li key={source + integration + outcome + reason + peer} className="px-4 py-2.5">
              <p className="flex flex-wrap items-baseline gap-x-2">
                <span className="font-medium">{integration ?? source}</span>
                <Mono className="text-muted">{outcome}</Mono>
                <span className="tabular ml-auto text-xs text-muted">
                  {count} × · last <Age at={lastAt} />
                </span>
              </p>
              <p className="text-sm">
                {reason}
                {peer !== '' && <span className="text-muted">{` · from ${peer}`}</span>}
              </p>
            </li>
          ))
        }
      </Notes>
      <Notes title="Fields that were not as expected" query={faults}>
        {(items) =>
          items.map(({ integration, field, kind, message, lastAt, count }) => (
            <li key={integration + field + kind} className="px-4 py-2.5">
              <p className="flex flex-wrap items-baseline gap-x-2">
                <span className="font-medium">{integration}</span>
                <Mono>{field}</Mono>
                <span className="tabular ml-auto text-xs text-muted">
                  {count} × · last <Age at={lastAt} />
                </span>
              </p>
              <p className="text-sm">
                {message}
                <span className="text-muted">
                  {kind === 'refused' ? ' · the delivery is dead for it' : ' · told with the alert'}
                </span>
              </p>
            </li>
          ))
        }
      </Notes>
    </>
  );
}

type Query<T> = {
  readonly data: { readonly items: readonly T[] } | undefined;
  readonly error: Error | null;
  readonly refetch: () => unknown;
};

function Notes<T>({
  title,
  query,
  children,
}: {
  title: string;
  query: Query<T>;
  children: (items: readonly T[]) => React.ReactNode;
}) {
  const { data, error } = query;
  if (data !== undefined && data.items.length === 0) return null;
  return (
    <Section title={title} count={data?.items.length}>
      {data !== undefined ? (
        <Card>
          <ul className="divide-y">{children(data.items)}</ul>
        </Card>
      ) : error === null ? (
        <SkeletonRows rows={2} />
      ) : (
        <ErrorCard error={error} what={title} retry={() => void query.refetch()} />
      )}
    </Section>
  );
}
