// The postmortem on the page of its incident: how far it is, its summary, and where it stands.
import { Link } from '@tanstack/react-router';
import { usePostmortem } from '../../data/read-follow-up.ts';
import { Card, Section } from '../../kit/card.tsx';
import { ErrorCard, Skeleton } from '../../kit/feedback.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { paragraphsOf } from '../../model/postmortem.ts';
import { postmortemState } from '../../model/states.ts';

const button = 'inline-flex h-7 items-center rounded-md border border-strong px-2 text-xs font-medium hover:bg-raised';

/** The section; for an incident that is over. */
export function PostmortemLink({ number }: { number: string }) {
  const { data, error, refetch } = usePostmortem(number);
  const toDo = data?.actionItems.filter(({ status }) => status === 'open').length ?? 0;
  return (
    <Section title="Postmortem" aside={data && <StateBadge state={postmortemState(data.status)} />}>
      {data === undefined ? (
        error === null ? (
          <Skeleton className="h-24 w-full" />
        ) : (
          <ErrorCard error={error} what="The postmortem" retry={() => void refetch()} />
        )
      ) : (
        <Card className="space-y-3 p-4">
          <p className="line-clamp-4 max-w-[72ch] wrap-anywhere">
            {paragraphsOf(data.sections.summary)[0] ?? 'Nobody has written a summary yet.'}
          </p>
          <p className="flex flex-wrap gap-2">
            <Link to="/incidents/$number/postmortem" params={{ number }} className={button}>
              Open the postmortem
            </Link>
            <Link to="/actions" className={button}>
              {toDo === 0 ? 'Action items' : `${toDo} to do`}
            </Link>
          </p>
        </Card>
      )}
    </Section>
  );
}
