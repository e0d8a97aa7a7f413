// How much playbooks are trusted over /api/v1. Parses and hands on; the rules are behind the operations.
import type { ApiTrust } from '../../contract/trust.ts';
import { ok } from '../../core/result.ts';
import type { PlaybookTrust, TrustOperations } from '../../ports/trust.ts';
import type { ServeRoutes } from './serve-routes.ts';

/** What it needs. */
export type TrustRouteDeps = { readonly operations: TrustOperations };

/** Adds the routes. */
export function addTrust(serve: ServeRoutes, { operations }: TrustRouteDeps): void {
  serve.read('GET /trust', async () => ok({ items: (await operations.trust()).map(showTrust), cursor: null }));
  const ordered = async (asked: Parameters<TrustOperations['orderTrust']>[0]) => {
    const stands = await operations.orderTrust(asked);
    return stands.ok ? ok(showTrust(stands.value)) : stands;
  };
  serve.order('POST /trust/:name/lower', ({ params: { name }, body: { reason }, principal }, { cause }) =>
    ordered({ type: 'lower_trust', playbook: name, reason, principal, cause }),
  );
  serve.order('POST /trust/:name/raise', ({ params: { name }, body: { reason }, principal }, { cause }) =>
    ordered({ type: 'raise_trust', playbook: name, reason, principal, cause }),
  );
  serve.order('POST /trust/:name/review', ({ params: { name }, body: { reason }, principal }, { cause }) =>
    ordered({ type: 'review_playbook', playbook: name, reason, principal, cause }),
  );
}

const showTrust = ({ settings, ...record }: PlaybookTrust): ApiTrust => ({
  id: record.playbook,
  ...record,
  settings: { ...settings, lowerOn: [...settings.lowerOn] },
});
