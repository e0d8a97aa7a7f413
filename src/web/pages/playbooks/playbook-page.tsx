// One playbook: what starts it, what it does step by step, its runs; started by hand, dry first.
import { getRouteApi } from '@tanstack/react-router';
import { CirclePause, Play } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { ApiPlaybook, ApiPlaybookStep } from '../../../contract/playbook.ts';
import { asFailure } from '../../data/failure.ts';
import { useKillSwitches, useLacking, usePlaybooks } from '../../data/read.ts';
import { Button } from '../../kit/button.tsx';
import { Card, Facts, PageBody, Section } from '../../kit/card.tsx';
import { ConfirmOrder, type PendingOrder } from '../../kit/confirm-order.tsx';
import { Empty, ErrorCard, Skeleton } from '../../kit/feedback.tsx';
import { CopyId, Mono } from '../../kit/parts.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { useTitle } from '../../kit/title.ts';
import { cx } from '../../kit/tone.ts';
import { states } from '../../model/states.ts';
import { durationText } from '../../model/time.ts';
import { halting, releasing } from '../automation/halt-orders.ts';
import { RunTable } from '../run/runs-page.tsx';
import { StartDialog } from './start-dialog.tsx';

const route = getRouteApi('/playbooks/$name');

/** The page. */
export function PlaybookPage() {
  const { name } = route.useParams();
  const playbooks = usePlaybooks();
  useTitle(name);
  const playbook = playbooks.data?.items.find((one) => one.name === name);
  if (playbook !== undefined) return <Shown playbook={playbook} />;
  if (playbooks.data !== undefined)
    return <Empty title={`There is no playbook ${name}`}>It may have been renamed, or taken out of force.</Empty>;
  return (
    <PageBody className="space-y-4 pt-6">
      {playbooks.error === null ? (
        <Skeleton className="h-40 w-full" />
      ) : (
        <ErrorCard error={asFailure(playbooks.error)} what="The playbook" retry={() => void playbooks.refetch()} />
      )}
    </PageBody>
  );
}

function Head({ playbook }: { playbook: ApiPlaybook }) {
  const { name, version, description } = playbook;
  const [pending, setPending] = useState<PendingOrder | null>(null);
  const [isStarting, setStarting] = useState(false);
  const mayStart = useLacking('start');
  const mayHalt = useLacking('operate');
  const isHalted = useKillSwitches().data?.items.some(({ scope }) => scope === name) ?? false;
  return (
    <header className="border-b px-4 py-4 md:px-6">
      <div className="flex max-w-[1200px] flex-wrap items-start gap-x-4 gap-y-3">
        <div className="min-w-0 flex-1 basis-80">
          <h1 className="flex flex-wrap items-center gap-3 text-xl font-semibold">
            {name} <span className="text-sm font-normal text-muted">{version}</span>
            {isHalted && <StateBadge state={states.halted} />}
          </h1>
          <p className="mt-1 max-w-[72ch] text-muted">{description}</p>
        </div>
        <div className="flex gap-2">
          <Button kind="main" why={mayStart} onClick={() => setStarting(true)}>
            <Play className="size-3.5" aria-hidden="true" /> Run by hand…
          </Button>
          <Button why={mayHalt} onClick={() => setPending(isHalted ? releasing(name) : halting(name))}>
            <CirclePause className="size-3.5" aria-hidden="true" /> {isHalted ? 'Release…' : 'Halt…'}
          </Button>
        </div>
      </div>
      <ConfirmOrder order={pending} onClose={() => setPending(null)} />
      {isStarting && <StartDialog playbook={playbook} onClose={() => setStarting(false)} />}
    </header>
  );
}

function Shown({ playbook }: { playbook: ApiPlaybook }) {
  const { owner, sla, timeoutMs, concurrency, cooldown, triggers, digest, steps } = playbook;
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['Product', owner.product],
    ['Kept by', owner.technical],
    ['Escalates to', owner.escalation],
    ['SLA', sla === null ? 'none' : `${sla.objective} % within ${durationText(sla.completeWithinMs)}`],
    ['Ends after', durationText(timeoutMs)],
    ['One at a time', concurrency === null ? 'no' : concurrency.key],
    ['Cool-down', cooldown === null ? 'none' : `${durationText(cooldown.windowMs)}, then ${cooldown.onRepeat}`],
    ['Digest', <CopyId key="digest" id={digest} shown={digest.slice(7, 19)} className="-ml-1" />],
  ];
  return (
    <>
      <Head playbook={playbook} />
      <PageBody className="grid grid-cols-1 gap-6 pt-5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="min-w-0 space-y-6">
          <Section title="Steps" count={steps.length + playbook.finally.length}>
            <Card>
              <ol className="divide-y">
                {steps.concat(playbook.finally).map((step) => (
                  <li key={step.id}>
                    <StepLine step={step} isFinal={playbook.finally.includes(step)} />
                  </li>
                ))}
              </ol>
            </Card>
          </Section>
          <Section title="Runs">
            <Card>
              <RunTable playbook={playbook.name} />
            </Card>
          </Section>
        </div>
        <div className="min-w-0 space-y-6">
          <Card className="p-4">
            <Facts facts={facts} />
          </Card>
          <Section title="Starts with">
            {triggers.length === 0 ? (
              <p className="text-sm text-muted">Nothing by itself: it is run by hand, or by another playbook.</p>
            ) : (
              <ul className="space-y-2">
                {triggers.map(({ source, when }) => (
                  <li key={source + when} className="rounded-md border bg-surface px-3 py-2">
                    <p className="text-xs text-muted">{source === '*' ? 'Any source' : source}</p>
                    <Mono>{when ?? 'every alert'}</Mono>
                  </li>
                ))}
              </ul>
            )}
          </Section>
        </div>
      </PageBody>
    </>
  );
}

const riskTone = { low: 'text-muted', medium: 'text-muted', high: 'text-amber' } as const;

function StepLine({ step, isFinal }: { step: ApiPlaybookStep; isFinal: boolean }) {
  const { approval, risk, reversible, needs } = step;
  const notes = [
    isFinal ? 'always, at the end' : needs.length === 0 ? '' : `after ${needs.join(', ')}`,
    reversible ? 'can be undone' : '',
    step.verify ? 'verified' : '',
    step.forEach ? 'for each item' : '',
  ].filter((note) => note !== '');
  return (
    <div className="px-4 py-2.5">
      <p className="flex flex-wrap items-baseline gap-x-2">
        <span className="font-medium">{step.name}</span>
        <Mono className="text-muted">{step.uses}</Mono>
        <span className={cx('ml-auto text-xs', riskTone[risk])}>{risk} risk</span>
      </p>
      <p className="text-xs text-muted">
        {notes.join(' · ')}
        {approval && (
          <span className="text-amber">
            {notes.length > 0 && ' · '}asks {approval.from.join(', ')}
            {approval.quorum > 1 && `, ${approval.quorum} of them`}
          </span>
        )}
      </p>
    </div>
  );
}
