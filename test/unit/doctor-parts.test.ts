// `firebreak doctor` tells which part of the Firebreak that runs here is away.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { checkEvidence } from '../../src/cli/doctor/evidence.ts';
import { checkParts } from '../../src/cli/doctor/parts.ts';
import { checkSilences } from '../../src/cli/doctor/silences.ts';
import { EvidenceSetting } from '../../src/core/evidence/item.ts';
import { createRedactor } from '../../src/core/redact.ts';
import { createPartStates } from '../../src/platform/parts.ts';
import type { Log } from '../../src/ports/runtime.ts';
import { announceServer } from '../../src/store/embedded/server-address.ts';

const secret = 'hunter2-hunter2';

function given() {
  const lines: { part?: string; level: number }[] = [];
  const log: Log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const world = { ms: 0 };
  const states = createPartStates({
    runtime: { nowMs: () => world.ms },
    log,
    redact: createRedactor([{ name: 'known', value: secret }]),
  });
  return { world, lines, states };
}

describe('the parts of a process', () => {
  it('are told once when they go and once when they come back, without secrets, with since when', () => {
    const { world, lines, states } = given();
    states.report('slack', 'up');
    for (world.ms = 1000; world.ms < 5000; world.ms += 1000) states.report('slack', 'away', `refused ${secret}`);
    expect(states.list()).toEqual([
      { name: 'slack', status: 'away', since: '1970-01-01T00:00:01.000Z', error: 'refused [secret:known]' },
    ]);
    states.report('slack', 'up');
    states.report('slack', 'up');
    expect(states.list()).toMatchObject([
      { status: 'up', since: '1970-01-01T00:00:05.000Z', error: 'refused [secret:known]' },
    ]);
    expect(lines.map(({ part, level }) => [part, level])).toEqual([
      ['slack', 40],
      ['slack', 30],
    ]);
  });

  it('that are away are named by doctor, with the reason', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'firebreak-doctor-'));
    const { states } = given();
    expect(await checkParts({ dataDir })).toEqual([]);
    const withdraw = announceServer(dataDir, 'http://127.0.0.1:1', '2026-03-01T00:00:00.000Z');
    const fetchFrom = async () => new Response(JSON.stringify({ parts: states.list() }));
    states.report('queue', 'up');
    expect(await checkParts({ dataDir }, fetchFrom)).toMatchObject([{ status: 'ok' }]);
    states.report('queue', 'away', 'connection refused');
    expect(await checkParts({ dataDir }, fetchFrom)).toMatchObject([
      { status: 'warn', found: 'queue is away since 1970-01-01T00:00:00.000Z: connection refused' },
    ]);
    expect(await checkParts({ dataDir }, async () => new Response('<html>'))).toMatchObject([{ status: 'warn' }]);
    withdraw();
  });
});

describe('silences', () => {
  const now = '2026-03-01T00:00:00.000Z';
  const silence = (name: string, startsAt: string, endsAt: string) => ({
    ...{ id: `file:${name}`, name, sets: [{ service: ['shop'] }], startsAt, endsAt },
    ...{ owner: 'ana', reason: 'move', from: 'file' as const },
  });
  const brief = silence('brief', '2026-02-28T00:00:00.000Z', '2026-03-02T00:00:00.000Z');
  const long = silence('long', '2026-02-28T00:00:00.000Z', '2026-09-01T00:00:00.000Z');
  const idle = silence('idle', '2026-01-01T00:00:00.000Z', '2026-03-02T00:00:00.000Z');
  const over = silence('over', '2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z');
  const held = new Map([['brief', { count: 3, lastAt: '2026-02-28T01:00:00.000Z' }]]);

  it('that look forgotten are named, with why and what to do', () => {
    expect(checkSilences([brief, over], held, now)).toMatchObject([{ status: 'ok', found: '1, none looks forgotten' }]);
    expect(checkSilences([over], held, now)).toEqual([]);
    const person = { ...idle, id: 'sil_1', name: null, from: 'person' as const };
    expect(checkSilences([brief, long, person], held, now)).toMatchObject([
      {
        status: 'warn',
        found: 'long of ana looks forgotten: it lasts 185d',
        advice: expect.stringMatching(/firebreak.yaml/),
      },
      {
        status: 'warn',
        found: 'sil_1 of ana looks forgotten: it has held nothing for 59d',
        advice: expect.stringMatching(/silence expire sil_1/),
      },
    ]);
  });
});

describe('the evidence of routes', () => {
  it('is doubted where its server may not be reached, or its file is not there', () => {
    const evidence = [
      { name: 'errors', query: { url: 'http://127.0.0.1:9090', query: 'up' } },
      { name: 'conf', file: 'nowhere.conf' },
    ].map((one) => EvidenceSetting.parse(one));
    const routes = [{ name: 'all', continue: false, evidence, routes: [] }];
    const alerts = { routes, intervals: {}, inhibition: [], silences: [], windows: [], groups: [] };
    const config = { configDir: tmpdir(), file: { alerts } };
    expect(checkEvidence(config, []).map(({ status }) => status)).toEqual(['warn', 'warn']);
    expect(checkEvidence(config, ['127.0.0.1:9090'])).toMatchObject([
      { found: 'all/conf: there is no file nowhere.conf' },
    ]);
    expect(checkEvidence({ ...config, file: { alerts: { ...alerts, routes: [] } } }, [])).toEqual([]);
  });
});
