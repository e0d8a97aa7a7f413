// Resident memory of a process: idle, and at its highest while large bodies come in all at once.
import { request } from 'undici';
import { startApart } from './apart.mjs';
import { startDatabase } from './database.mjs';
import { token } from './firebreak.mjs';

const mebi = 1024 * 1024;
const bodies = 400;

async function ofOneProcess(database) {
  const apart = await startApart(await database.create('memory'), { quiet: true });
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const idle = await apart.used();
  const answers = await Promise.all(Array.from({ length: bodies }, (_, n) => postLarge(apart.urls[0], n)));
  const { peakRssBytes } = await apart.used();
  await apart.stop();
  const taken = answers.filter((status) => status === 202).length;
  const row = { unit: ' MiB', goal: '<= 1' };
  return [
    { what: 'memory of an idle process, resident', value: idle.rssBytes / mebi, limit: 150, of: '150 MiB', ...row },
    {
      what: `memory at ${bodies} bodies of 1 MB at once`,
      value: peakRssBytes / mebi,
      limit: 350,
      of: '350 MiB',
      ...row,
    },
    { what: '  taken at the first try', value: taken, unit: '', limit: bodies, goal: '= 1', of: 'all of them' },
  ];
}

async function postLarge(url, n) {
  const alert = {
    status: 'firing',
    labels: { alertname: 'plain', severity: 'critical', n: `large-${n}` },
    annotations: { summary: 'a benchmark' },
    startsAt: '2026-03-01T00:00:00Z',
    fingerprint: `large-${n}`,
  };
  const many = { ...alert, annotations: { description: 'x'.repeat(100_000) } };
  const alerts = Array.from({ length: 10 }, (_, i) => ({ ...many, fingerprint: `large-${n}-${i}` }));
  try {
    const answer = await request(`${url}/hooks/alertmanager`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ version: '4', groupKey: `large-${n}`, alerts }),
    });
    await answer.body.dump();
    return answer.statusCode;
  } catch {
    return 0;
  }
}

/** Rows of the table. */
export async function memory() {
  const database = await startDatabase();
  try {
    return await ofOneProcess(database);
  } finally {
    await database.stop();
  }
}
