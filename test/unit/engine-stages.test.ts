// The six stages on a whole engine in memory: groups, routes, silences, windows and inhibition from configuration to incident and run.
import { describe, expect, it } from 'vitest';
import { addMs } from '../../src/core/time.ts';
import { alertStory as given } from '../support/engine/alert-story.ts';
import { playbook, start } from '../support/given/given.ts';
import { minute } from '../support/given/incident.ts';

const quick = '  - { id: look, uses: shell.run, with: { command: [/bin/true] } }\n';
const checkout = { labels: { service: 'checkout' }, service: 'checkout' };

describe('grouping', () => {
  const yaml = `
groups:
  - name: by-service
    where: { match: service=~".+" }
    by: [service]
    wait: 30s
`;

  it('puts alerts of one service into one incident after the wait', async () => {
    const story = given(yaml);
    await story.fires('a', checkout);
    await story.fires('b', checkout);
    expect(story.incidents()).toEqual([]);
    await story.passes(minute);
    const [incident] = story.incidents();
    expect(Object.keys(incident?.alerts ?? {})).toEqual(['a', 'b']);
    expect(incident?.groupKey).toBe('by-service: service="checkout"');
    await story.resolves('a', checkout);
    await story.resolves('b', checkout);
    expect(story.incidents()[0]?.status).toBe('resolved');
  });

  it('leaves alerts that no entry takes as they were: at once, and without a group', async () => {
    const story = given(yaml);
    await story.fires('a');
    expect(story.incidents()).toHaveLength(1);
    expect(story.groups()).toEqual([]);
  });

  it('settles before the incident is over, and does not end when it fires again meanwhile', async () => {
    const story = given(`
groups:
  - { name: all, wait: 0s, pause: 0s, flapping: off, resolve: { on: all, settle: 5m } }
`);
    await story.fires('a');
    await story.resolves('a');
    expect(story.incidents()[0]?.status).toBe('open');
    await story.passes(2 * minute);
    await story.fires('a');
    await story.passes(10 * minute);
    expect(story.incidents()[0]?.status).toBe('open');
    await story.resolves('a');
    await story.passes(6 * minute);
    expect(story.incidents()[0]?.status).toBe('resolved');
  });

  it('gives what begins after the window an incident of its own', async () => {
    const story = given(`
groups:
  - { name: all, by: [service], wait: 0s, pause: 0s, window: { rolling: 10m, cap: 24h } }
`);
    await story.fires('a', checkout);
    await story.passes(11 * minute);
    await story.fires('b', checkout);
    expect(story.incidents().map(({ groupKey, status }) => [groupKey, status])).toEqual([
      ['all: service="checkout"', 'open'],
      ['all: service="checkout" (2)', 'open'],
    ]);
    await story.resolves('a', checkout);
    await story.resolves('b', checkout);
    expect(story.incidents().map(({ status }) => status)).toEqual(['resolved', 'resolved']);
  });
});

describe('routes', () => {
  it('say who owns an incident, how loud it is and what it starts', async () => {
    const story = given(`
routes:
  - name: payments
    where: { service: checkout }
    owner: team-payments
    channel: thread
    escalation: ["@payments"]
    playbooks: [test]
  - name: rest
`);
    story.world.publish(playbook(quick));
    await story.fires('a', checkout);
    expect(story.incidents()[0]?.handling).toEqual({
      routes: ['payments'],
      owner: 'team-payments',
      channel: 'thread',
      escalation: ['@payments'],
    });
    expect(story.runs()).toHaveLength(1);
    await story.fires('b');
    expect(story.incidents()[1]?.handling).toEqual({ routes: ['rest'] });
    expect(story.runs()).toHaveLength(1);
  });
});

describe('silences', () => {
  const yaml = `
silences:
  - name: deploy
    sets: [ { service: checkout } ]
    startsAt: "${addMs(start, -minute)}"
    endsAt: "${addMs(start, 10 * minute)}"
    owner: ana
    reason: deploy of checkout
`;

  it('hold what fires, count it, and let it go when they are over, with the reason', async () => {
    const story = given(yaml);
    await story.fires('a', checkout);
    await story.fires('a', checkout);
    await story.passes(5 * minute);
    expect(story.incidents()).toEqual([]);
    expect(story.groups()[0]?.suppressed).toEqual({ silence: 2 });
    await story.passes(6 * minute);
    expect(story.incidents()).toHaveLength(1);
    expect(story.events().find(({ type }) => type === 'alert.received')?.data).toMatchObject({
      because: 'the silence deploy is over, and it still fires',
    });
  });

  it('do not hold what is no longer there to be told', async () => {
    const story = given(yaml);
    await story.fires('a', checkout);
    await story.resolves('a', checkout);
    await story.passes(20 * minute);
    expect(story.incidents()).toEqual([]);
  });
});

