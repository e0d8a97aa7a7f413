// The HTTP API as an operator's program uses it, through the product's own client: what is read, and the people's part of a run.
import { createApiClient } from '../../../src/client/api-client.ts';
import type { ApiApproval } from '../../../src/contract/approval.ts';
import type { ApiRun } from '../../../src/contract/run.ts';
import type { ApiTimelineEvent } from '../../../src/contract/timeline.ts';

/** The token of the programs under test; the roles of test/fault/firebreak.yaml name it. */
export const apiToken = 'a-token-of-the-api-for-tests';

/** A stream as the API shows it, and the version that its incident is said to have. */
export type Timeline = { readonly version: number; readonly events: readonly ApiTimelineEvent[] };

/** The API of one Firebreak. */
export type Api = {
  readonly runs: () => Promise<readonly ApiRun[]>;
  /** Those that have not ended. */
  readonly openRuns: () => Promise<readonly ApiRun[]>;
  readonly run: (alertId: string) => Promise<ApiRun | undefined>;
  /** The latest deliveries, dead ones first. */
  readonly deliveries: () => Promise<readonly unknown[]>;
  readonly timeline: (incidentId: string) => Promise<Timeline>;
  readonly approve: (approval: ApiApproval) => Promise<unknown>;
  /** Says of an unclear step whether it took effect. */
  readonly settle: (runId: string, step: string, tookEffect: boolean) => Promise<unknown>;
};

const ended = new Set<ApiRun['status']>(['succeeded', 'failed', 'cancelled', 'compensated', 'compensation_failed']);
/** True when nothing more happens in the run by itself. */
export const hasEnded = ({ status }: ApiRun): boolean => ended.has(status);

/** The id of the alert that a run was started for. */
export const alertIdOf = ({ inputs }: ApiRun): string => String(inputs['id']);

/** Opens it; nothing is asked yet. Each request has ten seconds. */
export function openApi(url: string): Api {
  const client = createApiClient({
    api: `${url}/api/v1`,
    token: () => apiToken,
    fetch: (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(10_000) }),
  });
  async function runs(status?: ApiRun['status']): Promise<readonly ApiRun[]> {
    const all: ApiRun[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page: { readonly items: ApiRun[]; readonly cursor: string | null } = await client.call('GET /runs', {
        query: { limit: 200, cursor, status },
      });
      all.push(...page.items);
      cursor = page.cursor;
    }
    return all;
  }
  return {
    runs: () => runs(),
    openRuns: async () => (await Promise.all((['running', 'cancelling', 'compensating'] as const).map(runs))).flat(),
    async deliveries() {
      const queries = [{ status: 'dead' }, { status: 'accepted' }, { limit: 200 }] as const;
      const pages = await Promise.all(queries.map((query) => client.call('GET /deliveries', { query })));
      return pages.flatMap(({ items }) => items);
    },
    run: async (alertId) => (await runs()).find((run) => alertIdOf(run) === alertId),
    async timeline(incidentId) {
      const params = { id: incidentId };
      const { version } = await client.call('GET /incidents/:id', { params });
      const { items } = await client.call('GET /incidents/:id/timeline', { params, query: { limit: 1000 } });
      return { version, events: items };
    },
    approve: ({ id, planDigest }) =>
      client.call('POST /approvals/:id/approve', { params: { id }, body: { planDigest } }),
    settle: (id, step, tookEffect) =>
      client.call(tookEffect ? 'POST /runs/:id/done' : 'POST /runs/:id/retry', { params: { id }, body: { step } }),
  };
}
