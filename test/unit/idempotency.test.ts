// Keys of requests that come twice: whose they are, and who may be told again what was answered.
import { describe, expect, it } from 'vitest';
import { formatId } from '../../src/core/ids.ts';
import { answerOnce, type KeyedCommand } from '../../src/http/api/once.ts';
import { stillSeen } from '../../src/http/api/still-seen.ts';
import type { IdempotencyKeys, KeptAnswer } from '../../src/ports/api.ts';

/** The keys in memory. */
function memoryKeys(): IdempotencyKeys & {
  readonly known: ReadonlyMap<string, { digest: string; answer: KeptAnswer | null }>;
} {
  const known = new Map<string, { digest: string; answer: KeptAnswer | null }>();
  return {
    known,
    async reserve(key, bodyDigest) {
      const found = known.get(key);
      if (!found) known.set(key, { digest: bodyDigest, answer: null });
      return { seenAtMs: 0, bodyDigest: found?.digest ?? bodyDigest, answer: found?.answer ?? null, fresh: !found };
    },
    async finish(key, answer) {
      const kept = known.get(key)?.answer ?? answer;
      known.set(key, { digest: known.get(key)?.digest ?? '', answer: kept });
      return kept;
    },
  };
}

const request = { id: 'req_1', method: 'POST', path: '/api/v1/incidents', body: { title: 'a leak' }, key: 'once' };

describe('a key', () => {
  const asked = () => {
    const commands: KeyedCommand[] = [];
    const keys = memoryKeys();
    const ask = (owner: string, body: unknown = request.body) =>
      answerOnce(keys, { ...request, body, owner }, async (command) => {
        commands.push(command);
        return { status: 201, type: 'application/json', body: `answer ${commands.length}` };
      });
    return { commands, keys, ask };
  };

  it('is its owner’s alone: the same of somebody else is another request, with ids of its own and no answer of the first', async () => {
    const { commands, ask } = asked();
    expect(await ask('token:ana')).toMatchObject({
      ok: true,
      value: { answer: { body: 'answer 1' }, replayed: false },
    });
    expect(await ask('token:ben')).toMatchObject({
      ok: true,
      value: { answer: { body: 'answer 2' }, replayed: false },
    });
    expect(await ask('token:ana')).toMatchObject({ ok: true, value: { answer: { body: 'answer 1' }, replayed: true } });
    const [ana, ben] = commands;
    expect(commands).toHaveLength(2);
    expect(ana?.ids?.run).not.toBe(ben?.ids?.run);
    expect(ana?.ids?.incident).not.toBe(ben?.ids?.incident);
  });

  it('does not tell that somebody else has used it, for whatever', async () => {
    const { ask } = asked();
    await ask('token:ana');
    expect(await ask('token:ben', { title: 'another' })).toMatchObject({ ok: true });
    expect(await ask('token:ana', { title: 'another' })).toMatchObject({ ok: false });
  });
});

describe('a kept answer', () => {
  const id = (prefix: 'inc' | 'run', n: number) => formatId(prefix, n, new Uint8Array(10));
  const [seen, unseen, run] = [id('inc', 1), id('inc', 2), id('run', 3)];
  const reads = {
    sees: async (incidentId: string) => incidentId !== unseen,
    run: async () => null,
  };
  const told = (path: string, body: unknown) =>
    stillSeen(reads, { path, answer: { status: 200, type: 'application/json', body: JSON.stringify(body) } });

  it('is told again to who may know of all that it names', async () => {
    expect(await told(`/api/v1/incidents/${seen}/note`, { id: seen, title: 'it burns' })).toBe(true);
    expect(await told('/api/v1/silences', { id: 'sil_1' })).toBe(true);
  });

  it('is told no more to who was taken out of an incident, wherever it is named, or a run of it', async () => {
    expect(await told('/api/v1/incidents/7/note', { id: unseen, title: 'a leak' })).toBe(false);
    expect(await told(`/api/v1/incidents/${unseen}/note`, { code: 'conflict' })).toBe(false);
    expect(await told('/api/v1/playbooks/ask/runs', { id: run })).toBe(false);
  });
});
