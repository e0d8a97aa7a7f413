// The versions of a playbook by their stages: who brought each there and why, how the canary does, what the shadow would have done, what
// changed, and what was recorded of them.
import { Link } from '@tanstack/react-router';
import type { ApiPlaybookLife } from '../../../contract/change-control.ts';
import type { ApiPlaybookVersion } from '../../../contract/register.ts';
import { usePlaybookDiff, usePlaybookLife, usePlaybookVersions, useShadow } from '../../data/read-playbooks.ts';
import { Card, Section } from '../../kit/card.tsx';
import { Empty, ErrorCard, SkeletonRows } from '../../kit/feedback.tsx';
import { CopyId } from '../../kit/parts.tsx';
import { Said } from '../../kit/said.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { Age, Instant } from '../../kit/time.tsx';
import { shortDigest } from '../../model/approval.ts';
import { durationText } from '../../model/time.ts';
import { byStage, shareText, stageState, tallyRows } from '../../model/version-stages.ts';
import { VersionOrders } from './version-orders.tsx';

/** The part. */
export function Stages({ name }: { name: string }) {
  const versions = usePlaybookVersions(name);
  const life = usePlaybookLife(name);
  const error = versions.error ?? life.error;
  if (versions.data === undefined || life.data === undefined)
    return error === null ? (
      <SkeletonRows rows={8} />
    ) : (
      <ErrorCard error={error} what="The stages" retry={() => void Promise.all([versions.refetch(), life.refetch()])} />
    );
  const all = byStage(versions.data.items);
  const isPromoted = life.data?.mode === 'promoted';
  const newest = all.find(({ stage }) => stage === 'canary' || stage === 'shadow' || stage === 'draft');
  const hasLive = all.some(({ stage }) => stage === 'live');
  return (
    <div className="grid grid-cols-1 gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <div className="min-w-0 space-y-6">
        <Section title="Stages" count={all.length}>
          {!isPromoted && (
            <p className="max-w-[72ch] pb-3 text-sm text-muted">
              The folder decides which version is live. With{' '}
              <code className="font-mono text-xs">changeControl: promoted</code> people bring versions from stage to
              stage here.
            </p>
          )}
          <Card>
            {all.length === 0 ? (
              <Empty title="No version is known" />
            ) : (
              <ul className="divide-y">
                {all.map((version) => (
                  <VersionRow key={version.digest} version={version} all={all} isPromoted={isPromoted} />
                ))}
              </ul>
            )}
          </Card>
        </Section>
        {life.data?.canary && <Canary trial={life.data.canary} />}
        {all.some(({ stage }) => stage === 'shadow') && <Shadow name={name} />}
      </div>
      <div className="min-w-0 space-y-6">
        {newest !== undefined && hasLive && <Changes name={name} version={newest} />}
        {life.data !== null && <Life items={life.data.items} />}
      </div>
    </div>
  );
}

function VersionRow({
  version: one,
  all,
  isPromoted,
}: {
  version: ApiPlaybookVersion;
  all: readonly ApiPlaybookVersion[];
  isPromoted: boolean;
}) {
  const { version, digest, since, stageSince, author, promotedBy, reason, canary, inForce } = one;
  const state = stageState(one);
  return (
    <li className="px-4 py-3 text-sm">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <span className="font-medium">{version}</span>
        {state !== null && <StateBadge state={state} />}
        {canary !== null && <span className="text-muted">{shareText(canary)}</span>}
        {inForce && state === null && <span className="text-muted">in force</span>}
        <CopyId id={digest} shown={shortDigest(digest)} className="ml-auto" />
      </p>
      <p className="text-xs text-muted">
        since <Instant at={stageSince ?? since} /> (<Age at={stageSince ?? since} />)
        {promotedBy !== null && `, by ${promotedBy.name ?? promotedBy.id}`}
        {author !== null && `; registered by ${author.name ?? author.id}`}
      </p>
      {reason !== null && (
        <p className="mt-0.5 max-w-[72ch]">
          “<Said text={reason} />”
        </p>
      )}
      {isPromoted && <VersionOrders version={one} all={all} />}
    </li>
  );
}

