// The page of a run: how it stands and why, what can be ordered, its graph, and every step with its attempts, plan, output and error.
import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect } from 'react';
import type { ApiRun } from '../../../contract/run.ts';
import { asFailure } from '../../data/failure.ts';
import { useNames } from '../../data/names.ts';
import { useFrame, useRun } from '../../data/read.ts';
import { Card, Facts, PageBody, Section } from '../../kit/card.tsx';
import { Empty, ErrorCard, Skeleton, SkeletonRows } from '../../kit/feedback.tsx';
import { useNow } from '../../kit/now.ts';
import { CopyId, Exactly } from '../../kit/parts.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { Age, Duration, Instant } from '../../kit/time.tsx';
import { useTitle } from '../../kit/title.ts';
import { needText } from '../../model/attention.ts';
import { detailedSteps, triggerText } from '../../model/run-steps.ts';
import { runState } from '../../model/states.ts';
import { Evidence } from '../incident/evidence.tsx';
import { openStep, stepId } from './open-step.ts';
import { RunOrders } from './run-orders.tsx';
import { StepRow } from './step-row.tsx';

const route = getRouteApi('/runs/$id');
const RunGraph = lazy(() => import('./run-graph.tsx').then(({ RunGraph: it }) => ({ default: it })));

/** The page. */
export function RunPage() {
  const { id } = route.useParams();
  const run = useRun(id);
  useTitle(run.data ? `${run.data.playbook.name} for #${run.data.incident.number}` : 'Run');
  if (run.data !== undefined) return <Shown run={run.data} />;
  if (run.error === null)
    return (
      <PageBody className="space-y-5 pt-6">
        <Skeleton className="h-7 w-1/2" />
        <SkeletonRows rows={6} />
      </PageBody>
    );
  if (asFailure(run.error).status === 404)
    return <Empty title="There is no such run">The link may be cut, or of another Firebreak.</Empty>;
  return (
    <PageBody className="pt-6">
      <ErrorCard error={run.error} what="The run" retry={() => void run.refetch()} />
    </PageBody>
  );
}

const link = 'underline underline-offset-4 decoration-strong hover:decoration-current';

function Shown({ run }: { run: ApiRun }) {
  const frame = useFrame(run.incidentId, null).data;
  const now = useNow(run.finishedAt === null ? 1000 : 3_600_000);
  const drawn = frame?.lanes.runs.find(({ id }) => id === run.id);
  const steps = detailedSteps(run, drawn, now);
  // A link may name a step.
  useEffect(() => openStep(decodeURIComponent(location.hash.slice(stepId('').length + 1))), []);
  return (
    <>
      <RunHead run={run} />
      <PageBody className="grid grid-cols-1 gap-6 pt-5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        {drawn !== undefined && drawn.steps.length > 1 && (
          <Section title="Graph" className="lg:col-span-2">
            <Card>
              <Suspense fallback={<Skeleton className="h-40 w-full" />}>
                <RunGraph steps={drawn.steps} onOpen={openStep} />
              </Suspense>
            </Card>
          </Section>
        )}
        <div className="min-w-0 space-y-6">
          <Section title="Steps" count={steps.length}>
            <Card>
              <ol className="divide-y">
                {steps.map((step) => (
                  <li key={step.step.step} id={stepId(step.step.step)}>
                    <StepRow detail={step} run={run} />
                  </li>
                ))}
              </ol>
            </Card>
          </Section>
          <Evidence id={run.incidentId} runId={run.id} />
        </div>
        <RunFacts run={run} />
      </PageBody>
    </>
  );
}

function RunHead({ run }: { run: ApiRun }) {
  const name = useNames();
  const waiting = run.waitingFor.filter(({ kind }) => kind === 'decision' || kind === 'approval' || kind === 'halted');
  return (
    <header className="border-b px-4 py-4 md:px-6">
      <div className="flex max-w-[1200px] flex-wrap items-start gap-x-4 gap-y-3">
        <div className="min-w-0 flex-1 basis-80">
          <p className="text-sm text-muted">
            <Link to="/incidents/$number" params={{ number: String(run.incident.number) }} className={link}>
              #{run.incident.number} {run.incident.title}
            </Link>
          </p>
          <h1 className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xl font-semibold">
            {run.playbook.name}
            <span className="text-sm font-normal text-muted">{run.playbook.version}</span>
            <StateBadge state={runState(run)} />
            <Duration from={run.startedAt} to={run.finishedAt} className="text-sm font-normal text-muted" />
          </h1>
          {run.reason !== null && <p className="mt-1">{run.reason}</p>}
          {waiting.map((one) => (
            <p key={one.kind + one.since} className="mt-1 text-sm">
              {name(needText(one.what))}{' '}
              <span className="text-muted">
                · <Age at={one.since} />
              </span>
            </p>
          ))}
        </div>
        <RunOrders run={run} />
      </div>
    </header>
  );
}

function RunFacts({ run }: { run: ApiRun }) {
  const name = useNames();
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['Started by', name(triggerText(run))],
    ['Started', <Instant key="started" at={run.startedAt} />],
    ...(run.finishedAt === null
      ? ([['Must end by', <Instant key="deadline" at={run.deadlineAt} />]] as const)
      : ([['Ended', <Instant key="ended" at={run.finishedAt} />]] as const)),
    ...(run.targets.length > 0 ? ([['Acted on', run.targets.join(', ')]] as const) : []),
    ...(run.concurrencyKey === null ? [] : ([['One at a time', run.concurrencyKey]] as const)),
    [
      'Playbook',
      <Link key="playbook" to="/playbooks/$name" params={{ name: run.playbook.name }} className={link}>
        {run.playbook.name} {run.playbook.version}
      </Link>,
    ],
    [
      'Digest',
      <CopyId key="digest" id={run.playbook.digest} shown={run.playbook.digest.slice(7, 19)} className="-ml-1" />,
    ],
    ...(run.traceUrl === null
      ? []
      : ([
          [
            'Trace',
            <a key="trace" href={run.traceUrl} rel="noreferrer noopener" className={link}>
              every call and its time
            </a>,
          ],
        ] as const)),
    ['Id', <CopyId key="id" id={run.id} className="-ml-1" />],
  ];
  return (
    <aside className="min-w-0 space-y-6" aria-label="About this run">
      <Card className="p-4">
        <Facts facts={facts} />
      </Card>
      {Object.keys(run.inputs).length > 0 && (
        <Section title="Inputs">
          <Exactly label="Inputs" value={run.inputs} />
        </Section>
      )}
      {Object.keys(run.outputs).length > 0 && (
        <Section title="Outputs">
          <Exactly label="Outputs" value={run.outputs} />
        </Section>
      )}
    </aside>
  );
}
