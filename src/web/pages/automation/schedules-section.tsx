// Schedules: what starts by itself and when, how its last slot ended, and what was missed. Shows; the file of a playbook sets them.
import { Link } from '@tanstack/react-router';
import type { ApiSchedule } from '../../../contract/schedule.ts';
import { useSchedules } from '../../data/read-playbooks.ts';
import { Card, Section } from '../../kit/card.tsx';
import { ErrorCard } from '../../kit/feedback.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { Age, Until } from '../../kit/time.tsx';
import { countText } from '../../model/count-text.ts';
import { markState, states } from '../../model/states.ts';

const becauseWords: { readonly [K in ApiSchedule['missed'][number]['because']]: string } = {
  late: 'nothing was at work in their minute',
  still_running: 'the run before was still at work',
  not_caught_up: 'a later slot was started instead',
  changed: 'the schedule was changed',
};

/** The schedules of the playbooks in force; nothing where there are none. */
export function SchedulesSection() {
  const { data, error, refetch } = useSchedules();
  if (error !== null && data === undefined)
    return <ErrorCard error={error} what="The schedules" retry={() => void refetch()} />;
  if (data === undefined || data.items.length === 0) return null;
  return (
    <Section title="Schedules" count={data.items.length}>
      <Card>
        <ul className="divide-y">
          {data.items.map((one) => (
            <Schedule key={one.id} schedule={one} />
          ))}
        </ul>
      </Card>
    </Section>
  );
}

function Schedule({ schedule }: { schedule: ApiSchedule }) {
  const { playbook, name, words, timezone, next, halted, missed, missedCount, approval } = schedule;
  const [first] = next;
  const lately = missed.at(-1);
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-1 px-4 py-3 text-sm">
      <div className="min-w-0 flex-1 basis-60">
        <p>
          <Link to="/playbooks/$name" params={{ name: playbook.name }} className="font-medium hover:underline">
            {playbook.name}
          </Link>
          {name !== 'default' && <span className="text-muted"> · {name}</span>}
        </p>
        <p className="text-muted">
          {words} ({timezone})
        </p>
        {missedCount > 0 && lately && (
          <p className="text-xs text-amber">
            {countText(missedCount, 'slot was', 'slots were')} missed, the last <Age at={lately.lastAt} />:{' '}
            {becauseWords[lately.because]}
          </p>
        )}
        {approval !== null && !approval.isGiven && (
          <p className="text-xs text-muted">Asks {approval.from.join(', ')} before the first run of this version</p>
        )}
      </div>
      <div className="flex basis-60 flex-col gap-1">
        {halted === null ? (
          <p>{first === undefined ? 'no next time' : <Until at={first} />}</p>
        ) : (
          <p className="flex items-center gap-2">
            <StateBadge state={states.halted} /> <span className="min-w-0 text-muted">{halted}</span>
          </p>
        )}
        <Last last={schedule.last} />
      </div>
    </li>
  );
}

function Last({ last }: Pick<ApiSchedule, 'last'>) {
  if (last === null) return <p className="text-xs text-muted">has not run yet</p>;
  if (last.reason !== null) return <p className="text-xs text-amber">the last was not started: {last.reason}</p>;
  return (
    <p className="flex flex-wrap items-center gap-2 text-xs text-muted">
      last <Age at={last.slotAt} />
      {last.run && (
        <Link to="/runs/$id" params={{ id: last.run.id }} className="hover:underline">
          <StateBadge state={markState(last.run.status)} />
        </Link>
      )}
    </p>
  );
}
