// What burns: the worst first, with what automation does about it and who leads.
import { Link } from '@tanstack/react-router';
import { useNames } from '../../data/names.ts';
import { useIncidentPages } from '../../data/read.ts';
import { Card, Section } from '../../kit/card.tsx';
import { Empty, SkeletonRows } from '../../kit/feedback.tsx';
import { useListKeys } from '../../kit/list-keys.ts';
import { SeverityBadge, StateGlyph } from '../../kit/state-badge.tsx';
import { Age, ShortAge } from '../../kit/time.tsx';
import { type Burning, doingText } from '../../model/attention.ts';
import { leadOf } from '../../model/incidents.ts';
import { incidentState, runState } from '../../model/states.ts';

/** The column; undefined: it is not loaded yet. */
export function BurningColumn({ burning }: { burning: readonly Burning[] | undefined }) {
  const list = useListKeys<HTMLUListElement>();
  return (
    <Section title="Burning" count={burning?.length} folds>
      <Card>
        {burning === undefined ? (
          <SkeletonRows rows={4} />
        ) : burning.length === 0 ? (
          <NothingBurns />
        ) : (
          <ul ref={list} className="divide-y">
            {burning.map((one) => (
              <li key={one.incident.id}>
                <BurningRow burning={one} />
              </li>
            ))}
          </ul>
        )}
      </Card>
    </Section>
  );
}

function NothingBurns() {
  const last = useIncidentPages({}).data?.pages[0]?.items[0];
  return (
    <Empty title="Nothing burns">
      {last && (
        <>
          Last incident:{' '}
          <Link
            to="/incidents/$number"
            params={{ number: String(last.number) }}
            className="underline underline-offset-4"
          >
            #{last.number}
          </Link>
          , <Age at={last.openedAt} />.
        </>
      )}
    </Empty>
  );
}

function BurningRow({ burning: { incident, runs } }: { burning: Burning }) {
  const name = useNames();
  const lead = leadOf(incident);
  return (
    <Link
      data-row
      to="/incidents/$number"
      params={{ number: String(incident.number) }}
      className="block space-y-1.5 px-4 py-3 hover:bg-surface focus-visible:-outline-offset-2"
    >
      <span className="flex items-start gap-2">
        <SeverityBadge severity={incident.severity} />
        <span className="min-w-0 flex-1 font-medium">{incident.title}</span>
        <ShortAge at={incident.openedAt} className="text-xs whitespace-nowrap text-muted" />
      </span>
      <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5 text-xs text-muted">
        <span>#{incident.number}</span>
        <StateGlyph state={incidentState(incident)} />
        <span>{incidentState(incident).word}</span>
        {incident.service !== null && <span>· {incident.service}</span>}
        <span>· {lead === null ? 'nobody leads' : `${name(lead)} leads`}</span>
      </span>
      {runs.map((run) => (
        <span key={run.id} className="flex items-start gap-1.5 text-xs">
          <StateGlyph state={runState(run)} said className="mt-px" />
          <span className="line-clamp-2 min-w-0">
            {run.playbook.name}: {name(doingText(run))}
          </span>
        </span>
      ))}
    </Link>
  );
}
