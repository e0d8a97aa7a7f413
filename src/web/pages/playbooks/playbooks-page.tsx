// The register of playbooks: what each is for, who answers for it, what was promised and kept, when it last worked, and what is missing.
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { ApiRegisterEntry } from '../../../contract/register.ts';
import { useKillSwitches } from '../../data/read.ts';
import { useRegister } from '../../data/read-playbooks.ts';
import { useTrust } from '../../data/read-rules.ts';
import { PageHead } from '../../kit/card.tsx';
import { Empty, ErrorCard, SkeletonRows } from '../../kit/feedback.tsx';
import { StateBadge, StateGlyph } from '../../kit/state-badge.tsx';
import { type Column, rowLink, Table } from '../../kit/table.tsx';
import { ShortAge } from '../../kit/time.tsx';
import { Tip } from '../../kit/tip.tsx';
import { useTitle } from '../../kit/title.ts';
import { cx } from '../../kit/tone.ts';
import { isKept, keptWords } from '../../model/playbook-words.ts';
import { markState, type ShownState, states } from '../../model/states.ts';
import { trustState } from '../../model/trust.ts';
import { Promises } from './promises.tsx';

/** What is shown beside the name of a playbook that does not simply act by itself. */
type Marks = { readonly halted: ReadonlySet<string>; readonly trust: ReadonlyMap<string, ShownState> };

const columnsWith = ({ halted, trust }: Marks): readonly Column<ApiRegisterEntry>[] => [
  {
    head: 'Playbook',
    wide: true,
    cell: ({ playbook, description }) => (
      <span className="flex min-w-0 items-center gap-2">
        <Link data-row to="/playbooks/$name" params={{ name: playbook }} className={cx(rowLink, 'shrink-0')}>
          {playbook}
        </Link>
        {(halted.has(playbook) || halted.has('*')) && <StateBadge state={states.halted} plain />}
        <TrustMark state={trust.get(playbook)} />
        <span className="hidden truncate text-muted sm:inline" title={description}>
          {description}
        </span>
      </span>
    ),
  },
  { head: 'Version', from: 'lg', cell: ({ version }) => <span className="text-muted">{version}</span> },
  { head: 'Owner', from: 'md', cell: ({ owner }) => <span className="text-muted">{owner.technical}</span> },
  {
    head: 'Kept, 30 days',
    from: 'lg',
    align: 'right',
    cell: (entry) => (
      <span className={isKept(entry) === false ? 'text-red' : 'text-muted'}>
        {isKept(entry) === false && <span className="sr-only">SLA missed: </span>}
        {keptWords(entry)}
      </span>
    ),
  },
  {
    head: 'Last success',
    from: 'md',
    align: 'right',
    cell: ({ lastSuccess }) =>
      lastSuccess === null ? (
        <span className="text-muted">never</span>
      ) : (
        <ShortAge at={lastSuccess.at} className="text-muted" />
      ),
  },
  {
    head: 'Last run',
    align: 'right',
    cell: ({ lastRun }) =>
      lastRun === null ? (
        <span className="text-muted">never</span>
      ) : (
        <Link
          to="/runs/$id"
          params={{ id: lastRun.runId }}
          className="relative z-10 inline-flex items-center gap-1.5 hover:underline"
        >
          <StateGlyph state={markState(lastRun.status)} said />
          <ShortAge at={lastRun.at} className="text-muted" />
        </Link>
      ),
  },
  {
    head: 'Gaps',
    from: 'md',
    align: 'right',
    cell: ({ gaps }) =>
      gaps.length === 0 ? (
        <span className="text-muted">none</span>
      ) : (
        <Tip text={gaps.join(' · ')}>
          <span className="relative z-10 text-amber">{gaps.length}</span>
        </Tip>
      ),
  },
];

/** That it is trusted is nothing to say in a list. */
const TrustMark = ({ state }: { state: ShownState | undefined }) =>
  state === undefined || state === states.trusted ? null : <StateBadge state={state} plain />;

/** The page. */
export function PlaybooksPage() {
  useTitle('Playbooks');
  const register = useRegister();
  const switches = useKillSwitches().data;
  const trusts = useTrust().data;
  const columns = useMemo(() => {
    const halted = new Set(switches?.items.map(({ scope }) => scope));
    const trust = new Map(trusts?.items.map((one) => [one.playbook, trustState(one)]));
    return columnsWith({ halted, trust });
  }, [switches, trusts]);
  const items = register.data?.items;
  return (
    <>
      <PageHead title="Playbooks" />
      <div className="border-t md:px-2">
        {items === undefined ? (
          register.error === null ? (
            <SkeletonRows rows={6} />
          ) : (
            <div className="p-4">
              <ErrorCard error={register.error} what="The register" retry={() => void register.refetch()} />
            </div>
          )
        ) : items.length === 0 ? (
          <Empty title="No playbook is in force">
            Put one into the folder of playbooks; <code className="font-mono text-xs">firebreak init</code> writes a
            first one.
          </Empty>
        ) : (
          <Table label="Playbooks" columns={columns} items={items} keyOf={({ playbook }) => playbook} />
        )}
      </div>
      <Promises />
    </>
  );
}
