// A noise what-if over deliveries that a real PostgreSQL holds, by the command line as people call it.
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Replayed } from '../../src/cli/alerts/what-if.ts';
import type { Alert } from '../../src/core/alert/alert.ts';
import { realRuntime } from '../../src/platform/runtime.ts';
import { openStore } from '../../src/store/open.ts';
import { runCommand, runJson } from '../support/cluster/command-line.ts';
import { freshDatabase } from '../support/cluster/fresh-database.ts';
import { anAlert } from '../support/given/incident.ts';

const folder = mkdtempSync(join(tmpdir(), 'firebreak-what-if-'));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const noAnswer = 'cmdb';
const before = `
enrichment:
  - { name: owners, map: { file: owners.csv, key: labels.host }, set: { service: service } }
  - { name: ${noAnswer}, lookup: { url: "https://cmdb.internal/{key}", key: labels.host }, set: { tier: answer.tier } }
`;
const env = {
  FIREBREAK_DATA_DIR: join(folder, 'data'),
  FIREBREAK_PLAYBOOKS: join(folder, 'playbooks'),
  FIREBREAK_CONFIG: file('firebreak.yaml', before),
  DATABASE_URL: '',
};
/** More than a page of them. */
const others = 1200;

beforeAll(async () => {
  mkdirSync(join(folder, 'playbooks'));
  file('owners.csv', 'host,service\nweb1,shop\nweb2,shop\n');
  const { url } = await freshDatabase();
  env.DATABASE_URL = url;
  const store = await openStore(
    { databaseUrl: url, dataDir: env.FIREBREAK_DATA_DIR },
    realRuntime,
    pino({ level: 'silent' }),
  );
  const accept = (alert: Alert) =>
    store.deliveries.accept({
      ...{ source: 'alertmanager', integration: 'am', headers: {}, body: Buffer.from('{}') },
      ...{ alerts: [alert], dedupe: { kind: 'sender', value: randomUUID() } },
    });
  const onHost = (host: string) => anAlert(host, { labels: { host }, groupKey: host, startsAt: null });
  await accept(onHost('web1'));
  await accept(onHost('web2'));
  await Promise.all(
    Array.from({ length: others }, (_, n) => accept(anAlert(`o${n}`, { groupKey: 'others', startsAt: null }))),
  );
  await accept({ ...onHost('web1'), status: 'resolved' });
  await store.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const replay = (config: string) => runJson<Replayed>(['explain', '--replay', '1d', '--config', config], { env });

describe('explain --replay', () => {
  it('finds no difference with the same configuration, and says what plays no part', async () => {
    const { code, value } = await replay(env.FIREBREAK_CONFIG);
    expect(code).toBe(0);
    expect(value).toMatchObject({ deliveries: others + 3, alerts: others + 3, gone: [], fresh: [], runs: [] });
    expect(value.before).toEqual(value.after);
    expect(value.before.incidents).toBe(3);
    expect(value.leftOut).toContain(`the look-up ${noAnswer} of the enrichment is not asked`);
  });

  it('finds what another one would have changed: by what a map knows two incidents are one', async () => {
    const grouped = `${before}groups: [ { name: g, where: { service: shop }, by: [service], wait: 0s, pause: 0s } ]\n`;
    const { value } = await replay(file('grouped.yaml', grouped));
    expect(value.gone).toMatchObject([{ title: 'web2 is down', told: 'channel', opened: 1 }]);
    expect(value.fresh).toEqual([]);
    expect([value.before.incidents, value.after.incidents]).toEqual([3, 2]);
  });

  it('refuses a configuration that cannot be used, and says what is wrong with it', async () => {
    const { code, stderr } = await runCommand(
      ['explain', '--replay', '1d', '--config', file('bad.yaml', 'groups: 7\n')],
      {
        env,
      },
    );
    expect(code).not.toBe(0);
    expect(stderr).toContain('groups');
  });
});
