// What values of alerts mean: severities on one scale, numbers with all their digits, labels and times in every form that senders use.
import { describe, expect, it } from 'vitest';
import { retryDeliveryInMs, retryForMs } from '../../src/core/alert/retry-delivery.ts';
import { toSeverity } from '../../src/core/alert/severity.ts';
import { parseLossless } from '../../src/core/lossless-json.ts';
import { readJson } from '../../src/core/read-json.ts';
import { addMs } from '../../src/core/time.ts';
import { maxLabels, readLabels } from '../../src/sources/labels.ts';
import { instantMs, plausibleTime } from '../../src/sources/times.ts';
import { start } from '../support/given/given.ts';

describe('a severity', () => {
  it.each([
    [
      'critical',
      ['P0', 'p1', 'SEV0', 'Sev-1', 'S1', 'sev 1', 'urgent', 'blocker', 'CRITICAL!', ' Disaster ', 'fatal', 'emerg'],
    ],
    ['critical', ['1 - Critical', 'P1 (low)', '["critical"]', '5', '5.0', 'fatal error', 'Ｐ１']],
    ['error', ['P2', 'Sev-2', 's2', 'High', 'ERR', '4', '2 - High']],
    [
      'warning',
      [
        'P3',
        'Warning ',
        'average',
        '3',
        '2',
        '0',
        'Not classified',
        'non-critical',
        'unheard of',
        '',
        '7',
        '-1',
        'p10',
      ],
    ],
    ['info', ['P4', 'P5', 'sev5', 'Information', 'none', 'notice', '1']],
  ] as const)('%s is meant by every word of its row', (severity, words) => {
    for (const word of words) expect([word, toSeverity(word)]).toEqual([word, severity]);
  });

  it('that nobody sent is a warning', () => {
    expect([toSeverity(null), toSeverity(undefined)]).toEqual(['warning', 'warning']);
  });
});

describe('numbers in a body', () => {
  it('keep all their digits, wherever they stand', () => {
    const text =
      '{"id":7361924857362910001,"ids":[7361924857362910002,-9007199254740993],"deep":{"n":9007199254740991}}';
    expect(parseLossless(text)).toEqual({
      id: '7361924857362910001',
      ids: ['7361924857362910002', '-9007199254740993'],
      deep: { n: 9007199254740991 },
    });
  });

  it('that no double can hold stay text, others stay numbers', () => {
    const text =
      '[1e400,1e-400,-0,1e3,1E+2,0.1,3.141592653589793238,1e18,7.361924857362910001e18,9007199254740993.0,0e9]';
    expect(parseLossless(text)).toEqual([
      ...['1e400', '1e-400', -0, 1000, 100, 0.1, Math.PI, 1e18, '7.361924857362910001e18', '9007199254740993.0', 0],
    ]);
  });

  it('are not looked for inside texts', () => {
    const value = { 'a 7361924857362910001': 'b \\" 7361924857362910001 1e400 "', c: '\\' };
    expect(parseLossless(JSON.stringify(value))).toEqual(value);
    expect(() => parseLossless('{"a":7361924857362910001')).toThrow(SyntaxError);
  });
});

it('a key that stands twice is told, and the last value counts', () => {
  const read = (text: string) => readJson(Buffer.from(text));
  expect(read('{"status":"firing","status":"resolved","a":[{"b":":","b":2}]}')).toMatchObject({
    ok: true,
    value: {
      json: { status: 'resolved', a: [{ b: 2 }] },
      remarks: ['2 keys stand twice in one object; the last value counts'],
    },
  });
  expect(read('{"a":{"a":":\\":"},"b":[{"a":1},{"a":2}]}')).toMatchObject({ ok: true, value: { remarks: [] } });
});

