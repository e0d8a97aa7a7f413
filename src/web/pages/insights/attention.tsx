// What approvals ask of people: how often, how long, of whom, and in whose nights.
import { Link } from '@tanstack/react-router';
import type { ApiApprovalAttention } from '../../../contract/insights.ts';
import { type Column, rowLink, Table } from '../../kit/table.tsx';
import { Estimate } from './estimate.tsx';

type Step = ApiApprovalAttention['steps'][number];
type Person = ApiApprovalAttention['people'][number];

const steps: readonly Column<Step>[] = [
  {
    head: 'Step',
    wide: true,
    cell: ({ playbook, step }) => (
      <Link data-row to="/playbooks/$name" params={{ name: playbook }} className={rowLink}>
        {playbook} · {step}
      </Link>
    ),
  },
  { head: 'Asked', align: 'right', cell: ({ asked }) => <span className="tabular">{asked}</span> },
  { head: 'Approved', align: 'right', cell: ({ approved }) => <Estimate of={approved} as="share" /> },
  { head: 'To an answer', from: 'md', align: 'right', cell: ({ waitMs }) => <Estimate of={waitMs} /> },
];

const peopleOf = (name: (id: string) => string): readonly Column<Person>[] => [
  { head: 'Person', wide: true, cell: ({ person }) => name(person) },
  { head: 'Decisions', align: 'right', cell: ({ decisions }) => <span className="tabular">{decisions}</span> },
  { head: 'To an answer', from: 'md', align: 'right', cell: ({ waitMs }) => <Estimate of={waitMs} /> },
  {
    head: 'At night',
    align: 'right',
    cell: ({ atNight, nights }) => (
      <span className="tabular">
        {atNight}
        {nights > 0 && (
          <span className="text-xs text-muted">
            {' '}
            in {nights} {nights === 1 ? 'night' : 'nights'}
          </span>
        )}
      </span>
    ),
  },
];

type AttentionProps = { readonly approvals: ApiApprovalAttention; readonly name: (id: string) => string };

/** The part. */
export function Attention({ approvals, name }: AttentionProps) {
  const { asked, waitMs, approved, denied, expired, people, steps: rows } = approvals;
  const figures = [
    ['Asked', <span key="asked">{asked}</span>],
    ['To an answer', <Estimate key="wait" of={waitMs} />],
    ['Approved', <Estimate key="approved" of={approved} as="share" />],
    ['Denied', <Estimate key="denied" of={denied} as="share" />],
    ['Nobody answered', <Estimate key="expired" of={expired} as="share" />],
  ] as const;
  return (
    <div className="space-y-5">
      <dl className="flex flex-wrap gap-x-8 gap-y-3 px-4 text-sm">
        {figures.map(([word, figure]) => (
          <div key={word}>
            <dt className="text-xs text-muted">{word}</dt>
            <dd className="text-lg font-medium">{figure}</dd>
          </div>
        ))}
      </dl>
      {rows.length > 0 && (
        <Table
          label="Approvals by step"
          columns={steps}
          items={rows}
          keyOf={({ playbook, step }) => `${playbook}/${step}`}
        />
      )}
      {people.length > 0 && (
        <Table label="Approvals by person" columns={peopleOf(name)} items={people} keyOf={({ person }) => person} />
      )}
    </div>
  );
}
