// Access: whether somebody may do something and why, and every grant of the configuration. Grants nothing: firebreak.yaml does.
import type { ApiAccess } from '../../../contract/access.ts';
import { useLacking } from '../../data/read.ts';
import { useAccess } from '../../data/read-rules.ts';
import { Card, Facts, Section } from '../../kit/card.tsx';
import { Empty, ErrorCard, SkeletonRows } from '../../kit/feedback.tsx';
import { Mono } from '../../kit/parts.tsx';
import { askedRights, raciWords, rightMeanings, rowWords, selfApprovalWords } from '../../model/access.ts';
import { AccessCheck } from './access-check.tsx';

/** The part. */
export function AccessPart() {
  const lacking = useLacking('administer');
  return (
    <div className="space-y-8">
      <AccessCheck mayAskOfOthers={lacking === null} />
      {lacking === null ? (
        <Grants />
      ) : (
        <Section title="Who may what">
          <Card>
            <Empty title="Only administrators see all grants">{lacking} Above you can ask about yourself.</Empty>
          </Card>
        </Section>
      )}
    </div>
  );
}

function Grants() {
  const { data, error, refetch } = useAccess(true);
  if (data === undefined)
    return error === null ? <SkeletonRows /> : <ErrorCard error={error} what="Access" retry={() => void refetch()} />;
  return (
    <>
      <GrantList access={data} />
      {data.escalation.length > 0 && <Matrix rows={data.escalation} />}
    </>
  );
}

/** The escalation matrix; the first row that fits counts. */
function Matrix({ rows }: { rows: ApiAccess['escalation'] }) {
  return (
    <Section title="Who answers for incidents" count={rows.length}>
      <p className="pb-3 text-sm text-muted">The first row that fits the severity and stage of an incident counts.</p>
      <Card>
        <ol className="divide-y">
          {rows.map((row) => (
            <li key={JSON.stringify(row)} className="flex flex-wrap gap-x-6 gap-y-1.5 px-4 py-3 text-sm">
              <p className="w-full font-medium sm:w-64">{rowWords(row)}</p>
              <div className="min-w-0 flex-1 basis-60">
                <Facts facts={raciWords(row)} />
              </div>
            </li>
          ))}
        </ol>
      </Card>
    </Section>
  );
}

function GrantList({ access: data }: { access: ApiAccess }) {
  return (
    <Section title="Who may what">
      <div className="space-y-4">
        {data.nobody.length > 0 && (
          <div className="rounded-md bg-amber-ground px-3 py-2 text-sm text-amber">
            <p className="font-medium">Some names stand for nobody</p>
            <ul>
              {data.nobody.map((found) => (
                <li key={found}>{found}</li>
              ))}
            </ul>
          </div>
        )}
        <Card>
          <dl className="divide-y">
            {askedRights.map((right) => (
              <div key={right} className="flex flex-wrap gap-x-6 gap-y-1.5 px-4 py-3 text-sm">
                <dt className="w-full sm:w-64">
                  <span className="block font-medium">{right}</span>
                  <span className="block text-xs text-muted">{rightMeanings[right]}</span>
                </dt>
                <dd className="min-w-0 flex-1 basis-60 space-y-1.5">
                  {right === 'approve' ? (
                    <p className="text-muted">Each approval names who may decide it.</p>
                  ) : (
                    <Holders items={data.items.filter((grant) => grant.right === right)} />
                  )}
                </dd>
              </div>
            ))}
          </dl>
        </Card>
        <Card className="p-4">
          <Facts
            facts={[
              ['Machine user', data.local.join(', ') || 'holds nothing without being named'],
              ['Own runs', selfApprovalWords[data.selfApproval]],
            ]}
          />
        </Card>
      </div>
    </Section>
  );
}

function Holders({ items }: { items: ApiAccess['items'] }) {
  if (items.length === 0) return <p className="text-muted">nobody</p>;
  return items.map(({ at, to, where }) => (
    <p key={at} className="flex flex-wrap items-baseline gap-x-2">
      <span>{to.join(', ')}</span>
      {where !== 'everywhere' && <span className="text-muted">for {where}</span>}
      <Mono className="ml-auto text-muted">{at}</Mono>
    </p>
  ));
}