describe('labels', () => {
  it.each([
    [
      'an object',
      { a: 'x', n: 1, t: true, z: null, l: ['p', 1], o: { k: 'v' } },
      { a: 'x', n: '1', t: 'true', z: '', l: '["p",1]', o: '{"k":"v"}' },
    ],
    ['a list of tags', ['env:prod', 'db', 'team=core', 7], { env: 'prod', db: 'true', team: 'core', 7: 'true' }],
    ['tags with a key twice', ['team:a', 'team:b', 'team:a,b'], { team: 'a,b' }],
    [
      'tags as objects',
      [{ tag: 'Application', value: 'web' }, { key: 'k', value: 1 }, { a: 'b' }],
      { Application: 'web', k: '1', a: 'b' },
    ],
    ['one text of tags', 'env:prod, role:db,plain', { env: 'prod', role: 'db', plain: 'true' }],
    ['tags between spaces', 'prod www', { prod: 'true', www: 'true' }],
    ['JSON inside a text', '{"a":1}', { a: '1' }],
    ['a list inside a text', '["env:prod"]', { env: 'prod' }],
    ['a text that only looks like JSON', '{a:b', { '{a': 'b' }],
    ['nothing', null, {}],
  ] as const)('may be %s', (_, given, labels) => {
    expect(readLabels(given)).toEqual({ labels, remarks: [] });
  });

  it('beyond the bound are counted and named, and those that alerts are found by stay', () => {
    const many = Object.fromEntries([
      ...Array.from({ length: maxLabels + 2 }, (_, i) => [`k${i}`, 'v']),
      ['alertname', 'A'],
    ]);
    const { labels, remarks } = readLabels(many);
    expect(Object.keys(labels)).toHaveLength(maxLabels);
    expect(labels.alertname).toBe('A');
    expect(remarks).toEqual([`labels: 3 beyond the first ${maxLabels} are left out: k199, k200, k201`]);
  });

  it('of a type that are no labels are told', () => {
    expect(readLabels(7)).toEqual({
      labels: {},
      remarks: ['labels: a number is neither labels nor a list of tags: 7'],
    });
  });
});

describe('a time', () => {
  it.each([
    1787195900,
    1787195900000,
    1787195900000000,
    1787195900000000000,
    '1787195900',
    '1787195900.0',
    '1787195900000000000',
    '2026-08-20T03:18:20Z',
    '2026-08-20 03:18:20',
    '2026.08.20 03:18:20',
    '2026-08-20T05:18:20+02:00',
    '2026-08-20T03:18:20.000',
  ])('may be written as %s', (written) => {
    expect(instantMs(written)).toBe(Date.UTC(2026, 7, 20, 3, 18, 20));
  });

  it.each([
    ['0001-01-01T00:00:00Z', 'is before the year 2000'],
    [0, 'is before the year 2000'],
    ['1999-12-31T23:59:59Z', 'is before the year 2000'],
    [addMs(start, 5 * 60_000 + 1), 'is in the future'],
    ['yesterday', 'is no time'],
    [true, 'is no time'],
  ])('of %s is replaced by that of the delivery, and its word is kept', (written, why) => {
    const { at, remark } = plausibleTime(written, { name: 'startsAt', receivedAt: start, zero: 'absurd' });
    expect(at).toBe(start);
    expect(remark).toBe(`startsAt: ${written} ${why}; the time of the delivery, ${start}, counts instead`);
  });

  it('that can be is left alone, and none is none', () => {
    const context = { name: 'endsAt', receivedAt: start, zero: 'none' } as const;
    const ahead = addMs(start, 5 * 60_000);
    expect(plausibleTime(ahead, context)).toEqual({ at: ahead, remark: null });
    for (const none of [null, undefined, '', '0001-01-01T00:00:00Z'])
      expect(plausibleTime(none, context)).toEqual({ at: null, remark: null });
  });
});

it('a delivery that fails here is tried again with full jitter, at most ten minutes apart, for a day', () => {
  const delivery = { tries: 0, receivedAt: start };
  expect([0, 0.5, 0.999].map((random) => retryDeliveryInMs(delivery, start, random))).toEqual([0, 500, 999]);
  expect(retryDeliveryInMs({ ...delivery, tries: 5 }, start, 0.5)).toBe(16_000);
  expect(retryDeliveryInMs({ ...delivery, tries: 5000 }, start, 0.5)).toBe(300_000);
  expect(retryDeliveryInMs({ ...delivery, tries: 5000 }, addMs(start, retryForMs - 1), 0.5)).toBe(300_000);
  expect(retryDeliveryInMs(delivery, addMs(start, retryForMs), 0.5)).toBeNull();
});

it('an id of 64 bits in labels that come as JSON text keeps its digits', () => {
  expect(readLabels('{"trace":7361924857362910001}').labels).toEqual({ trace: '7361924857362910001' });
});
