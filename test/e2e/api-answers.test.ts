// Every route of the contract on a real Firebreak, asked through the typed client: the answer fits its schema to the last member,
// and the published description says the same of it.
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, createApiClient } from '../../src/client/api-client.ts';
import { ApiProblem } from '../../src/client/api-error.ts';
import type { Told } from '../../src/client/read-events.ts';
import type { RouteAnswer, RouteContract, Sent } from '../../src/contract/route.ts';
import { partsOf, type RouteName, type Routes, routes } from '../../src/contract/routes.ts';
import type { ApiRun } from '../../src/contract/run.ts';
import { createSessionStore } from '../../src/store/access/sessions.ts';
import { addressOfRunning } from '../../src/store/embedded/visitor.ts';
import { openSnapshotKey } from '../../src/store/ledger/signing-key.ts';
import { askAccess, askMe, askPasskeys, askTokens } from '../support/cluster/ask-access.ts';
import { askDigests } from '../support/cluster/ask-digests.ts';
import { askDrill } from '../support/cluster/ask-drill.ts';
import { askFollowUp } from '../support/cluster/ask-follow-up.ts';
import { askIncidentPage } from '../support/cluster/ask-incident-page.ts';
import { askPlaybookVersions, askRules } from '../support/cluster/ask-playbooks.ts';
import { askTrust } from '../support/cluster/ask-trust.ts';
import { createFirebreak, type Firebreak } from '../support/cluster/firebreak-process.ts';

const token = 'a-token-of-the-api-for-tests';
const folder = mkdtempSync(join(tmpdir(), 'firebreak-playbooks-'));
chmodSync(folder, 0o755);
const put = (name: string, rest: string) =>
  writeFileSync(
    join(folder, `${name}.yaml`),
    `apiVersion: firebreak/v1\nname: ${name}\nversion: 1.0.0\nowner: { product: p, technical: t, escalation: "@sre" }\n${rest}`,
  );
const holds = 'uses: assert, with: { that: true }';
put('child', `steps: [{ id: only, ${holds} }]\noutputs: { answer: "42" }\n`);
put(
  'ship',
  `triggers: [{ source: alertmanager, when: alert.labels.alertname == "Ship" }]
sla: { completeWithin: 1h }
concurrency: { key: "\${{ inputs.host }}" }
inputs: { host: { type: string, from: alert.labels.host, default: here } }
steps:
  - { id: hosts, forEach: { items: "['a', 'b']" }, ${holds} }
  - { id: call, uses: playbook, with: { playbook: child } }
  - { id: gate, uses: wait, with: { signal: go, atMost: 1h } }
finally: [{ id: tidy, ${holds} }]
`,
);
const asks = 'approval: { from: ["@sre"], expiresIn: 10m }';
put('ask', `steps: [{ id: only, name: Ask first, ${holds}, ${asks}, compensate: { ${holds} } }]\n`);
const spare = 'inputs: { host: { type: string, default: live } }\ndrill: { inputs: { host: spare } }\n';
put('exercise', `${spare}steps: [{ id: only, ${holds}, compensate: { ${holds} } }]\n`);
put('broken', `drill: {}\nsteps: [{ id: only, uses: assert, with: { that: false } }]\n`);

let target: Server;
let firebreak: Firebreak;
let client: ApiClient;
let description: { readonly paths: { readonly [path: string]: unknown } };
const ajv = new Ajv2020({ strict: false });

beforeAll(async () => {
  // Takes requests and never answers, so that nobody can know whether they took effect.
  target = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(target, 'listening');
  const { port } = target.address() as AddressInfo;
  const call = `uses: http.request, with: { method: POST, url: "http://127.0.0.1:${port}/" }`;
  put('vague', `steps: [{ id: only, ${call}, replay: ask, timeout: 200ms }]\n`);
  firebreak = await createFirebreak({ FIREBREAK_PLAYBOOKS: folder, FIREBREAK_API_TOKEN: token });
  await firebreak.start();
  client = createApiClient({ api: `${firebreak.url()}/api/v1`, token: () => token, fetch: keepingLast });
  description = (await (
    await fetch(`${firebreak.url()}/api/openapi.json`, { headers: { authorization: `Bearer ${token}` } })
  ).json()) as typeof description;
  ajv.addSchema({ ...description, $id: 'api' });
});
afterAll(async () => {
  await firebreak.close();
  target.closeAllConnections();
  target.close();
  rmSync(folder, { recursive: true, force: true });
});

