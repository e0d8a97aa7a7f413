// What needs a person: requests with their one-line plan and buttons, and runs that stand still until somebody decides.
import { Link } from '@tanstack/react-router';
import type { ApiIncident } from '../../../contract/incident.ts';
import { useNames } from '../../data/names.ts';
import { Card, Section } from '../../kit/card.tsx';
import { Empty, SkeletonRows } from '../../kit/feedback.tsx';
import { useListKeys } from '../../kit/list-keys.ts';
import { StateGlyph } from '../../kit/state-badge.tsx';
import { Age } from '../../kit/time.tsx';
import { type Need, needText } from '../../model/attention.ts';
import { states } from '../../model/states.ts';
import { ApprovalRow } from '../approvals/approval-row.tsx';
import { RunOrders } from '../run/run-orders.tsx';

/** The column; undefined: it is not loaded yet. */
export function NeedsColumn({
  needs,
  incidents,
}: {
  needs: readonly Need[] | undefined;
  incidents: readonly ApiIncident[];
}) {
  const list = useListKeys<HTMLUListElement>();
  const mine = needs?.filter((need) => need.type !== 'approval' || need.listed.refusal === null).length;
  return (
    <Section title="Needs you" count={mine} loud folds>
      <Card>
        {needs === undefined ? (
          <SkeletonRows rows={3} />
        ) : needs.length === 0 ? (
          <Empty title="Nothing waits for you" />
        ) : (
          <ul ref={list} className="divide-y">
            {needs.map((need) => (
              <li key={need.type === 'approval' ? need.listed.approval.id : need.run.id}>
                {need.type === 'approval' ? (
                  <ApprovalRow
                    listed={need.listed}
                    about={nameOf(incidents.find(({ id }) => id === need.listed.incidentId))}
                  />
                ) : (
                  <StandsStill need={need} />
                )}
              </li>
            ))}
          </ul>
        )}
      </Card>
    </Section>
  );
}

const nameOf = (incident: ApiIncident | undefined) => (incident ? `#${incident.number} ${incident.title}` : null);

const titleLink = 'min-w-0 flex-1 rounded-sm font-medium hover:underline underline-offset-4 decoration-strong';

function StandsStill({ need: { type, since, run } }: { need: Extract<Need, { type: 'decision' | 'paused' }> }) {
  const name = useNames();
  const waiting = run.waitingFor.find(({ kind }) => kind === type);
  const state = type === 'decision' ? states.waitsForDecision : states.paused;
  return (
    <article className="space-y-2 px-4 py-3">
      <div className="flex items-start gap-2">
        <StateGlyph state={state} said className="mt-[3px]" />
        <h3 className="contents">
          <Link data-row to="/runs/$id" params={{ id: run.id }} className={titleLink}>
            {type === 'decision' ? `Decision needed: ${run.playbook.name}` : `Paused: ${run.playbook.name}`}
          </Link>
        </h3>
        <Age at={since} className="text-xs whitespace-nowrap text-muted" />
      </div>
      {waiting && <p className="text-sm">{name(needText(waiting.what))}</p>}
      <p className="text-xs text-muted">
        #{run.incident.number} {run.incident.title}
      </p>
      <RunOrders run={run} size="small" />
    </article>
  );
}
