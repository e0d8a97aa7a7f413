// Silences and maintenance windows that people make, on a whole engine in memory: what they hold, what is told of them, and what follows
// when they end.
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { addMs } from '../../src/core/time.ts';
import { alertStory } from '../support/engine/alert-story.ts';
import { ana, ben, start } from '../support/given/given.ts';
import { minute } from '../support/given/incident.ts';
import { principalOf } from '../support/given/principals.ts';

const checkout = { labels: { service: 'checkout' }, service: 'checkout' };
const hour = 60 * minute;
const day = 24 * hour;

function given(yaml = '') {
  const told: string[] = [];
  const story = alertStory(yaml, () => ({ announce: async ({ key, text }) => void told.push(`${key}: ${text}`) }));
  const caller = (who = ana) => ({ principal: principalOf(who), cause: 'cmd_1' });
  return {
    ...story,
    told,
    caller,
    get operations() {
      return story.engine.operations;
    },
    in: (ms: number) => addMs(story.world.at, ms),
    restart: story.restart,
    silence: (forMs: number, sets: Json = [{ service: 'checkout' }]) =>
      story.engine.operations.createSilence({
        ...caller(),
        sets,
        endsAt: addMs(story.world.at, forMs),
        reason: 'deploy',
      }),
    systemEvents: () => story.events().filter(({ type }) => /^(?:silence|window)/.test(type)),
    types: () => story.events().flatMap(({ type }) => (/^(?:silence|window)/.test(type) ? [type] : [])),
  };
}

async function made(answer: ReturnType<ReturnType<typeof given>['silence']>): Promise<string> {
  const silence = await answer;
  if (!silence.ok) throw new Error(silence.error.message);
  return silence.value.id;
}

