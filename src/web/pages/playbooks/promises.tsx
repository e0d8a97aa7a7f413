// What is promised of the automation: how each promise stands in a word, what was attained and how sure that is, what is left of the budget.
import { Link } from '@tanstack/react-router';
import type { ApiSloLine } from '../../../contract/slo.ts';
import { useSlo } from '../../data/read-playbooks.ts';
import { Card, Section } from '../../kit/card.tsx';
import { ErrorCard, SkeletonRows } from '../../kit/feedback.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { Age } from '../../kit/time.tsx';
import { attainedText, budgetText, sloState, subjectText } from '../../model/slo.ts';

/** The part. */
export function Promises() {
  const slo = useSlo();
  return (
    <Section title="Promises" className="px-4 pt-6 pb-10 md:px-6">
      {slo.data === undefined ? (
        slo.error === null ? (
          <SkeletonRows rows={3} />
        ) : (
          <ErrorCard error={slo.error} what="What is promised" retry={() => void slo.refetch()} />
        )
      ) : (
        <>
          <Card className="overflow-x-auto">
            <table aria-label="Promises" className="w-full text-sm">
              <thead>
                <tr className="h-8 border-b text-left text-xs text-muted">
                  {['Whose', 'Promise', 'Stands', 'Attained', 'Error budget'].map((head) => (
                    <th key={head} scope="col" className="px-3 font-medium whitespace-nowrap">
                      {head}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody className="divide-y">
                {slo.data.items.map((line) => (
                  <Row key={`${line.objective}/${line.subject}`} line={line} />
                ))}
              </tbody>
            </table>
          </Card>
          <p className="pt-2 text-xs text-muted">
            Attained: {slo.data.method}. Unclear: too few, or too close, to say.
          </p>
        </>
      )}
    </Section>
  );
}

function Row({ line }: { line: ApiSloLine }) {
  const { subject, promise, standing, burnedSince } = line;
  const attained = attainedText(line);
  return (
    <tr className="h-9">
      <td className="px-3 whitespace-nowrap">
        {subject === '*' ? (
          <span className="font-medium">{subjectText(line)}</span>
        ) : (
          <Link to="/playbooks/$name" params={{ name: subject }} className="font-medium hover:underline">
            {subject}
          </Link>
        )}
      </td>
      <td className="px-3 text-muted">{promise}</td>
      <td className="px-3 whitespace-nowrap" title={standing}>
        <StateBadge state={sloState(line)} plain />
        {burnedSince !== null && (
          <span className="ml-1.5 text-xs text-muted">
            since <Age at={burnedSince} />
          </span>
        )}
      </td>
      <td className="px-3 whitespace-nowrap">
        {attained === null ? (
          <span className="text-muted">nothing yet</span>
        ) : (
          <span className="tabular">
            {attained.value}
            <span className="ml-1.5 text-xs text-muted">
              {attained.between} · n {attained.n}
            </span>
          </span>
        )}
      </td>
      <td className="px-3">
        <Budget line={line} />
      </td>
    </tr>
  );
}

function Budget({ line }: { line: ApiSloLine }) {
  const budget = budgetText(line);
  if (budget === null) return <span className="text-muted">–</span>;
  return (
    <span className="flex items-center gap-2 whitespace-nowrap">
      <span className="h-1.5 w-20 overflow-hidden rounded-full bg-raised" aria-hidden="true">
        <span className="block h-full bg-ink" style={{ width: `${budget.left * 100}%` }} />
      </span>
      <span className="text-xs text-muted">{budget.words}</span>
    </span>
  );
}