function Canary({ trial }: { trial: NonNullable<ApiPlaybookLife['canary']> }) {
  const { version, since, canary, live, against } = trial;
  const median = (ms: number | null) => (ms === null ? '–' : durationText(ms, true));
  return (
    <Section title={`How canary ${version.version} does`}>
      <Card className="space-y-3 p-4">
        <table className="w-full text-sm" aria-label="Runs of the canary and of the live version">
          <thead className="text-left text-xs text-muted">
            <tr>
              <th className="pb-1 font-medium">Runs that alerts have started</th>
              <th className="pb-1 text-right font-medium">Canary</th>
              <th className="pb-1 text-right font-medium">Live</th>
            </tr>
          </thead>
          <tbody>
            {[
              ...tallyRows(canary, live),
              ['Took, in the median', median(canary.medianMs), median(live.medianMs)] as const,
            ].map(([word, ofCanary, ofLive]) => (
              <tr key={word} className="border-t">
                <th className="py-1 text-left font-normal text-muted">{word}</th>
                <td className="tabular py-1 text-right">{ofCanary}</td>
                <td className="tabular py-1 text-right">{ofLive}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p
          className={
            against === null ? 'text-xs text-muted' : 'rounded-md bg-amber-ground px-3 py-2 text-sm text-amber'
          }
        >
          {against === null ? (
            <>
              Nothing speaks against it. Its runs count since <Instant at={since} />, at most the latest 200; those of
              the live version of the last 30 days.
            </>
          ) : (
            `It is about to be taken back: ${against}.`
          )}
        </p>
      </Card>
    </Section>
  );
}

function Shadow({ name }: { name: string }) {
  const { data, error, refetch } = useShadow(name);
  if (data === undefined)
    return error === null ? (
      <SkeletonRows rows={3} />
    ) : (
      <ErrorCard error={error} what="What the shadow decided" retry={() => void refetch()} />
    );
  const { decided, different, items } = data;
  return (
    <Section title="What the shadow would have done otherwise" count={different}>
      <p className="pb-2 text-sm text-muted">
        It decided on {decided} {decided === 1 ? 'trigger' : 'triggers'}, otherwise than the live version on {different}
        .
      </p>
      {items.length > 0 && (
        <Card>
          <ul className="divide-y">
            {items.map(({ incidentId, number, at, fingerprint, differences }) => (
              <li key={`${incidentId} ${fingerprint} ${at}`} className="px-4 py-2.5 text-sm">
                <p className="flex flex-wrap gap-x-2">
                  <Link
                    to="/incidents/$number"
                    params={{ number: String(number) }}
                    className="font-medium underline underline-offset-4"
                  >
                    Incident #{number}
                  </Link>
                  <Age at={at} className="text-muted" />
                </p>
                <ul className="list-disc pl-5">
                  {differences.map((difference) => (
                    <li key={difference} className="wrap-anywhere">
                      {difference}
                    </li>
                  ))}
                </ul>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </Section>
  );
}

function Changes({ name, version: { version, digest } }: { name: string; version: ApiPlaybookVersion }) {
  const { data, error } = usePlaybookDiff(name, digest);
  return (
    <Section title={`What ${version} changes`} count={data?.changes.length}>
      {data === undefined ? (
        error === null ? (
          <SkeletonRows rows={3} />
        ) : (
          <ErrorCard error={error} what="What it changes" />
        )
      ) : (
        <Card>
          {data.changes.length === 0 ? (
            <Empty title="It does what the live version does" />
          ) : (
            <ul className="divide-y">
              {data.changes.map(({ step, kind, text, grave }) => (
                <li key={`${step} ${kind} ${text}`} className="px-4 py-2 text-sm wrap-anywhere">
                  {text}
                  {grave && <span className="text-amber"> · look at this before it goes live</span>}
                </li>
              ))}
            </ul>
          )}
        </Card>
      )}
    </Section>
  );
}

const Life = ({ items }: { items: ApiPlaybookLife['items'] }) => (
  <Section title="What was recorded">
    <Card>
      <ol className="divide-y" aria-label="What was recorded of its versions, the latest first">
        {items
          .toReversed()
          .slice(0, 50)
          .map(({ seq, at, text }) => (
            <li key={seq} className="px-4 py-2 text-sm">
              <p className="wrap-anywhere">
                <Said text={text} />
              </p>
              <p className="text-xs text-muted">
                <Instant at={at} />
              </p>
            </li>
          ))}
      </ol>
    </Card>
  </Section>
);
