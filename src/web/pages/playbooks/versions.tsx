// The text of a playbook as it was loaded, its versions, and what changed between two. Shown as text; nothing of it is run from here.
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { ApiPlaybookVersion } from '../../../contract/register.ts';
import { useZone } from '../../data/preferences.ts';
import { usePlaybookSource, usePlaybookVersions } from '../../data/read-playbooks.ts';
import { Card, Section } from '../../kit/card.tsx';
import { Empty, ErrorCard, Skeleton, SkeletonRows } from '../../kit/feedback.tsx';
import { Select } from '../../kit/field.tsx';
import { CopyId } from '../../kit/parts.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { Age, Instant } from '../../kit/time.tsx';
import { shortDigest } from '../../model/approval.ts';
import { states } from '../../model/states.ts';
import { instantText } from '../../model/time.ts';

const route = getRouteApi('/playbooks/$name');
const TextDiff = lazy(() => import('../../kit/text-diff.tsx').then(({ TextDiff: it }) => ({ default: it })));

/** The part. */
export function Versions({ name }: { name: string }) {
  const versions = usePlaybookVersions(name);
  if (versions.data === undefined)
    return versions.error === null ? (
      <SkeletonRows rows={8} />
    ) : (
      <ErrorCard error={versions.error} what="The versions" retry={() => void versions.refetch()} />
    );
  const { items } = versions.data;
  if (items.length === 0) return <Empty title={`No version of ${name} was in force here`} />;
  return (
    <div className="grid grid-cols-1 gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <Texts name={name} versions={items} />
      <Section title="Versions" count={items.length}>
        <Card>
          <ul className="divide-y">
            {items.map(({ version, digest, since, inForce }) => (
              <li key={digest} className="px-4 py-2.5">
                <p className="flex flex-wrap items-center gap-x-2">
                  <span className="font-medium">{version}</span>
                  {inForce && <StateBadge state={{ ...states.active, word: 'In force' }} plain />}
                  <CopyId id={digest} shown={shortDigest(digest)} className="ml-auto" />
                </p>
                <p className="text-xs text-muted">
                  since <Instant at={since} /> (<Age at={since} />)
                </p>
              </li>
            ))}
          </ul>
        </Card>
      </Section>
    </div>
  );
}

function Texts({ name, versions }: { name: string; versions: readonly ApiPlaybookVersion[] }) {
  const navigate = route.useNavigate();
  const { from, to } = route.useSearch();
  const current = versions.find(({ inForce }) => inForce) ?? versions[0];
  const shown = versions.find(({ digest }) => digest === to) ?? current;
  const before = versions.find(({ digest }) => digest === from) ?? null;
  const right = usePlaybookSource(name, shown?.digest ?? null);
  const left = usePlaybookSource(name, before?.digest ?? null);
  const error = right.error ?? left.error;
  const pick = (which: 'from' | 'to', digest: string) =>
    void navigate({ search: (old) => ({ ...old, [which]: digest || undefined }), replace: true });
  return (
    <Section
      title={before === null ? 'The text' : 'What changed'}
      className="min-w-0"
      aside={
        versions.length > 1 && (
          <>
            <VersionSelect
              label="Compare with"
              value={before?.digest ?? ''}
              versions={versions}
              none
              onPick={(digest) => pick('from', digest)}
            />
            <VersionSelect
              label="Version"
              value={shown?.digest ?? ''}
              versions={versions}
              onPick={(digest) => pick('to', digest)}
            />
          </>
        )
      }
    >
      {error !== null ? (
        <ErrorCard error={error} what="The text" />
      ) : right.data === undefined || (before !== null && left.data === undefined) ? (
        <Skeleton className="h-96 w-full" />
      ) : before === null || left.data === undefined ? (
        <Lines text={right.data.source} />
      ) : (
        <Suspense fallback={<Skeleton className="h-96 w-full" />}>
          <TextDiff before={left.data.source} after={right.data.source} />
        </Suspense>
      )}
    </Section>
  );
}

function VersionSelect({
  label,
  value,
  versions,
  none = false,
  onPick,
}: {
  label: string;
  value: string;
  versions: readonly ApiPlaybookVersion[];
  none?: boolean;
  onPick: (digest: string) => void;
}) {
  const zone = useZone();
  return (
    <Select aria-label={label} value={value} className="max-w-44" onChange={(event) => onPick(event.target.value)}>
      {none && <option value="">Compare with…</option>}
      {versions.map(({ digest, version, since }) => (
        <option key={digest} value={digest}>
          {`${version} of ${instantText(since, zone, Date.now())}`}
        </option>
      ))}
    </Select>
  );
}

function Lines({ text }: { text: string }) {
  return (
    <figure aria-label="The text of the playbook" className="overflow-x-auto rounded-md border bg-surface">
      <pre className="grid grid-cols-[max-content_minmax(0,1fr)] py-2 font-mono text-xs leading-5">
        {text
          .replace(/\n$/, '')
          .split('\n')
          .map((line, place) => (
            <span key={`${place + 1}`} className="contents">
              <span className="border-r px-3 text-right text-muted select-none" aria-hidden="true">
                {place + 1}
              </span>
              <code className="px-3 whitespace-pre-wrap">{line === '' ? ' ' : line}</code>
            </span>
          ))}
      </pre>
    </figure>
  );
}
