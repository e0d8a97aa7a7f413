// Sessions of people who signed in, and how to end one.
import { useState } from 'react';
import type { ApiSession } from '../../../contract/session.ts';
import { ask } from '../../data/client.ts';
import { useSessions } from '../../data/read.ts';
import { Button } from '../../kit/button.tsx';
import { Card } from '../../kit/card.tsx';
import { ConfirmOrder, type PendingOrder } from '../../kit/confirm-order.tsx';
import { Empty, ErrorCard, SkeletonRows } from '../../kit/feedback.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { Age, Instant } from '../../kit/time.tsx';
import { states } from '../../model/states.ts';

const ending = ({ id, who }: ApiSession): PendingOrder => ({
  title: `End the session of ${who.name ?? who.id}?`,
  effect: 'From its next request on it proves nothing; whoever has it signs in again.',
  label: 'End the session',
  isGrave: true,
  give: (reason) => ask('DELETE /sessions/:id', { params: { id }, body: { reason } }),
  given: 'The session is over',
});

/** The list. */
export function Sessions() {
  const sessions = useSessions(true);
  const [pending, setPending] = useState<PendingOrder | null>(null);
  const close = () => {
    setPending(null);
    void sessions.refetch();
  };
  if (sessions.data === undefined)
    return sessions.error === null ? (
      <SkeletonRows />
    ) : (
      <ErrorCard error={sessions.error} what="The sessions" retry={() => void sessions.refetch()} />
    );
  if (sessions.data.items.length === 0)
    return <Empty title="Nobody is signed in">People sign in where firebreak.yaml has a section sign_in.</Empty>;
  return (
    <Card>
      <ul className="divide-y">
        {sessions.data.items.map((session) => (
          <li key={session.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3 text-sm">
            <div className="min-w-0 flex-1 basis-60">
              <p className="font-medium">{session.who.name ?? session.who.id}</p>
              <p className="text-xs text-muted">
                with {session.provider} · used <Age at={session.seenAt} /> · ends <Instant at={session.expiresAt} />
              </p>
            </div>
            {session.revoked === null ? (
              <Button size="small" kind="grave" onClick={() => setPending(ending(session))}>
                End…
              </Button>
            ) : (
              <StateBadge state={states.revoked} plain />
            )}
          </li>
        ))}
      </ul>
      <ConfirmOrder order={pending} onClose={close} />
    </Card>
  );
}