let last: { readonly status: number; readonly text: string } = { status: 0, text: '' };
/** Keeps the bytes of the last JSON answer. */
async function keepingLast(...request: Parameters<typeof fetch>): Promise<Response> {
  const answer = await fetch(...request);
  if (/json/.test(answer.headers.get('content-type') ?? ''))
    last = { status: answer.status, text: await answer.clone().text() };
  return answer;
}
const asked = new Set<RouteName>();

/** Asks, and holds the very bytes of the answer against the schema and against the description. */
async function ask<N extends RouteName>(name: N, sent: Sent<Routes[N]>): Promise<RouteAnswer<Routes[N]>> {
  const answer = await client.call(name, sent);
  asked.add(name);
  const body: unknown = JSON.parse(last.text);
  const { answers }: RouteContract = routes[name];
  expect(answers[last.status]?.schema.parse(body)).toEqual(body);
  const { method, path } = partsOf(name);
  const place = [
    ...['paths', `/api/v1${path.replace(/:([A-Za-z]+)/g, '{$1}')}`, method.toLowerCase()],
    ...['responses', String(last.status), 'content', 'application/json', 'schema'],
  ];
  const pointer = place.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
  const described = ajv.compile({ $ref: `api#/${pointer}` });
  expect(described(body) ? null : described.errors).toBeNull();
  return answer;
}

const start = async (name: string) => {
  const started = await ask('POST /playbooks/:name/runs', { params: { name }, body: {} });
  if ('dryRun' in started) throw new Error('it was carried out, not played');
  return started.id;
};
async function reach(id: string, wanted: (run: ApiRun) => boolean): Promise<ApiRun> {
  for (;;) {
    const run = await ask('GET /runs/:id', { params: { id } });
    if (wanted(run)) return run;
  }
}
/** The first entry of a list, once there is one. */
async function firstOf<T>(list: () => Promise<{ readonly items: readonly T[] }>): Promise<T> {
  for (;;) {
    const [first] = (await list()).items;
    if (first !== undefined) return first;
  }
}
const ended = (status: ApiRun['status']) => (run: ApiRun) => run.status === status;

