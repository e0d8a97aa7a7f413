// The HTTP API as an operator's program uses it: what is read, and the people's part of a run. Only what the tests look at is typed.
import type { StoredEvent } from '../../../src/core/events.ts';

/** A run as the API shows it. */
export type RunView = {
  readonly runId: string;
  readonly incidentId: string;
  readonly status: string;
  readonly startedAt: string;
  readonly reason: string | null;
  readonly playbook: { readonly name: string };
  readonly inputs: { readonly id: string };
  readonly nodes: { readonly [step: string]: { readonly status: string; readonly round: number } };
  readonly approvals: {
    readonly [id: string]: { readonly id: string; readonly status: string; readonly step: string };
  };
  readonly waitingFor: readonly {
    readonly step: string | null;
    readonly kind: string;
    readonly what: string;
    readonly until: string | null;
  }[];
};

/** A stream as the API shows it, and the version that its incident is said to have. */
export type Timeline = { readonly version: number; readonly events: readonly StoredEvent[] };

/** The API of one Firebreak. */
export type Api = {
  readonly runs: () => Promise<readonly RunView[]>;
  /** Those that have not ended. */
  readonly openRuns: () => Promise<readonly RunView[]>;
  readonly run: (alertId: string) => Promise<RunView | undefined>;
  /** The latest deliveries, dead ones first. */
  readonly deliveries: () => Promise<readonly unknown[]>;
  readonly timeline: (incidentId: string) => Promise<Timeline>;
  /** Orders something; answers the status. */
  readonly order: (path: string, body?: { readonly [name: string]: string }) => Promise<number>;
};

const ended = new Set(['succeeded', 'failed', 'cancelled', 'compensated', 'compensation_failed']);
/** True when nothing more happens in the run by itself. */
export const hasEnded = ({ status }: RunView): boolean => ended.has(status);

/** Opens it; nothing is asked yet. */
export function openApi(url: string): Api {
  async function get<T>(path: string): Promise<T> {
    const answer = await fetch(`${url}/api/v1${path}`, { signal: AbortSignal.timeout(10_000) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }
  async function runs(status?: string): Promise<readonly RunView[]> {
    const all: RunView[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const from: string = (cursor === '' ? '' : `&cursor=${cursor}`) + (status ? `&status=${status}` : '');
      const page = await get<{ items: RunView[]; cursor: string | null }>(`/runs?limit=200${from}`);
      all.push(...page.items);
      cursor = page.cursor;
    }
    return all;
  }
  return {
    runs: () => runs(),
    openRuns: async () => (await Promise.all(['running', 'cancelling', 'compensating'].map(runs))).flat(),
    async deliveries() {
      const pages = ['?status=dead', '?status=accepted', '?limit=200'].map((query) =>
        get<{ items: unknown[] }>(`/deliveries${query}`),
      );
      return (await Promise.all(pages)).flatMap(({ items }) => items);
    },
    run: async (alertId) => (await runs()).find(({ inputs }) => inputs.id === alertId),
    async timeline(incidentId) {
      const { version } = await get<{ version: number }>(`/incidents/${incidentId}`);
      const { items } = await get<{ items: StoredEvent[] }>(`/incidents/${incidentId}/timeline?limit=1000`);
      return { version, events: items };
    },
    async order(path, body = {}) {
      const answer = await fetch(`${url}/api/v1${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(10_000),
      });
      await answer.body?.cancel();
      return answer.status;
    },
  };
}
