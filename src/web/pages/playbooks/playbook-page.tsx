// One playbook: what starts it and what it does, its text and versions, its runs; started by hand, dry first.
import { getRouteApi, Link } from '@tanstack/react-router';
import { CirclePause, Play } from 'lucide-react';
import { useState } from 'react';
import type { ApiPlaybook } from '../../../contract/playbook.ts';
import { useKillSwitches, useLacking, usePlaybooks } from '../../data/read.ts';
import { Button } from '../../kit/button.tsx';
import { Card, PageBody } from '../../kit/card.tsx';
import { ConfirmOrder, type PendingOrder } from '../../kit/confirm-order.tsx';
import { Empty, ErrorCard, Skeleton, SkeletonRows } from '../../kit/feedback.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { Tabs } from '../../kit/tabs.tsx';
import { useTitle } from '../../kit/title.ts';
import { states } from '../../model/states.ts';
import { halting, releasing } from '../automation/halt-orders.ts';
import { RunTable } from '../run/runs-page.tsx';
import { RunByHand } from './run-by-hand.tsx';
import { Stages } from './version-stages.tsx';
import { Versions } from './versions.tsx';
import { WhatItDoes } from './what-it-does.tsx';

const route = getRouteApi('/playbooks/$name');

/** The page. */
export function PlaybookPage() {
  const { name } = route.useParams();
  const { tab } = route.useSearch();
  const playbooks = usePlaybooks();
  useTitle(name);
  const playbook = playbooks.data?.items.find((one) => one.name === name);
  if (playbook !== undefined) return <Shown playbook={playbook} />;
  if (playbooks.data === undefined)
    return (
      <PageBody className="space-y-4 pt-6">
        {playbooks.error === null ? (
          <>
            <Skeleton className="h-7 w-1/2" />
            <SkeletonRows rows={6} />
          </>
        ) : (
          <ErrorCard error={playbooks.error} what="The playbook" retry={() => void playbooks.refetch()} />
        )}
      </PageBody>
    );
  return tab === 'source' ? <Gone name={name} /> : <NoLonger name={name} />;
}

function NoLonger({ name }: { name: string }) {
  return (
    <Empty title={`There is no playbook ${name}`}>
      It may have been renamed, or taken out of force.{' '}
      <Link to="/playbooks/$name" params={{ name }} search={{ tab: 'source' }} className="underline underline-offset-4">
        Versions that were in force
      </Link>
    </Empty>
  );
}

/** What is left of a playbook that is in force no more: its versions. */
function Gone({ name }: { name: string }) {
  return (
    <PageBody className="pt-6">
      <h1 className="pb-4 text-xl font-semibold">{name}, in force no more</h1>
      <Versions name={name} />
    </PageBody>
  );
}

function Shown({ playbook }: { playbook: ApiPlaybook }) {
  const { name } = playbook;
  const { tab } = route.useSearch();
  const to = '/playbooks/$name';
  const params = { name };
  return (
    <>
      <Head playbook={playbook} />
      <Tabs
        label="Parts of the playbook"
        tabs={[
          { name: 'What it does', to, params, isHere: tab === undefined },
          { name: 'Stages', to, params, search: { tab: 'stages' }, isHere: tab === 'stages' },
          { name: 'Text and versions', to, params, search: { tab: 'source' }, isHere: tab === 'source' },
          { name: 'Runs', to, params, search: { tab: 'runs' }, isHere: tab === 'runs' },
        ]}
      />
      <PageBody className="pt-5">
        {tab === undefined && <WhatItDoes playbook={playbook} />}
        {tab === 'stages' && <Stages name={name} />}
        {tab === 'source' && <Versions name={name} />}
        {tab === 'runs' && (
          <Card>
            <RunTable playbook={name} />
          </Card>
        )}
      </PageBody>
    </>
  );
}

function Head({ playbook }: { playbook: ApiPlaybook }) {
  const { name, version, description } = playbook;
  const navigate = route.useNavigate();
  const { run } = route.useSearch();
  const [pending, setPending] = useState<PendingOrder | null>(null);
  const mayStart = useLacking('start');
  const mayHalt = useLacking('operate');
  const halted = useKillSwitches().data?.items;
  const isHalted = halted?.some(({ scope }) => scope === name) ?? false;
  const isStopped = isHalted || (halted?.some(({ scope }) => scope === '*') ?? false);
  const open = (value: 'open' | undefined) =>
    void navigate({ search: (before) => ({ ...before, run: value }), replace: true });
  return (
    <header className="px-4 py-4 md:px-6">
      <div className="flex max-w-[1200px] flex-wrap items-start gap-x-4 gap-y-3">
        <div className="min-w-0 flex-1 basis-80">
          <h1 className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xl font-semibold">
            {name} <span className="text-sm font-normal text-muted">{version}</span>
            {isStopped && <StateBadge state={states.halted} />}
          </h1>
          <p className="mt-1 max-w-[72ch] text-muted">{description}</p>
        </div>
        <div className="flex gap-2">
          <Button kind="main" why={mayStart} onClick={() => open('open')}>
            <Play className="size-3.5" aria-hidden="true" /> Run by hand…
          </Button>
          <Button why={mayHalt} onClick={() => setPending(isHalted ? releasing(name) : halting(name))}>
            <CirclePause className="size-3.5" aria-hidden="true" /> {isHalted ? 'Release…' : 'Halt…'}
          </Button>
        </div>
      </div>
      <ConfirmOrder order={pending} onClose={() => setPending(null)} />
      {run === 'open' && <RunByHand playbook={playbook} onClose={() => open(undefined)} />}
    </header>
  );
}
