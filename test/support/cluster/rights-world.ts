// A Firebreak for tables of rights: a run that waits for a decision, tokens that hold what they are made with, and what people have
// changed so far. The token of the environment may do everything but break the glass, so that it can make the others.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiClient, createApiClient } from '../../../src/client/api-client.ts';
import { Right } from '../../../src/core/authority/right.ts';
import type { Holding } from '../given/rights-table.ts';
import { createFirebreak, type Firebreak } from './firebreak-process.ts';

/** What there is to use rights on. */
type RightsPlace = { readonly run: string; readonly approval: string; readonly planDigest: string };

/** Such a Firebreak. */
export type RightsWorld = {
  readonly firebreak: Firebreak;
  readonly place: RightsPlace;
  readonly playbooks: string;
  /** The API as somebody. */
  readonly as: (token: string) => ApiClient;
  /** Makes a token that acts under the name of what it may do. Nobody can give `bypass`; who approves is said by approvals. */
  readonly tokenOf: (holding: Holding, rights: readonly Right[]) => Promise<string>;
  /** Writes a configuration and answers where. */
  readonly configuration: (name: string, text: string) => string;
  /** Everything that somebody has changed; what Firebreak itself writes meanwhile does not count. */
  readonly changes: () => Promise<unknown>;
  readonly close: () => Promise<void>;
};

const bootstrap = 'a-token-of-the-api-for-tests';
const playbook = `apiVersion: firebreak/v1
name: held
version: 1.0.0
owner: { product: test, technical: test, escalation: test }
steps:
  - { id: hold, uses: wait, with: { signal: go } }
  - { id: ask, needs: [], uses: approval, with: { message: "?" }, approval: { from: ["@deciders"], quorum: 2 } }
`;

/** Starts it. */
export async function startRightsWorld(): Promise<RightsWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'firebreak-rights-'));
  const configuration = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const playbooks = join(folder, 'playbooks');
  mkdirSync(playbooks);
  writeFileSync(join(playbooks, 'held.yaml'), playbook);
  const access = Right.options.map((right) => `${right}: [token:${right === 'bypass' ? 'bypass' : 'bootstrap'}]`);
  const firebreak = await createFirebreak({
    FIREBREAK_PLAYBOOKS: playbooks,
    FIREBREAK_CONFIG: configuration(
      'server.yaml',
      `roles: { deciders: { tokens: [approve] } }\naccess: { ${access.join(', ')}, selfApproval: byRule }\n`,
    ),
    FIREBREAK_API_TOKEN: bootstrap,
  });
  await firebreak.start();
  const as = (token: string) => createApiClient({ api: `${firebreak.url()}/api/v1`, token: () => token });
  const admin = as(bootstrap);
  return {
    firebreak,
    playbooks,
    as,
    configuration,
    place: await askedRun(admin),
    async tokenOf(holding, rights) {
      const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
      return (await admin.call('POST /tokens', { body: { name: holding, rights: [...rights], expiresAt } })).token;
    },
    changes: () => changesSeenBy(admin),
    async close() {
      await firebreak.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A run that waits for a decision. */
async function askedRun(admin: ApiClient): Promise<RightsPlace> {
  const started = await admin.call('POST /playbooks/:name/runs', { params: { name: 'held' }, body: {} });
  if ('dryRun' in started) throw new Error('it was played, not started');
  for (;;) {
    const [listed] = (await admin.call('GET /approvals', { query: { status: 'open' } })).items;
    if (listed) return { run: started.id, approval: listed.approval.id, planDigest: listed.approval.planDigest };
  }
}

async function changesSeenBy(admin: ApiClient): Promise<unknown> {
  const [incidents, switches, tokens] = await Promise.all([
    admin.call('GET /incidents', {}),
    admin.call('GET /kill-switches', {}),
    admin.call('GET /tokens', {}),
  ]);
  const timelines = incidents.items.map(async ({ id }) => {
    const { items } = await admin.call('GET /incidents/:id/timeline', { params: { id }, query: { limit: 1000 } });
    return items.filter(({ actor }) => actor.kind !== 'system').map(({ type, data }) => ({ type, data }));
  });
  return { timelines: await Promise.all(timelines), switches: switches.items, tokens: tokens.items };
}
