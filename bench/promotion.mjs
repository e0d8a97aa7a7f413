// How long a promotion takes that plays 1 000 recorded runs by two versions: what the program holds itself to is 30 seconds, on a machine that
// does nothing else. The runs are real ones of five steps; the promotion is asked for over the API.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startApart } from './apart.mjs';
import { rowsOf, startDatabase } from './database.mjs';
import { prepare, until } from './firebreak.mjs';

const runs = 1000;
const limitMs = 30_000;
const connections = 8;
const apiToken = 'bench-token-of-the-api';
const rights = ['view', 'start', 'design', 'administer'];
const sections = `access: { ${rights.map((right) => `${right}: ["token:bootstrap"]`).join(', ')} }\n`;

const playedSql = `SELECT (data->'proof'->'replay'->>'runs')::int AS played FROM events
  WHERE type = 'playbook.promoted' AND data->'proof' IS NOT NULL ORDER BY at DESC LIMIT 1`;

async function ask(url, path, { body, token = apiToken }) {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${text}`);
  return JSON.parse(text);
}

/** Runs of the version that is in the folder, ended. */
async function record(url, address) {
  let left = runs;
  const start = async () => {
    while (left-- > 0) await ask(address, '/playbooks/five/runs', { body: { inputs: { n: 'x' } } });
  };
  await Promise.all(Array.from({ length: connections }, start));
  await until(async () => {
    const [{ count }] = await rowsOf(url, `SELECT count(*)::int AS count FROM runs WHERE status = 'succeeded'`);
    return count >= runs;
  }, 100);
}

/** Rows of the table. */
export async function promotion() {
  const database = await startDatabase();
  try {
    const url = await database.create('promotion');
    const prepared = prepare(undefined, { alerts: sections });
    const given = { prepared, settings: { FIREBREAK_API_TOKEN: apiToken } };
    // Where the folder decides, what is in it is live at once; it stays live where the ledger decides.
    const folder = await startApart(url, { ...given, prepared: { ...prepared, remove: () => undefined } });
    await record(url, folder.urls[0]);
    await folder.stop();
    const config = prepared.env.FIREBREAK_CONFIG;
    writeFileSync(config, `${readFileSync(config, 'utf8')}changeControl: promoted\n`);
    const apart = await startApart(url, given);
    const [address] = apart.urls;
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const body = { name: 'author', rights: ['design'], expiresAt };
    const { token } = await ask(address, '/tokens', { body });
    const before = readFileSync(join(prepared.env.FIREBREAK_PLAYBOOKS, 'five.yaml'), 'utf8');
    const source = before.replace('version: 1.0.0', 'version: 1.1.0').replace('{ id: s3,', '{ id: s3, timeout: 7s,');
    await ask(address, '/playbook-versions', { token, body: { source } });
    const { cpuMs } = await apart.used();
    const started = performance.now();
    const order = { version: '1.1.0', to: 'live', reason: 'measured', runs };
    await ask(address, '/playbooks/five/promote', { body: order });
    const tookMs = performance.now() - started;
    const usedMs = (await apart.used()).cpuMs - cpuMs;
    const [{ played }] = await rowsOf(url, playedSql);
    if (played !== runs) throw new Error(`the promotion played ${played} runs, not ${runs}`);
    await apart.stop();
    const row = { unit: ' s', limit: limitMs / 1000, goal: '< 1', of: 'the promise' };
    return [
      { ...row, what: `promotion: ${runs} recorded runs played by two versions`, value: tookMs / 1000 },
      { ...row, what: 'its processor', value: usedMs / 1000 },
    ];
  } finally {
    await database.stop();
  }
}
