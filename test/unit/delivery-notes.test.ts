// What is noted of refused deliveries and of wrong fields: counted by kind, bounded however much comes, written down now and then.
import { expect, it } from 'vitest';
import { createNoteTaker, fieldName, remarkedField } from '../../src/http/ingest/delivery-notes.ts';
import type { DeliveryNotes } from '../../src/ports/delivery-notes.ts';

function taker(fails = false) {
  const written: DeliveryNotes[] = [];
  const due: (() => void)[] = [];
  const counted: string[] = [];
  const warned: string[] = [];
  let nowMs = Date.parse('2026-03-01T03:04:05.000Z');
  const notes = createNoteTaker({
    store: {
      async add(all) {
        if (fails) throw new Error('the database is away');
        written.push(all);
      },
    },
    countField: (source, field) => void counted.push(`${source} ${field}`),
    nowMs: () => nowMs,
    log: { warn: (_: unknown, message?: string) => void warned.push(String(message)) },
    mask: (text) => text.replaceAll('hunter2', '[secret]'),
    later: (callback) => void due.push(callback),
  });
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { notes, written, due, counted, warned, pass };
}
const wrong = {
  source: 'grafana',
  integration: 'prod',
  outcome: 'unauthorized',
  reason: 'the signature does not match the body',
  peer: '192.0.2.7',
};

it('a wrong signature leaves when, which integration, why and from where, once for each kind with a count', async () => {
  const { notes, written, due, pass } = taker();
  for (let i = 0; i < 10_000; i++) notes.refused(wrong);
  pass(2000);
  notes.refused(wrong);
  notes.refused({ ...wrong, peer: '192.0.2.8' });
  expect(due).toHaveLength(1);
  await notes.flush();
  expect(written).toEqual([
    {
      refused: [
        { ...wrong, firstAt: '2026-03-01T03:04:05.000Z', lastAt: '2026-03-01T03:04:07.000Z', count: 10_001 },
        {
          ...wrong,
          peer: '192.0.2.8',
          firstAt: '2026-03-01T03:04:07.000Z',
          lastAt: '2026-03-01T03:04:07.000Z',
          count: 1,
        },
      ],
      faults: [],
    },
  ]);
  await notes.flush();
  expect(written).toHaveLength(1);
});

it('a flood from many addresses is bounded in memory, and nothing of it goes uncounted', async () => {
  const { notes, written } = taker();
  for (let i = 0; i < 5000; i++) notes.refused({ ...wrong, peer: `2001:db8::${i}` });
  await notes.flush();
  const refused = written[0]?.refused ?? [];
  expect(refused).toHaveLength(51);
  expect(refused.reduce((sum, { count }) => sum + count, 0)).toBe(5000);
  expect(refused.at(-1)).toMatchObject({ peer: '', count: 4950, reason: expect.stringContaining('many more') });
});

it('a flood at one integration leaves the notes of another alone', async () => {
  const { notes, written } = taker();
  for (let i = 0; i < 500; i++) notes.refused({ ...wrong, peer: `2001:db8::${i}` });
  notes.refused({ ...wrong, integration: 'staging' });
  await notes.flush();
  expect(written[0]?.refused.filter(({ integration }) => integration === 'staging')).toHaveLength(1);
});

it('no secret stands in a note, and no text of any length', async () => {
  const { notes, written } = taker();
  notes.refused({ ...wrong, reason: `hunter2 ${'x'.repeat(100_000)}\u0000` });
  notes.faulty({
    source: 'generic',
    integration: 'ci',
    kind: 'refused',
    faults: [{ path: 'a', message: 'got hunter2' }],
  });
  await notes.flush();
  const text = JSON.stringify(written);
  expect(text).not.toContain('hunter2');
  expect(text.length).toBeLessThan(2000);
});

it('wrong fields are counted by name, places in lists together', async () => {
  const { notes, written, counted } = taker();
  const fault = (path: string) => ({
    source: 'grafana',
    integration: 'prod',
    kind: 'refused' as const,
    faults: [{ path, message: 'm' }],
  });
  for (let i = 0; i < 20; i++) notes.faulty(fault(`alerts.${i}.status`));
  for (let i = 0; i < 300; i++) notes.faulty(fault(`labels.made-up-${i}`));
  await notes.flush();
  const faults = written[0]?.faults ?? [];
  expect(faults[0]).toMatchObject({ field: 'alerts.*.status', count: 20, kind: 'refused' });
  expect(faults.reduce((sum, { count }) => sum + count, 0)).toBe(320);
  expect(faults.length).toBeLessThanOrEqual(51);
  expect(counted).toContain('grafana alerts.*.status');
});

it('what is no name of a field is never one', () => {
  expect(fieldName('alerts.3.labels.0')).toBe('alerts.*.labels.*');
  expect(fieldName('(body)')).toBe('(body)');
  for (const odd of ['', 'a b', '<b>', 'x'.repeat(101), 'a.b.c.d.e.f.g.h.i', 'ü']) expect(fieldName(odd)).toBe('other');
  expect(remarkedField('startsAt: x is no time')).toEqual({ path: 'startsAt', message: 'x is no time' });
  expect(remarkedField('2 keys stand twice')).toEqual({ path: '(body)', message: '2 keys stand twice' });
});

it('a database that is away takes no request down, and is said', async () => {
  const { notes, warned } = taker(true);
  notes.refused(wrong);
  await notes.flush();
  expect(warned).toEqual(['what was refused could not be noted']);
});
