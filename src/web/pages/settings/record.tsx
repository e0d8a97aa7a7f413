// The record itself: how far it is sealed, with which key, and how anybody verifies it without trusting this page.
import type { ApiRecordState } from '../../../contract/record.ts';
import { useRecordState } from '../../data/read.ts';
import { Card, Facts, Section } from '../../kit/card.tsx';
import { ErrorCard, SkeletonRows } from '../../kit/feedback.tsx';
import { CopyId, Exactly } from '../../kit/parts.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { Age, Instant } from '../../kit/time.tsx';
import { states } from '../../model/states.ts';

const commands = `firebreak audit verify                                  # everything, against the checkpoints and their signatures
firebreak timeline export 7 --format bundle             # one incident as a file
firebreak audit verify --file 7.bundle.json --key signing-key.pub.pem`;

/** The part. */
export function RecordPart() {
  const { data, error, refetch } = useRecordState();
  if (data === undefined)
    return error === null ? (
      <SkeletonRows />
    ) : (
      <ErrorCard error={error} what="The record" retry={() => void refetch()} />
    );
  const { checkpoint, system, key, faults } = data;
  return (
    <div className="max-w-2xl space-y-8">
      {faults.length > 0 && <Faults faults={faults} />}
      <Section title="The seal">
        <Card className="p-4">
          <Facts
            facts={[
              ['State', <StateBadge key="state" state={faults.length > 0 ? states.failed : states.done} plain />],
              [
                'Sealed until',
                checkpoint === null ? (
                  'no checkpoint yet'
                ) : (
                  <span key="until">
                    <Instant at={checkpoint.at} />, <Age at={checkpoint.at} className="text-muted" />
                  </span>
                ),
              ],
              [
                'Last checkpoint',
                checkpoint === null ? (
                  '–'
                ) : (
                  <span key="last">
                    {checkpoint.number.toLocaleString('en')}{' '}
                    <CopyId id={checkpoint.digest} shown={checkpoint.digest.slice(0, 19)} />
                  </span>
                ),
              ],
              [
                'System stream',
                system === null ? (
                  'empty'
                ) : (
                  <span key="system">
                    ends at entry {system.version.toLocaleString('en')}{' '}
                    <CopyId id={system.hash} shown={system.hash.slice(0, 12)} />
                  </span>
                ),
              ],
              ['Key', <CopyId key="key" id={key.id} className="-ml-1" />],
              ['Public key', <CopyId key="public" id={key.publicKey} className="-ml-1" />],
            ]}
          />
        </Card>
      </Section>
      <Section title="Verify it yourself">
        <p className="mb-2 text-sm text-muted">
          Keep the public key and the digests of checkpoints apart from this server: whoever holds the database cannot
          change what they vouch for. An exported bundle is also verified in a browser, offline, at{' '}
          <a href="../bundle" className="underline underline-offset-4">
            /bundle
          </a>
          .
        </p>
        <Exactly label="Commands" value={commands} />
      </Section>
    </div>
  );
}

/** Places that cannot be believed. */
const Faults = ({ faults }: { faults: ApiRecordState['faults'] }) => (
  <div role="alert" className="rounded-lg border border-red bg-red-ground p-4 text-sm text-red">
    <p className="font-medium">The record contradicts itself. Nothing is done where it does.</p>
    <ul className="mt-1 space-y-1">
      {faults.map(({ stream, seq, problem }) => (
        <li key={stream}>
          {stream}, entry {seq}: {problem}
        </li>
      ))}
    </ul>
    <p className="mt-1">Run firebreak audit verify.</p>
  </div>
);
