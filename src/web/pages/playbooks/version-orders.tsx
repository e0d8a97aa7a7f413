// The buttons of one version of a playbook; each says its effect and asks for the reason first.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiPlaybookVersion } from '../../../contract/register.ts';
import { ask } from '../../data/client.ts';
import { keys } from '../../data/keys.ts';
import { useLacking } from '../../data/read.ts';
import { Button } from '../../kit/button.tsx';
import { ConfirmOrder, type PendingOrder } from '../../kit/confirm-order.tsx';
import { type VersionOrder, versionOrders } from '../../model/version-stages.ts';

function give(order: VersionOrder, { name, digest }: ApiPlaybookVersion, reason: string): Promise<unknown> {
  const params = { name };
  switch (order.type) {
    case 'promote':
      return ask('POST /playbooks/:name/promote', {
        params,
        body: { version: digest, to: order.to, reason, ...(order.share !== undefined && { share: order.share }) },
      });
    case 'retire':
      return ask('POST /playbooks/:name/retire', { params, body: { version: digest, reason } });
    case 'rollback':
      return ask('POST /playbooks/:name/rollback', { params, body: { reason } });
  }
}

/** The buttons. */
export function VersionOrders({ version, all }: { version: ApiPlaybookVersion; all: readonly ApiPlaybookVersion[] }) {
  const queries = useQueryClient();
  const design = useLacking('design');
  const [pending, setPending] = useState<PendingOrder | null>(null);
  const close = () => {
    setPending(null);
    void queries.invalidateQueries({ queryKey: keys.playbooks });
  };
  return (
    <div className="flex flex-wrap gap-2 pt-1.5">
      {versionOrders(version, all).map((order) => (
        <Button
          key={order.label}
          size="small"
          aria-label={`${order.label}: ${version.name} ${version.version}…`}
          why={design}
          onClick={() =>
            setPending({
              title: order.question,
              effect: order.effect,
              label: order.label,
              isGrave: order.type !== 'promote',
              reason: 'needed',
              give: (reason = '') => give(order, version, reason),
              given: order.given,
            })
          }
        >
          {order.label}…
        </Button>
      ))}
      <ConfirmOrder order={pending} onClose={close} />
    </div>
  );
}
