// What needs a person: requests with their one-line plan and buttons, and runs that stand still until somebody decides.
import { Link } from '@tanstack/react-router';
import type { ApiIncident } from '../../../contract/incident.ts';
import { Card, Section } from '../../kit/card.tsx';
import { Empty, SkeletonRows } from '../../kit/feedback.tsx';
import { useListKeys } from '../../kit/list-keys.ts';
import { StateGlyph } from '../../kit/state-badge.tsx';
import { Age } from '../../kit/time.tsx';
import { planLine, progressText, questionOf, riskText } from '../../model/approval.ts';
import type { Need } from '../../model/attention.ts';
import { states } from '../../model/states.ts';
import { DecideButtons } from '../approvals/decide.tsx';
import { TimeLeft } from '../approvals/time-left.tsx';
import { RunOrders } from '../run/run-orders.tsx';

/** The column; undefined: it is not loaded yet. */
export function NeedsColumn({ needs, incidents }: { needs: readonly Need[] | undefined; incidents: readonly ApiIncident[] }) {
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
                  <AskedFor need={need} incident={incidents.find(({ id }) => id === need.listed.incidentId)} />
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

const titleLink = 'min-w-0 flex-1 rounded-sm font-medium hover:underline underline-offset-4 decoration-strong';

function AskedFor({ need, incident }: { need: Extract<Need, { type: 'approval' }>; incident: ApiIncident | undefined }) {
  const { listed } = need;
  const { approval } = listed;
  return (
    <article className="space-y-2 px-4 py-3">
      <div className="flex items-start gap-2">
        <StateGlyph state={states.waitsForApproval} said className="mt-[3px]" />
        <h3 className="contents">
          <Link data-row to="/approvals/$id" params={{ id: approval.id }} className={titleLink}>
            {questionOf(approval)}
          </Link>
        </h3>
        <Age at={need.since} className="text-xs whitespace-nowrap text-muted" />
      </div>
      <code className="block truncate rounded-md bg-surface px-2 py-1 font-mono text-xs" title={planLine(approval.plan)}>
        {planLine(approval.plan)}
      </code>
      <p className="text-xs text-muted">
        {riskText(approval.plan)} · {progressText(approval)}
        {incident && ` · #${incident.number} ${incident.title}`}
      </p>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <DecideButtons listed={listed} />
        <TimeLeft approval={approval} />
      </div>
    </article>
  );
}

function StandsStill({ need: { type, since, run } }: { need: Extract<Need, { type: 'decision' | 'paused' }> }) {
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
      {waiting && <p className="text-sm">{waiting.what}</p>}
      <p className="text-xs text-muted">
        #{run.incident.number} {run.incident.title}
      </p>
      <RunOrders run={run} size="small" />
    </article>
  );
}
