// Service tokens: how to make one, and how to take one back.
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { ApiToken } from '../../../contract/token.ts';
import { ask } from '../../data/client.ts';
import { useTokens } from '../../data/read.ts';
import { Button } from '../../kit/button.tsx';
import { Card } from '../../kit/card.tsx';
import { ConfirmOrder, type PendingOrder } from '../../kit/confirm-order.tsx';
import { Empty, ErrorCard, SkeletonRows } from '../../kit/feedback.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { Instant } from '../../kit/time.tsx';
import { states } from '../../model/states.ts';
import { NewToken } from './new-token.tsx';

const revoking = ({ name }: ApiToken): PendingOrder => ({
  title: `Take the token ${name} back?`,
  effect: 'From now on it proves nothing: whatever uses it is refused.',
  label: `Revoke ${name}`,
  isGrave: true,
  give: (reason) => ask('DELETE /tokens/:name', { params: { name }, body: { reason } }),
  given: `Revoked: ${name}`,
  givenState: states.revoked,
});

/** The list. */
export function Tokens() {
  const [isMaking, setMaking] = useState(false);
  const tokens = useTokens(true);
  const [pending, setPending] = useState<PendingOrder | null>(null);
  const close = () => {
    setPending(null);
    void tokens.refetch();
  };
  if (tokens.data === undefined)
    return tokens.error === null ? (
      <SkeletonRows />
    ) : (
      <ErrorCard error={tokens.error} what="The tokens" retry={() => void tokens.refetch()} />
    );
  return (
    <div className="space-y-3">
      <Button onClick={() => setMaking(true)}>
        <Plus className="size-4" aria-hidden="true" /> Make a token
      </Button>
      <Card>
        {tokens.data.items.length === 0 && (
          <Empty title="There is no token">Programs that ask or order by themselves need one each.</Empty>
        )}
        <ul className="divide-y">
          {tokens.data.items.map((token) => (
            <li key={token.name} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3 text-sm">
              <div className="min-w-0 flex-1 basis-60">
                <p className="font-medium">{token.name}</p>
                <p className="text-xs text-muted">
                  {token.rights.length === 0 ? 'rights as configured' : `may ${token.rights.join(', ')}`} · of{' '}
                  {token.owner ?? 'nobody'} · until <Instant at={token.expiresAt} />
                </p>
              </div>
              {token.revoked === null ? (
                <Button size="small" kind="grave" onClick={() => setPending(revoking(token))}>
                  Revoke…
                </Button>
              ) : (
                <StateBadge state={states.revoked} plain />
              )}
            </li>
          ))}
        </ul>
      </Card>
      <ConfirmOrder order={pending} onClose={close} />
      {isMaking && (
        <NewToken
          onClose={() => {
            setMaking(false);
            void tokens.refetch();
          }}
        />
      )}
    </div>
  );
}