describe('every answer fits the contract and the description', () => {
  it('of an incident that an alert opens, its run, and its timeline', async () => {
    await firebreak.alert('', { alertname: 'Ship', severity: 'critical', host: 'db-1' });
    const incidents = () => ask('GET /incidents', { query: { status: 'open', limit: 10 } });
    const { id, number } = await firstOf(incidents);
    const runs = () => ask('GET /runs', { query: { incident: id, playbook: 'ship' } });
    const waiting = await reach((await firstOf(runs)).id, ({ orders }) => orders.includes('signal'));
    expect(waiting).toMatchObject({ alert: { labels: { host: 'db-1' } }, trigger: { type: 'alert' } });
    expect(Object.keys(waiting.nodes)).toEqual(expect.arrayContaining(['hosts#0', 'call', 'gate']));
    await ask('GET /runs/:id', { params: { id: waiting.steps[1]?.runs[0] ?? '' } });
    await ask('POST /runs/:id/signals/:name', { params: { id: waiting.id, name: 'go' }, body: { data: [1] } });
    await reach(waiting.id, ended('succeeded'));
    const incident = await ask('GET /incidents/:id', { params: { id: `#${number}` } });
    const timeline = await ask('GET /incidents/:id/timeline', { params: { id }, query: { limit: 1000 } });
    // What is told meanwhile, such as evidence that came in, is in the later answer alone.
    expect(timeline.items.length).toBeGreaterThanOrEqual(incident.version);
    const file = await client.file('GET /incidents/:id/timeline', { params: { id }, query: { format: 'md' } });
    expect(await file.text()).toContain('#1');
  });

  it('of a run that people pause, resume, decide, compensate and cancel', async () => {
    const id = await start('ask');
    await ask('POST /runs/:id/pause', { params: { id }, body: { reason: 'look first' } });
    await ask('POST /runs/:id/resume', { params: { id }, body: {} });
    const waiting = await reach(id, ({ orders }) => orders.includes('approve'));
    const [approval] = Object.values(waiting.approvals);
    if (!approval) throw new Error('nobody is asked');
    const listed = await ask('GET /approvals', { query: { status: 'open' } });
    expect(listed.items).toMatchObject([{ approval: { id: approval.id }, refusal: null }]);
    const { planDigest } = approval;
    const decision = { params: { id: approval.id }, body: { planDigest, reason: 'it is fine' } };
    const granted = await ask('POST /approvals/:id/approve', decision);
    expect(granted.approval).toMatchObject({ status: 'granted', decidedBy: { id: 'token:bootstrap' } });
    await reach(id, ended('succeeded'));
    await ask('POST /runs/:id/compensate', { params: { id }, body: { reason: 'it was not fine' } });
    await reach(id, ended('compensated'));

    const other = await start('ask');
    const asking = await reach(other, ({ orders }) => orders.includes('deny'));
    const [request = ''] = Object.keys(asking.approvals);
    const params = { id: request };
    const questioned = await ask('POST /approvals/:id/ask', { params, body: { question: 'is the other region up?' } });
    expect(questioned.approval).toMatchObject({ id: request, status: 'open' });
    await ask('POST /approvals/:id/remind', { params, body: {} });
    await ask('POST /approvals/:id/refresh', { params, body: {} });
    const { from = [] } = questioned.approval.rule;
    const again = { params, body: { to: from[0] ?? '', reason: 'they know it best' } };
    await expect(client.call('POST /approvals/:id/delegate', again)).rejects.toThrow(/is asked already/);
    asked.add('POST /approvals/:id/delegate');
    const broken = { params, body: { planDigest: 'sha256:0', reason: 'the region burns' } };
    await expect(client.call('POST /approvals/:id/break-glass', broken)).rejects.toThrow(/bypass/);
    asked.add('POST /approvals/:id/break-glass');
    const denied = await ask('POST /approvals/:id/deny', { params: { id: request }, body: { reason: 'not now' } });
    expect(denied.approval.status).toBe('denied');

    const third = await start('ask');
    const cancelled = await ask('POST /runs/:id/cancel', { params: { id: third }, body: {} });
    expect(cancelled.id).toBe(third);
  });

  it('of a run that fails and is tried again, and of one whose outcome nobody knows', async () => {
    const id = await start('broken');
    await reach(id, ended('failed'));
    const retried = await ask('POST /runs/:id/retry', { params: { id }, body: {} });
    expect(retried.retry).toMatchObject({ of: id, newRun: false });
    await reach(id, ended('failed'));
    const fresh = await ask('POST /runs/:id/retry', { params: { id }, body: { latest: true } });
    expect(fresh.retry).toMatchObject({ of: id, newRun: true });

    const vague = await start('vague');
    await reach(vague, ({ orders }) => orders.includes('done'));
    await ask('POST /runs/:id/done', { params: { id: vague }, body: { reason: 'I saw it happen' } });
    await reach(vague, ended('succeeded'));
  });

  it('of a drill, which is undone and proves to the register that it can be', () => askDrill(ask));

  it('of whoever asks, with every right held or not', () => askMe(ask));

  it('of who has which right, and why', () => askAccess(ask));
  it('of trust in playbooks, as people lower and raise it', () => askTrust(ask));
  it('of passkeys, which a token has none of', () => askPasskeys(ask, client).then((all) => all.map(asked.add, asked)));

  it('of what is dry, in force, delivered, halted and released', async () => {
    const dry = { params: { name: 'ask' }, body: { dryRun: true } };
    expect(await ask('POST /playbooks/:name/runs', dry)).toMatchObject({ dryRun: true, outcome: 'succeeded' });
    const { items } = await ask('GET /playbooks', {});
    expect(items.map(({ name }) => name).sort()).toEqual(['ask', 'broken', 'child', 'exercise', 'ship', 'vague']);
    await ask('GET /playbooks/:name', { params: { name: 'ship' } });
    expect((await ask('GET /slo', {})).items).toContainEqual(expect.objectContaining({ subject: '*' }));
    expect(await ask('GET /stuck', {})).toMatchObject({ cut: false });
    const register = (await ask('GET /register', {})).items;
    expect(register).toContainEqual(expect.objectContaining({ playbook: 'ship', gaps: expect.any(Array) }));
    const [version] = (await ask('GET /playbooks/:name/versions', { params: { name: 'ship' } })).items;
    const one = { params: { name: 'ship', digest: version?.digest ?? '' } };
    const { source, inForce } = await ask('GET /playbooks/:name/versions/:digest', one);
    expect([source.includes('name: ship'), inForce]).toEqual([true, true]);
    const [delivered] = (await ask('GET /deliveries', { query: { source: 'alertmanager' } })).items;
    const id = delivered?.receipt ?? '';
    const database = new pg.Client({ connectionString: await addressOfRunning(firebreak.dataDir, 5000) });
    await database.connect();
    await database.query(`UPDATE deliveries SET dead = true, fault = 'ours', error = 'a bug' WHERE receipt = $1`, [id]);
    await database.end();
    const dead = await ask('GET /deliveries/:id', { params: { id } });
    expect(dead).toMatchObject({
      receipt: id,
      status: 'dead',
      fault: 'ours',
      error: 'a bug',
      alerts: [{ status: 'firing' }],
    });
    expect(JSON.parse(dead.body)).toMatchObject({ alerts: [{}] });
    expect(await ask('POST /deliveries/:id/replay', { params: { id }, body: { reason: 'mended' } })).toEqual({
      receipt: id,
      alerts: 1,
    });
    await ask('PUT /kill-switches/:scope', { params: { scope: 'ship' }, body: { reason: 'it loops' } });
    expect((await ask('GET /kill-switches', {})).items).toMatchObject([{ scope: 'ship' }]);
    await ask('DELETE /kill-switches/:scope', { params: { scope: 'ship' }, body: {} });
    await ask('POST /kill-switches', { body: { scope: 'ship', reason: 'it loops again' } });
    await ask('DELETE /kill-switches/:scope', { params: { scope: 'ship' }, body: { reason: 'it is mended' } });
  });

  it('of versions of playbooks where the folder decides', () =>
    askPlaybookVersions(ask, client).then((all) => all.map(asked.add, asked)));

  it('of policies and freezes', () => askRules(ask, client).then((all) => all.map(asked.add, asked)));

  it('of service tokens, with the token itself in one answer only', () => askTokens(ask, () => last.text));

  it('of the sessions of people who signed in', async () => {
    const database = new pg.Client({ connectionString: await addressOfRunning(firebreak.dataDir, 5000) });
    await database.connect();
    const ana = { provider: 'slack', subject: 'U0ANA', name: 'Ana', email: null } as const;
    const [at, expiresAt] = [new Date().toISOString(), new Date(Date.now() + 3_600_000).toISOString()];
    const key = openSnapshotKey({ dataDir: firebreak.dataDir, signingKey: null });
    const session = { ...ana, id: 'ses_1', createdAt: at, seenAt: at, expiresAt, revoked: null };
    await createSessionStore(database, key).add(session, 'a-hash');
    await database.end();
    expect((await ask('GET /sessions', {})).items).toMatchObject([{ id: 'ses_1', who: { id: 'U0ANA', via: 'web' } }]);
    const ended = await ask('DELETE /sessions/:id', { params: { id: 'ses_1' }, body: { reason: 'a lost phone' } });
    expect(ended.revoked).toMatchObject({ reason: 'a lost phone', by: { id: 'token:bootstrap' } });
  });

  it("of people's work on incidents", async () => {
    const declare = (title: string) => ask('POST /incidents', { body: { title, severity: 2 } });
    const { id } = await declare('checkout is slow');
    const other = await declare('checkout is slow, too');
    const params = { id };
    expect(await ask('POST /incidents/:id/acknowledge', { params, body: {} })).toMatchObject({ severity: 2 });
    await ask('POST /incidents/:id/note', { params, body: { text: 'the queue drains' } });
    expect(await ask('POST /incidents/:id/severity', { params, body: { severity: 1 } })).toMatchObject({ severity: 1 });
    const roles = await ask('POST /incidents/:id/roles', { params, body: { role: 'commander', user: 'ana' } });
    expect(roles.roles).toEqual({ commander: 'ana' });
    const into = await ask('POST /incidents/:id/merge', { params: { id: other.id }, body: { into: id } });
    expect(into).toMatchObject({ id, status: 'open' });
    const body = { reason: 'rolled back' };
    expect(await ask('POST /incidents/:id/resolve', { params, body })).toMatchObject({ status: 'resolved' });
    expect(await ask('POST /incidents/:id/reopen', { params, body })).toMatchObject({ status: 'open' });
    await ask('POST /incidents/:id/resolve', { params, body });
    expect(await ask('POST /incidents/:id/close', { params, body })).toMatchObject({ status: 'closed' });
    await expect(client.call('POST /incidents/:id/acknowledge', { params, body: {} })).rejects.toMatchObject({
      status: 409,
    });
  });

  it('of what the page of an incident reads, and of one that is private', () => askIncidentPage(ask));

  it('of digests, and of how busy it is', () => askDigests(ask));

  it('of what people do after an incident: its postmortem and its action items', () => askFollowUp(ask, client));

  it('of alerts: silenced, explained, in groups, in windows, and of what was refused', async () => {
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
    const sets = [{ match: ['host="db-9"'] }];
    await ask('POST /silences/preview', { body: { sets } });
    const silence = await ask('POST /silences', { body: { sets, endsAt: inAnHour, reason: 'it moves' } });
    await firebreak.alert('', { alertname: 'Quiet', severity: 'critical', host: 'db-9', id: 'quiet' });
    const group = await firstOf(() => ask('GET /alert-groups', { query: { held: 'true' } }));
    expect(await ask('GET /alert-groups/:id', { params: { id: group.id } })).toMatchObject({ id: group.id });
    const [held] = group.held;
    const explained = await ask('POST /explain', { body: { fingerprint: held?.fingerprint ?? '' } });
    expect(JSON.stringify(explained)).toContain('it moves');
    expect((await ask('GET /silences', {})).items).toMatchObject([{ id: silence.id, state: 'active' }]);
    await ask('GET /silences/:id', { params: { id: silence.id } });
    await ask('DELETE /silences/:id', { params: { id: silence.id }, body: { reason: 'it has moved' } });
    const window = { name: 'move', startsAt: new Date().toISOString(), endsAt: inAnHour, reason: 'it moves' };
    await ask('POST /windows', { body: window });
    expect((await ask('GET /windows', {})).items).toMatchObject([{ name: 'move' }]);
    await ask('DELETE /windows/:id', { params: { id: 'move' }, body: {} });
    expect(await ask('GET /record', {})).toMatchObject({ key: { id: expect.any(String) }, faults: [] });
    expect(await ask('GET /people', {})).toMatchObject({ cursor: null });
    expect(await ask('GET /on-call', {})).toMatchObject({ items: [] });
    expect(await ask('GET /schedules', {})).toMatchObject({ items: [] });
    await ask('GET /deliveries/refused', {});
    await ask('GET /deliveries/faults', {});
    const [incident] = (await ask('GET /incidents', {})).items;
    await ask('GET /incidents/:id/evidence', { params: { id: incident?.id ?? '' } });
    expect(await ask('GET /incidents/:id/redactions', { params: { id: incident?.id ?? '' } })).toEqual({ items: [] });
    const none = client.call('GET /artifacts/:digest', { params: { digest: `sha256:${'0'.repeat(64)}` } });
    await expect(none).rejects.toMatchObject({ status: 404 });
    asked.add('GET /artifacts/:digest');
  });

  it('of an incident that is split', async () => {
    const incidents = async () => (await ask('GET /incidents', { query: { status: 'open' } })).items;
    await firebreak.alert('', { alertname: 'A', severity: 'critical', host: 'x', id: 'split' });
    const id = (await firstOf(() => ask('GET /incidents', { query: { status: 'open' } }))).id;
    const all = { params: { id }, body: { alerts: ['none'] } };
    await expect(client.call('POST /incidents/:id/split', all)).rejects.toMatchObject({ status: 404 });
    expect((await incidents()).length).toBeGreaterThan(0);
    asked.add('POST /incidents/:id/split');
  });

  it('of a restore that nothing speaks of', async () => {
    const restore = client.call('POST /record/accept-restore', { body: { reason: 'the disk failed' } });
    await expect(restore).rejects.toMatchObject({ status: 409 });
    asked.add('POST /record/accept-restore');
    const where = { type: 'event' as const, stream: 'system', seq: 1_000_000, text: 'nothing of it' };
    const redaction = client.call('POST /redactions', { body: { where, reason: 'it leaked' } });
    await expect(redaction).rejects.toMatchObject({ status: 404 });
    asked.add('POST /redactions');
  });

  it('of the stream of changes', async () => {
    const told: Told[] = [];
    const stop = new AbortController();
    const place = await client.follow(
      null,
      (event) => {
        told.push(event);
        if (event.type === 'ready') void start('child');
        if (event.type === 'change' && event.change.type === 'run.succeeded') stop.abort();
      },
      stop.signal,
    );
    expect(place).toMatch(/^\d+\.inc_/);
    expect(told[0]).toEqual({ type: 'ready' });
    expect(told).toContainEqual({ type: 'change', change: expect.objectContaining({ kind: 'run', seq: 2 }) });
    asked.add('GET /stream');
  });

  it('of every other route there is', () => {
    expect([...asked].sort()).toEqual(Object.keys(routes).sort());
  });
});

describe('the client', () => {
  it('gives refusals as problems with their code, status and fields', async () => {
    const missing = await client.call('GET /runs/:id', { params: { id: 'run_none' } }).catch((error) => error);
    expect(missing).toBeInstanceOf(ApiProblem);
    expect(missing).toMatchObject({ code: 'not_found', status: 404, message: 'there is no such run' });
    const wrong = await client.call('GET /runs', { query: { cursor: 'x' } }).catch((error) => error);
    expect(wrong).toMatchObject({ code: 'invalid', problem: { faults: [{ path: 'cursor' }] } });
  });
});
