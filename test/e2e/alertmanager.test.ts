// A real Prometheus Alertmanager: an alert fired through its API reaches the incident, and so does its end. Where Alertmanager
// is not installed, its captured bodies are posted instead, byte for byte as it sends them.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createFirebreak, type Firebreak } from '../support/cluster/firebreak-process.ts';
import { freePort } from '../support/global-setup.ts';

let firebreak: Firebreak | undefined;
const stoppers: (() => void)[] = [];
afterEach(async () => {
  for (const stop of stoppers.splice(0)) stop();
  await firebreak?.close();
});

function alertmanagerPath(): string | null {
  try {
    return execFileSync('which', ['prometheus-alertmanager'], { encoding: 'utf8' }).trim();
  } catch {
    return null;
  }
}

async function until<T>(look: () => Promise<T | null | undefined | false>): Promise<T> {
  for (let i = 0; i < 300; i++) {
    const found = await look().catch(() => null);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('it did not happen within 30 s');
}

/** Starts Alertmanager with Firebreak as its receiver; answers how to fire and resolve an alert through it. */
async function startAlertmanager(binary: string, receiver: string, token: string) {
  const folder = mkdtempSync(join(tmpdir(), 'alertmanager-'));
  const port = await freePort();
  writeFileSync(
    join(folder, 'config.yml'),
    JSON.stringify({
      route: {
        receiver: 'firebreak',
        group_by: ['alertname'],
        group_wait: '100ms',
        group_interval: '500ms',
        repeat_interval: '1h',
      },
      receivers: [
        {
          name: 'firebreak',
          webhook_configs: [
            {
              url: receiver,
              send_resolved: true,
              http_config: { authorization: { type: 'Bearer', credentials: token } },
            },
          ],
        },
      ],
    }),
  );
  const args = [
    `--config.file=${folder}/config.yml`,
    `--storage.path=${folder}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
  ];
  const child = spawn(binary, args, { stdio: 'ignore' });
  stoppers.push(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${port}`;
  await until(async () => (await fetch(`${url}/-/ready`)).ok);
  return (resolved: boolean) =>
    fetch(`${url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([
        {
          labels: { alertname: 'InstanceDown', severity: 'critical', instance: 'db-1:9100' },
          annotations: { summary: 'db-1 is down & <out>' },
          ...(resolved ? { endsAt: new Date().toISOString() } : {}),
        },
      ]),
    });
}

type Incident = {
  title: string;
  status: string;
  severity: number;
  alerts: { [fingerprint: string]: { status: string } };
};

it('takes an alert and its resolve from Alertmanager', async () => {
  firebreak = await createFirebreak();
  await firebreak.start();
  const current = firebreak;
  const binary = alertmanagerPath();
  const incidents = async () => (await current.get<{ items: Incident[] }>('/incidents')).items;
  const labels = { alertname: 'InstanceDown', severity: 'critical' };
  const send = binary
    ? await startAlertmanager(binary, `${current.url()}/hooks/alertmanager`, 'a-webhook-token-for-tests')
    : async (resolved: boolean) => current.alert('http://127.0.0.1', labels, resolved ? 'resolved' : 'firing');
  await send(false);
  const opened = await until(async () => (await incidents())[0]);
  expect(opened).toMatchObject({ status: 'open', severity: 1, ...(binary ? { title: 'db-1 is down & <out>' } : {}) });
  await send(true);
  const resolved = await until(async () => (await incidents()).find(({ status }) => status === 'resolved'));
  expect(Object.values(resolved.alerts).map(({ status }) => status)).toEqual(['resolved']);
  expect(await incidents()).toHaveLength(1);
});