describe('a silence that somebody makes', () => {
  it('holds what fires from then on, and lets it go at its end with the reason', async () => {
    const story = given();
    const id = await made(story.silence(10 * minute));
    await story.fires('a', checkout);
    await story.passes(9 * minute);
    expect(story.incidents()).toEqual([]);
    await story.passes(2 * minute);
    expect(story.events().find(({ type }) => type === 'alert.received')?.data).toMatchObject({
      because: `the silence ${id} is over, and it still fires`,
    });
  });

  it('lets go at once what it held when somebody ends it before its time', async () => {
    const story = given();
    const id = await made(story.silence(hour));
    await story.fires('a', checkout);
    await story.operations.expireSilence({ ...story.caller(ben), id, reason: 'done' });
    await story.passes(10_000);
    expect(story.incidents()).toHaveLength(1);
    expect(story.types()).toEqual(['silence.created', 'silence.started', 'silence.expired']);
  });

  it('trap 9: creation, begin and end are told once each, whatever number of processes look, and across restarts', async () => {
    const story = given();
    const startsAt = story.in(5 * minute);
    const endsAt = story.in(10 * minute);
    await story.operations.createSilence({
      ...story.caller(),
      sets: [{ service: 'checkout' }],
      startsAt,
      endsAt,
      reason: 'deploy',
    });
    for (let n = 0; n < 15; n++) {
      const before = story.engine;
      story.restart();
      await Promise.all([before.reconcile(), story.engine.reconcile()]);
      await story.passes(minute);
    }
    expect(story.types()).toEqual(['silence.created', 'silence.started', 'silence.ended']);
    expect(story.told.map((text) => text.replace(/sil_\d+/, 'ID'))).toEqual([
      `system/1: ana made the silence ID of ana for service checkout, from ${startsAt} until ${endsAt}: deploy`,
      `system/2: The silence ID of ana holds until ${endsAt}: deploy`,
      'system/3: The silence ID of ana is over: deploy',
    ]);
  });

  it('trap 9: the begin and the end of silences and windows of the file are told once each too', async () => {
    const times = `startsAt: "${addMs(start, 2 * minute)}", endsAt: "${addMs(start, 6 * minute)}", owner: ana, reason: move`;
    const story = given(`
silences: [ { name: deploy, sets: [ { service: checkout } ], ${times} } ]
windows: [ { name: weekly, ${times} } ]
`);
    await story.passes(4 * minute);
    story.restart();
    await story.passes(4 * minute);
    expect(story.types()).toEqual(['silence.started', 'window.started', 'silence.ended', 'window.ended']);
    expect(story.told[0]).toBe(`system/1: The silence deploy of ana holds until ${addMs(start, 6 * minute)}: move`);
  });

  it('trap 3: what people know to fire is told once more when the silence ends, although no repetition came meanwhile', async () => {
    const story = given();
    await story.fires('a', checkout);
    await story.fires('other');
    const id = await made(story.silence(10 * minute));
    expect(story.groups()[0]?.members.a).toMatchObject({ told: true, hold: { by: 'silence', name: id } });
    await story.passes(20 * minute);
    story.restart();
    await story.passes(minute);
    const again = story.events().filter(({ type }) => type === 'alert.repeated');
    expect(again.map(({ data }) => data)).toMatchObject([
      { fingerprint: 'a', because: `the silence ${id} is over, and it still fires` },
    ]);
  });

  it('trap 3: the end of what people know to fire passes while it is silenced, and nothing is told afterwards', async () => {
    const story = given();
    await story.fires('a', checkout);
    await made(story.silence(10 * minute));
    await story.resolves('a', checkout);
    expect(story.incidents()[0]?.status).toBe('resolved');
    await story.passes(20 * minute);
    expect(story.events().filter(({ type }) => type === 'alert.repeated')).toEqual([]);
  });

  it('puts on hold what people know to fire even if the process dies between its begin and that', async () => {
    const story = given();
    await story.fires('a', checkout);
    const { firingIn } = story.world.correlation;
    Object.assign(story.world.correlation, { firingIn: () => Promise.reject(new Error('killed')) });
    await expect(story.silence(10 * minute)).rejects.toThrow('killed');
    Object.assign(story.world.correlation, { firingIn });
    story.restart();
    await story.passes(10_000);
    expect(story.groups()[0]?.members.a).toMatchObject({ told: true, hold: { by: 'silence' } });
  });

  it('is believed by a process that has not read it yet: it lets nothing go that another process holds', async () => {
    const story = given();
    const other = story.engine;
    await other.reconcile();
    story.restart();
    await made(story.silence(10 * minute));
    await story.fires('a', checkout);
    story.accept('a', checkout);
    await other.drainIntake();
    expect(story.incidents()).toEqual([]);
  });

  it('is refused where it would mute everything, is over already, or says nothing', async () => {
    const story = given();
    const refusals = await Promise.all([
      story.silence(hour, [{}]),
      story.silence(hour, [{ match: ['env=~".*"'] }]),
      story.silence(hour, []),
      story.silence(-minute),
      story.silence(hour, [{ service: 'a', during: 'nights' }]),
    ]);
    expect(refusals.map((one) => !one.ok && one.error.message)).toEqual([
      'sets.0 would silence every alert; name a label, a severity, a source, a service or an environment',
      'sets.0 would silence every alert; name a label, a severity, a source, a service or an environment',
      'sets must hold one condition at least',
      expect.stringContaining('endsAt must be later than startsAt'),
      'sets.0.during must be one of `intervals:`; there is none',
    ]);
  });
});

