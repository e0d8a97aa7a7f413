// Digests and the load over /api/v1 without a network: for whose eyes they are, what stands now, and who is told to come again.
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { ApiDigest } from '../../src/contract/digest.ts';
import { ApiLoad } from '../../src/contract/load.ts';
import type { MonthlyFacts } from '../../src/core/digest/facts.ts';
import { err, ok } from '../../src/core/result.ts';
import { createReadDigest } from '../../src/engine/digests/read-digest.ts';
import { createReadLoad, type ReadLoad } from '../../src/engine/load.ts';
import { type ApiDeps, addApi } from '../../src/http/api/api.ts';
import { createServer } from '../../src/http/server.ts';
import type { DigestAsked, DigestReads } from '../../src/ports/digests.ts';

const now = '2026-11-26T12:00:00.000Z';
const month: Omit<MonthlyFacts, 'access'> = { approvals: [], versions: [], compensations: [], drills: [] };
const access = {
  tokens: [{ change: 'created' as const, name: 'ci', by: 'ana' }],
  sessions: { count: 0, people: 0 },
  changes: [],
};

/** A server on counts that a test gives; `asked`: what the counts were asked for. */
function world(given: { readonly administers?: boolean; readonly load?: ReadLoad } = {}) {
  const asked: DigestAsked[] = [];
  const noted =
    <T>(facts: T) =>
    async (one: DigestAsked) => {
      asked.push(one);
      return facts;
    };
  const ended = { succeeded: 1, failed: 0, undone: 0, undoFailed: 0, cancelled: 0 };
  const reads: DigestReads = {
    daily: noted({ ended, failures: [], retries: [], overdue: [], drills: [] }),
    weekly: noted({
      dependencies: [],
      interventions: [],
      queues: [{ queue: 'approvals', name: null, count: 1, oldestMs: 60_000 }],
    }),
    monthly: noted({ ...month, access }),
  };
  const log = pino({ level: 'silent' });
  const app = createServer({
    runtime: { nowMs: () => 0, monotonicMs: () => 0, random: () => 0.5, newId: () => 'req_1' },
    log,
    ready: async () => null,
    metrics: async () => ({ contentType: 'text/plain', text: '' }),
    parts: () => [],
    slack: null,
    countRefused: () => undefined,
    metricsArePublic: true,
  });
  const deps = {
    localName: 'owner',
    localPeer: async () => 'own',
    people: {},
    surface: 'api',
    authorised: async (_principal: unknown, right: string) =>
      right === 'administer' && given.administers === false
        ? err({ code: 'not_allowed', message: 'no' })
        : ok(undefined),
    log,
    readsFor: () => ({ seen: async () => ['inc_seen'], archived: async () => null, sees: async () => true }),
    digestZone: 'UTC',
    load: given.load ?? createReadLoad(async () => ({ waiting: [], workers: [] })),
    learning: { insights: async () => ({}) },
    readDigest: createReadDigest({
      reads,
      items: async () => [],
      forgotten: async () => [],
      stuck: async () => [
        { playbook: 'rotate', drill: false, what: '@sre to approve it', ageMs: 7_200_000, incident: 3 },
      ],
      settings: { timezone: 'UTC', hour: 9 },
      runtime: { nowMs: () => Date.parse(now) },
      nameOf: (id) => id,
    }),
  };
  addApi(app, deps as unknown as ApiDeps);
  const ask = (path: string) =>
    app.inject({ url: `/api/v1${path}`, headers: { host: 'localhost:3000' }, remoteAddress: '127.0.0.1' });
  return { ask, asked };
}

describe('GET /digests/:kind', () => {
  it('It is read with the eyes of whoever asks', async () => {
    const { ask, asked } = world();
    const answer = await ask('/digests/daily');
    expect(answer.statusCode).toBe(200);
    expect(asked).toMatchObject([
      { from: '2026-11-25T09:00:00.000Z', to: '2026-11-26T09:00:00.000Z', seen: ['inc_seen'] },
    ]);
    expect(ApiDigest.parse(answer.json()).id).toBe('daily/2026-11-26T09:00:00.000Z');
  });

  it('What is stuck or waits now stands in the latest digest, and in none of before', async () => {
    const { ask } = world();
    const latest = ApiDigest.parse((await ask('/digests/daily')).json());
    expect(latest.sections).toMatchObject([
      { id: 'stuck', lines: [{ text: 'rotate has waited 2 h for @sre to approve it', incident: 3 }] },
    ]);
    const earlier = ApiDigest.parse((await ask(`/digests/daily?at=${latest.from}`)).json());
    expect(earlier).toMatchObject({ to: latest.from, sections: [] });
    expect(ApiDigest.parse((await ask('/digests/weekly')).json()).sections).toMatchObject([{ id: 'queues' }]);
    expect(ApiDigest.parse((await ask('/digests/weekly?at=2026-11-01T00:00:00Z')).json()).sections).toEqual([]);
  });

  it('Who may not administer reads nothing of access', async () => {
    const of = async (administers: boolean) => (await world({ administers }).ask('/digests/monthly')).body;
    expect(await of(true)).toContain('the token ci was made by ana');
    expect(await of(false)).not.toContain('token');
  });

  it('A kind that there is not and an instant that is none are refused', async () => {
    const { ask } = world();
    expect((await ask('/digests/hourly')).statusCode).toBe(400);
    expect((await ask('/digests/daily?at=yesterday')).statusCode).toBe(400);
  });
});

describe('GET /load', () => {
  const busy = createReadLoad(async () => ({
    waiting: [{ kind: 'runs', pool: 'default', depth: 40, oldestMs: 45_000 }],
    workers: [{ pool: 'default', alive: 2 }],
  }));

  it('It says what waits, for how long, and who could do it', async () => {
    const load = ApiLoad.parse((await world({ load: busy }).ask('/load')).json());
    expect(load).toEqual({
      queues: [{ id: 'runs/default', kind: 'runs', pool: 'default', depth: 40, oldestMs: 45_000, workers: 2 }],
      resting: 'runs of the pool default wait for 45s already',
    });
  });

  it('While the database does not answer, whoever asks is told to come again', async () => {
    const answer = await world({ load: async () => null }).ask('/load');
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '30']);
  });

  it('While urgent work waits, insights rest and say when to ask again', async () => {
    const answer = await world({ load: busy }).ask('/insights');
    expect([answer.statusCode, answer.headers['retry-after'], answer.json().code]).toEqual([503, '30', 'busy']);
    expect((await world().ask('/insights')).statusCode).toBe(200);
  });
});
