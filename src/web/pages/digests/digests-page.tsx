// Digests: what failed, waits, was undone or changed in a day, a week or a month. The same sentences as in their channel.
import { getRouteApi, Link } from '@tanstack/react-router';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import type { ApiDigest } from '../../../contract/digest.ts';
import { useDigest } from '../../data/read-digests.ts';
import { Card, PageBody, PageHead, Section } from '../../kit/card.tsx';
import { Empty, ErrorCard, SkeletonRows } from '../../kit/feedback.tsx';
import { Tabs } from '../../kit/tabs.tsx';
import { useTitle } from '../../kit/title.ts';
import { instantAfter } from '../../model/digest-search.ts';

const route = getRouteApi('/digests');
const names: { readonly [K in ApiDigest['kind']]: string } = { daily: 'Day', weekly: 'Week', monthly: 'Month' };
const kinds = ['daily', 'weekly', 'monthly'] as const;
const step = 'flex h-8 items-center gap-1 rounded-md px-2 text-sm text-muted hover:bg-raised hover:text-ink';

/** The page. */
export function DigestsPage() {
  useTitle('Digests');
  const search = route.useSearch();
  const { kind: here = 'daily' } = search;
  const { data, error, refetch } = useDigest(search);
  return (
    <>
      <PageHead title="Digests" below={data && <span role="status">{data.title}</span>}>
        {data && <Around digest={data} />}
      </PageHead>
      <Tabs
        label="Which digest"
        tabs={kinds.map((kind) => ({
          name: names[kind],
          to: '/digests',
          search: { kind: kind === 'daily' ? undefined : kind },
          isHere: kind === here,
        }))}
      />
      <PageBody className="space-y-8 pt-5">
        {data !== undefined ? (
          <Shown digest={data} />
        ) : error === null ? (
          <SkeletonRows rows={6} />
        ) : (
          <ErrorCard error={error} what="The digest" retry={() => void refetch()} />
        )}
      </PageBody>
    </>
  );
}

/** The digests before and after this one. */
function Around({ digest }: { digest: ApiDigest }) {
  const kind = digest.kind === 'daily' ? undefined : digest.kind;
  const isLatest = route.useSearch().at === undefined;
  return (
    <>
      <Link to="/digests" search={{ kind, at: digest.from }} className={step}>
        <ChevronLeft className="size-4" aria-hidden="true" /> Earlier
      </Link>
      {!isLatest && (
        <Link to="/digests" search={{ kind, at: instantAfter(digest, Date.now()) }} className={step}>
          Later <ChevronRight className="size-4" aria-hidden="true" />
        </Link>
      )}
    </>
  );
}

function Shown({ digest: { headline, sections } }: { digest: ApiDigest }) {
  if (sections.length === 0)
    return (
      <Card>
        <Empty title={headline} />
      </Card>
    );
  return (
    <>
      <p className="max-w-[72ch]">{headline}</p>
      {sections.map(({ id, title, lines, more }) => (
        <Section key={id} title={title}>
          <Card>
            <ul className="divide-y">
              {lines.map(({ text, incident }) => (
                <li key={text} className="flex flex-wrap gap-x-3 px-4 py-2 text-sm">
                  <span className="min-w-0 flex-1 break-words">{text}</span>
                  {incident !== null && (
                    <Link
                      to="/incidents/$number"
                      params={{ number: String(incident) }}
                      className="text-accent tabular-nums hover:underline"
                    >
                      #{incident}
                    </Link>
                  )}
                </li>
              ))}
              {more > 0 && <li className="px-4 py-2 text-sm text-muted">and {more} more</li>}
            </ul>
          </Card>
        </Section>
      ))}
    </>
  );
}