describe('the inventory', () => {
  it('previews what a silence would mute: what fires, held and told, and deliveries of the last day', async () => {
    const story = given();
    await story.fires('told', checkout);
    await made(story.silence(hour, [{ match: 'team="x"' }]));
    await story.fires('held', { ...checkout, labels: { team: 'x' } });
    await story.fires('other');
    const preview = await story.operations.previewSilence({ ...story.caller(), sets: [{ service: 'checkout' }] });
    expect(preview).toMatchObject({ ok: true, value: { deliveries: { matched: 2, looked: 3 } } });
    expect(preview.ok && preview.value.firing.map(({ fingerprint }) => fingerprint).toSorted()).toEqual([
      'held',
      'told',
    ]);
  });

  it('trap 12: a silence that matches nothing for 30 days, or lasts longer, is named in the list and once a week in the digest', async () => {
    const story = given();
    const idle = await made(story.silence(45 * day));
    const brief = await made(story.silence(29 * day, [{ service: 'other' }]));
    await story.fires('a', { service: 'other' });
    const listed = async () => {
      const all = await story.operations.silences(story.caller());
      return all.ok
        ? Object.fromEntries(all.value.map(({ id, forgotten, held }) => [id, [forgotten, held?.count]]))
        : {};
    };
    expect(await listed()).toEqual({ [idle]: ['it lasts 45d', undefined], [brief]: [null, 1] });
    await story.passes(20 * day, 6 * hour);
    expect(story.told.filter((text) => text.includes('look forgotten'))).toHaveLength(3);
    await story.passes(11 * day, 6 * hour);
    expect(await listed()).toEqual({ [idle]: ['it has held nothing for 31d', undefined] });
  });

  it('trap 14: everything that is held is counted with what held it', async () => {
    const story = given();
    const id = await made(story.silence(hour));
    for (const fingerprint of ['a', 'b', 'a']) await story.fires(fingerprint, checkout);
    const all = await story.operations.silences(story.caller());
    expect(all).toMatchObject({ ok: true, value: [{ id, state: 'active', held: { count: 2 } }] });
    expect(story.groups().map(({ suppressed }) => suppressed)).toEqual([{ silence: 2 }, { silence: 1 }]);
  });
});

describe('a window that somebody makes', () => {
  const weekly = {
    name: 'weekly',
    where: { service: 'checkout' },
    mode: 'quiet',
    reason: 'patches',
    during: { daysOfMonth: ['1'], times: [{ start: '02:00', end: '04:00' }], location: 'Europe/Berlin' },
  };

  it('trap 9 and 10: comes once, is told at creation, begin and end, and what fired before and after is told no anew', async () => {
    const story = given();
    const window = { name: 'move', mode: 'quiet', reason: 'move', startsAt: start, endsAt: story.in(10 * minute) };
    await story.operations.createWindow({ ...story.caller(), window });
    await story.fires('a');
    await story.resolves('a');
    await story.passes(20 * minute);
    expect(story.types()).toEqual(['window.created', 'window.started', 'window.ended']);
    expect(story.incidents()).toEqual([]);
    const left = await story.operations.windows(story.caller());
    expect(left).toEqual({ ok: true, value: [] });
  });

  it('trap 11: comes again and again in its time zone until its end, and is gone then', async () => {
    const story = given();
    const until = story.in(65 * day);
    const answer = await story.operations.createWindow({ ...story.caller(), window: { ...weekly, until } });
    expect(answer).toMatchObject({ ok: true });
    await story.passes(66 * day, hour);
    const types = story.types();
    const begins = types.filter((type) => type === 'window.started');
    expect(begins.length).toBeGreaterThanOrEqual(2);
    expect(types.filter((type) => type === 'window.ended')).toHaveLength(begins.length);
    expect(types.at(-1)).toBe('window.removed');
  });

  it('is refused where its condition names what no alert has, and so is a silence', async () => {
    const story = given();
    const when = 'alert.lables.team == "a"';
    const window = { ...weekly, where: { when }, until: story.in(day) };
    const made = await story.operations.createWindow({ ...story.caller(), window });
    expect(made.ok || made.error.message).toMatch(/^where\.when .*lables.*did you mean `labels`/);
    const silence = await story.silence(hour, [{ when }]);
    expect(silence.ok || silence.error.message).toMatch(/^sets\.0\.when .*lables.*did you mean `labels`/);
  });

  it('is refused without an end, and under a name that there is already', async () => {
    const story = given();
    const make = (window: object) =>
      story.operations.createWindow({ ...story.caller(), window: { ...weekly, ...window } });
    const endless = await make({});
    expect(endless.ok || endless.error.message).toBe('until must say when it comes for the last time');
    await make({ until: story.in(day) });
    const twice = await make({ until: story.in(day) });
    expect(twice.ok || twice.error.message).toBe(
      'there is a window weekly already; take another name, or remove it first',
    );
    expect(await story.operations.removeWindow({ ...story.caller(), name: 'weekly' })).toMatchObject({ ok: true });
    expect(story.types()).toEqual(['window.created', 'window.removed']);
  });
});