describe('windows', () => {
  const yaml = (mode: string) => `
windows:
  - name: weekly
    where: { service: checkout }
    startsAt: "${addMs(start, -minute)}"
    endsAt: "${addMs(start, 10 * minute)}"
    owner: ana
    reason: database move
    mode: ${mode}
`;

  it('trap 9: twenty repeats inside, still firing at the end: one run; resolved inside: none', async () => {
    for (const mode of ['quiet', 'consolidate']) {
      const story = given(yaml(mode));
      story.world.publish(playbook(quick, 'triggers: [ { source: "*" } ]\n'));
      for (let n = 0; n < 20; n++) {
        await story.fires('a', checkout);
        await story.fires('b', checkout);
        await story.passes(10_000);
      }
      await story.resolves('b', checkout);
      expect(story.runs()).toHaveLength(0);
      await story.passes(20 * minute);
      expect(story.runs()).toHaveLength(1);
      expect(story.events().findLast(({ type }) => type === 'run.started')?.data).toMatchObject({
        alert: { fingerprint: 'a' },
      });
    }
  });

  it('consolidate: all that fires is in one incident, whatever group it is of', async () => {
    const story = given(yaml('consolidate'));
    await story.fires('a', checkout);
    await story.fires('b', checkout);
    expect(story.incidents()).toHaveLength(1);
    expect(Object.keys(story.incidents()[0]?.alerts ?? {})).toEqual(['a', 'b']);
    await story.resolves('a', checkout);
    await story.resolves('b', checkout);
    await story.passes(20 * minute);
    expect(story.incidents().map(({ status }) => status)).toEqual(['resolved']);
  });

  it('the end passes that comes after the window and before anything was done about it', async () => {
    const story = given(yaml('consolidate'));
    await story.fires('a', checkout);
    story.world.ms += 11 * minute;
    await story.resolves('a', checkout);
    await story.passes(20 * minute);
    expect(story.incidents().map(({ status }) => status)).toEqual(['resolved']);
    expect(story.runs()).toEqual([]);
  });
});

describe('inhibition', () => {
  const yaml = `
inhibition:
  - { name: cluster-down, source: { match: alertname="ClusterDown" }, target: { severity: warning }, equal: [cluster] }
`;
  const down = { severity: 'critical' as const, labels: { alertname: 'ClusterDown', cluster: 'eu' } };
  const slow = { severity: 'warning' as const, labels: { alertname: 'Slow', cluster: 'eu' } };

  it('keeps an alert quiet while another fires, and tells of it when that is over', async () => {
    const story = given(yaml);
    await story.fires('down', down);
    await story.fires('slow', slow);
    expect(story.incidents()).toHaveLength(1);
    await story.resolves('down', down);
    await story.passes(minute);
    expect(story.incidents().map(({ title }) => title)).toEqual(['down is down', 'slow is down']);
  });

  it('trap 2: the end of what was told passes', async () => {
    const story = given(yaml);
    await story.fires('slow', slow);
    await story.fires('down', down);
    await story.fires('slow', slow);
    await story.resolves('slow', slow);
    expect(story.incidents().map(({ status }) => status)).toEqual(['resolved', 'open']);
  });
});

describe('a group whose alerts two incidents know', () => {
  it('trap 4: each incident is told of its own, also where both are let go at once', async () => {
    const [from, to] = [addMs(start, 15 * minute), addMs(start, 28 * minute)];
    const story = given(`
windows:
  - { name: w, where: { service: checkout }, startsAt: "${from}", endsAt: "${to}", mode: quiet, owner: ana, reason: r }
groups: [ { name: g, by: [service], wait: 30s, pause: 1m, flapping: { start: 4, stop: 1, within: 15m } } ]
`);
    await story.fires('a', checkout);
    await story.fires('b', checkout);
    await story.resolves('b', checkout);
    await story.passes(13 * minute);
    // Its window is over: what begins has an incident of its own, and flaps when it ends.
    await story.fires('b', checkout);
    await story.passes(90_000);
    await story.resolves('b', checkout);
    expect(story.incidents().map(({ alerts }) => Object.keys(alerts))).toEqual([['a'], ['b']]);
    await story.passes(40 * minute);
    expect(story.incidents().map(({ status }) => status)).toEqual(['open', 'resolved']);
  });
});

describe('an end without a begin', () => {
  it('trap 15: opens nothing, is remembered, and its late begin opens nothing', async () => {
    const story = given('');
    const startsAt = addMs(start, -minute);
    await story.resolves('a', { startsAt, endsAt: start });
    expect(story.groups()).toHaveLength(1);
    await story.fires('a', { startsAt });
    expect(story.incidents()).toEqual([]);
    await story.passes(minute);
    await story.fires('a');
    expect(story.incidents()).toHaveLength(1);
  });
});
