// Real senders as Debian has them, each set up as its page under docs/sources says: Prometheus with Alertmanager, Nagios, Icinga, Monit. What
// they tell while Firebreak is down for a minute is neither lost nor doubled. Needs their packages, and says which is missing.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFirebreak, type Firebreak } from '../support/cluster/firebreak-process.ts';
import { freePort } from '../support/global-setup.ts';
import { startIcinga } from '../support/senders/icinga.ts';
import { startMonit } from '../support/senders/monit.ts';
import { startNagios } from '../support/senders/nagios.ts';
import { startPrometheus } from '../support/senders/prometheus.ts';
import type { Sender } from '../support/senders/sender.ts';

const token = 'a-webhook-token-for-tests';
const downMs = 60_000;
const sources = ['alertmanager', 'icinga', 'monit', 'nagios'];

type Incident = {
  id: string;
  status: string;
  alerts: { [fingerprint: string]: { status: string; source: string; count: number } };
};

const configuration = `integrations:
${sources.map((source) => `  ${source}: { source: ${source}, auth: { type: bearer, token: { env: WEBHOOK_TOKEN } } }`).join('\n')}
incidents: { reopenWithin: 1s }
`;

describe('real senders', () => {
  const folder = mkdtempSync(join(tmpdir(), 'firebreak-senders-'));
  const senders: Sender[] = [];
  let firebreak: Firebreak;
  let port = 0;
  const start = () => firebreak.start({ PORT: String(port) });

  beforeAll(async () => {
    const file = join(folder, 'firebreak.yaml');
    writeFileSync(file, configuration);
    firebreak = await createFirebreak({ FIREBREAK_CONFIG: file });
    port = await freePort();
    await start();
    const receiver = { url: firebreak.url(), token };
    for (const begin of [startPrometheus, startNagios, startIcinga, startMonit]) senders.push(await begin(receiver));
    // Each has seen that all is well, so that what comes is a change.
    await delay(10_000);
  });
  afterAll(async () => {
    for (const sender of senders) await sender.stop();
    await firebreak?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const setBroken = (broken: boolean) => {
    for (const sender of senders) sender.setBroken(broken);
  };

  /** Incidents of each source by their status, the newest first. */
  async function told(): Promise<{ [source: string]: string[] }> {
    const { items } = await firebreak.get<{ items: Incident[] }>('/incidents');
    const all = items.flatMap(({ status, alerts }) =>
      Object.values(alerts).map(({ source, status: fires, count }) => ({
        source,
        is: `${status}: one alert, ${fires}, told ${count} times`,
      })),
    );
    return Object.fromEntries(
      sources.map((name) => [name, all.filter(({ source }) => source === name).map(({ is }) => is)]),
    );
  }

  async function becomes(expected: readonly string[]): Promise<void> {
    const wanted = Object.fromEntries(sources.map((source) => [source, expected]));
    const isThere = () => JSON.stringify(wanted) === JSON.stringify(seen);
    let seen = await told();
    for (let n = 0; n < 60 && !isThere(); n++) {
      await delay(1000);
      seen = await told();
    }
    // What a sender tells late, or twice, comes within its next tries.
    await delay(15_000);
    expect(await told(), senders.map(({ source, said }) => `${source}: ${said().slice(-2000)}`).join('\n')).toEqual(
      wanted,
    );
  }

  async function downWhile(change: () => void): Promise<void> {
    await firebreak.stop();
    change();
    await delay(downMs);
    await start();
  }

  const isOver = 'resolved: one alert, resolved, told 1 times';
  const burns = 'open: one alert, firing, told 1 times';

  it('tell a begin at once, and an end that came while Firebreak was down for a minute', async () => {
    setBroken(true);
    await becomes([burns]);
    await downWhile(() => setBroken(false));
    await becomes([isOver]);
  });

  it('tell a begin that came while Firebreak was down for a minute, and the end at once', async () => {
    await downWhile(() => setBroken(true));
    await becomes([burns, isOver]);
    setBroken(false);
    await becomes([isOver, isOver]);
  });
});
