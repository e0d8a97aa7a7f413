// What came again, what never led to anything, and what automation cost: tables.
import { Link } from '@tanstack/react-router';
import type { ApiInsights } from '../../../contract/insights.ts';
import { type Column, rowLink, Table } from '../../kit/table.tsx';
import { ShortAge } from '../../kit/time.tsx';
import { durationText } from '../../model/time.ts';
import { Estimate } from './estimate.tsx';
import { Numbers } from './numbers.tsx';

const number = (value: number) => <span className="tabular">{value.toLocaleString('en')}</span>;
const alertLink = (alert: string, service: string | null) => (
  <span className="flex min-w-0 items-center gap-2">
    <Link data-row to="/incidents" search={{ view: 'all', q: alert }} className={`${rowLink} truncate`} title={alert}>
      {alert}
    </Link>
    {service !== null && <span className="hidden truncate text-muted sm:inline">{service}</span>}
  </span>
);

type Recurrence = ApiInsights['recurrences'][number];
const recurrences: readonly Column<Recurrence>[] = [
  { head: 'Alert', wide: true, cell: ({ alert, service }) => alertLink(alert, service) },
  { head: 'Times', align: 'right', cell: ({ incidents }) => number(incidents) },
  { head: 'Latest', from: 'lg', cell: ({ numbers }) => <Numbers of={numbers} /> },
  { head: 'Every', from: 'lg', align: 'right', cell: ({ betweenMs }) => <Estimate of={betweenMs} /> },
  { head: 'To resolve', from: 'md', align: 'right', cell: ({ resolveMs }) => <Estimate of={resolveMs} /> },
  { head: 'In all', align: 'right', cell: ({ totalMs }) => <span className="tabular">{durationText(totalMs)}</span> },
  {
    head: 'Helped',
    from: 'md',
    cell: ({ helped }) => (
      <span className="text-muted">
        {helped.length === 0 ? 'nothing yet' : helped.map(({ playbook }) => playbook).join(', ')}
      </span>
    ),
  },
  { head: 'Last', from: 'md', align: 'right', cell: ({ lastAt }) => <ShortAge at={lastAt} className="text-muted" /> },
];

/** Trouble that came again. */
export const Recurrences = ({ rows }: { rows: readonly Recurrence[] }) => (
  <Table
    label="Trouble that came again"
    columns={recurrences}
    items={rows}
    keyOf={({ alert, service }) => `${alert} ${service}`}
  />
);

type Quiet = ApiInsights['quietAlerts'][number];
const quiet: readonly Column<Quiet>[] = [
  { head: 'Alert', wide: true, cell: ({ alert, service }) => alertLink(alert, service) },
  { head: 'Incidents', align: 'right', cell: ({ incidents }) => number(incidents) },
  { head: 'Notifications', from: 'md', align: 'right', cell: ({ notifications }) => number(notifications) },
  { head: 'May yet matter', from: 'md', align: 'right', cell: ({ acted }) => <Estimate of={acted} as="share" /> },
  { head: 'Last', align: 'right', cell: ({ lastAt }) => <ShortAge at={lastAt} className="text-muted" /> },
];

/** Alerts that never led to anything. */
export const QuietAlerts = ({ rows }: { rows: readonly Quiet[] }) => (
  <Table
    label="Alerts that never led to anything"
    columns={quiet}
    items={rows}
    keyOf={({ alert, service }) => `${alert} ${service}`}
  />
);

type Cost = ApiInsights['costs'][number];
const costs: readonly Column<Cost>[] = [
  {
    head: 'Playbook',
    wide: true,
    cell: ({ key }) => (
      <Link data-row to="/playbooks/$name" params={{ name: key }} className={rowLink}>
        {key}
      </Link>
    ),
  },
  { head: 'Runs', align: 'right', cell: ({ runs }) => number(runs) },
  { head: 'Attempts', from: 'md', align: 'right', cell: ({ attempts }) => number(attempts) },
  {
    head: 'Machine time',
    align: 'right',
    cell: ({ machineMs }) => <span className="tabular">{durationText(machineMs, true)}</span>,
  },
  {
    head: 'Waiting for people',
    from: 'md',
    align: 'right',
    cell: ({ waitMs }) => <span className="tabular">{durationText(waitMs)}</span>,
  },
];

/** What runs cost. */
export const Costs = ({ rows }: { rows: readonly Cost[] }) => (
  <Table label="What runs cost" columns={costs} items={rows} keyOf={({ key }) => key} />
);
