// A record that a real Firebreak made, in a PostgreSQL that hands out copies of it to be tampered with.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import pino from 'pino';
import { type App, startApp } from '../../../src/app.ts';
import { type Config, readConfig } from '../../../src/config/environment.ts';
import { realRuntime } from '../../../src/platform/runtime.ts';
import { startEmbeddedPostgres } from '../../../src/store/embedded/embedded.ts';
import { openStore, type Store } from '../../../src/store/open.ts';

export const silent = pino({ level: 'silent' });

const playbook = `
apiVersion: firebreak/v1
name: look
version: 1.0.0
owner: { product: p, technical: t, escalation: e }
inputs:
  service: { type: string }
steps:
  - id: look
    uses: assert
    with: { that: true, message: "\${{ inputs.service }}" }
    capture: [ { name: seen.json, from: '{"service": inputs.service, "seen": output}' } ]
  - id: again
    uses: assert
    with: { that: true }
`;

/** One copy of the record: a database of its own beside the key and the witness of the Firebreak that made it. */
export type Copy = {
  readonly config: Config;
  readonly url: string;
  /** Statements as the owner of the database, who may do everything. */
  readonly tamper: (sql: string, values?: readonly unknown[]) => Promise<pg.QueryResult>;
  readonly withStore: <T>(work: (store: Store) => Promise<T>) => Promise<T>;
};

/** The record: incidents #1 and #2 sealed by checkpoint 1; then a second run in #1, sealed by checkpoint 2. */
export type KeptRecord = {
  readonly dataDir: string;
  readonly incidents: readonly [string, string];
  /** A copy of the record as it is; `earlier`: as it was when only checkpoint 1 had been made. */
  readonly copy: (which?: 'now' | 'earlier') => Promise<Copy>;
  readonly close: () => Promise<void>;
};

/**
 * Lets a real Firebreak make the record.
 * @param during what else is done before each of the two checkpoints
 * @param settings what firebreak.yaml says
 */
export async function keepRecord(
  during: (app: App, config: Config) => Promise<void> = async () => undefined,
  settings = '{}',
): Promise<KeptRecord> {
  const folder = mkdtempSync(join(tmpdir(), 'firebreak-record-'));
  const dataDir = join(folder, 'data');
  mkdirSync(join(folder, 'playbooks'), { recursive: true });
  writeFileSync(join(folder, 'playbooks/look.yaml'), playbook);
  writeFileSync(join(folder, 'firebreak.yaml'), settings);
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'database'), log: silent, fsync: false });
  const admin = await connect(postgres.url);
  const urlOf = (name: string) => postgres.url.replace(/[^/]*$/, name);
  const configOf = (name: string) => {
    const config = readConfig({
      ...{ PORT: '0', DATABASE_URL: urlOf(name), FIREBREAK_DATA_DIR: dataDir },
      ...{ FIREBREAK_PLAYBOOKS: join(folder, 'playbooks'), FIREBREAK_CONFIG: join(folder, 'firebreak.yaml') },
    });
    if (!config.ok) throw new Error(config.error.join('\n'));
    return config.value;
  };
  await admin.query('CREATE DATABASE now');
  const first = await runLook(configOf('now'), [null, null], during);
  await admin.query('CREATE DATABASE earlier TEMPLATE now');
  await runLook(configOf('now'), [first[0] ?? ''], during);
  const clients = [admin];
  return {
    dataDir,
    incidents: [first[0] ?? '', first[1] ?? ''],
    async copy(which = 'now') {
      const name = `copy_${clients.length}`;
      await admin.query(`CREATE DATABASE ${name} TEMPLATE ${which}`);
      const client = await connect(urlOf(name));
      clients.push(client);
      await client.query(
        'ALTER TABLE events DISABLE TRIGGER ALL; ALTER TABLE checkpoints DISABLE TRIGGER ALL; ALTER TABLE incidents DISABLE TRIGGER ALL',
      );
      const config = configOf(name);
      return {
        config,
        url: urlOf(name),
        tamper: (sql, values = []) => client.query(sql, [...values]),
        async withStore(work) {
          const store = await openStore(config, realRuntime, silent);
          try {
            return await work(store);
          } finally {
            await store.close();
          }
        },
      };
    },
    async close() {
      await Promise.all(clients.map((client) => client.end()));
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

/** Runs the playbook once in each incident (null: a new one) and stops in order, which seals; answers the incidents. */
async function runLook(
  config: Config,
  incidents: readonly (string | null)[],
  during: (app: App, config: Config) => Promise<void>,
): Promise<string[]> {
  const app = await startApp(config, silent, { role: 'all', pool: 'default' });
  if (!app.ok) throw new Error(app.error.join('\n'));
  const { url, store, stop: stopApp } = app.value;
  const used: string[] = [];
  for (const incident of incidents) {
    const service = `service-${used.length}-${incident === null ? 'new' : 'again'}`;
    const answer = await fetch(`${url}/api/v1/playbooks/look/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ inputs: { service }, ...(incident === null ? {} : { incident }) }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    const { run } = (await answer.json()) as { run: { runId: string; incidentId: string } };
    used.push(run.incidentId);
    while ((await store.reads.run(run.runId))?.state.status !== 'succeeded')
      await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await during(app.value, config);
  await stopApp();
  return used;
}
