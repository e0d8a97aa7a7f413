// What becomes of an alert, in sentences: every kind of sentence of the six stages, held against what really happens to it in the same engine.
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/core/alert/alert.ts';
import type { ExplainedStage } from '../../src/core/alert/explained.ts';
import { systemPrincipal } from '../../src/core/authority/principal.ts';
import { addMs } from '../../src/core/time.ts';
import { alertStory } from '../support/engine/alert-story.ts';
import { playbook, start } from '../support/given/given.ts';
import { anAlert, minute } from '../support/given/incident.ts';

type Story = ReturnType<typeof alertStory>;
type Asked = Omit<Parameters<Story['engine']['operations']['explainAlert']>[0], 'principal'>;
type Stage = ExplainedStage['stage'];

async function ask(story: Story, asked: Asked) {
  const explained = await story.engine.operations.explainAlert({ principal: systemPrincipal, ...asked });
  if (!explained.ok) throw new Error(explained.error.message);
  return explained.value;
}
/** The stages by name. */
async function explained(story: Story, asked: Asked) {
  const { stages } = await ask(story, asked);
  return Object.fromEntries(stages.map((stage) => [stage.stage, stage])) as { [S in Stage]: ExplainedStage };
}
const alertOf = (fingerprint: string, change: Partial<Alert> = {}): Alert =>
  anAlert(fingerprint, { groupKey: fingerprint, startsAt: null, ...change });

describe('dedupe', () => {
  it('tells a begin, a repetition, an end, and the end of what nobody knows apart, with the incident that knows it', async () => {
    const story = alertStory('');
    expect((await explained(story, { alert: alertOf('a') })).dedupe).toEqual({
      stage: 'dedupe',
      outcome: 'a new episode',
      because: ['its fingerprint is a', 'no incident and no group knows it'],
    });
    expect((await explained(story, { alert: alertOf('a', { status: 'resolved' }) })).dedupe.outcome).toBe(
      'the end of something that is not known to fire',
    );
    await story.fires('a');
    await story.fires('a');
    const again = await explained(story, { alert: alertOf('a') });
    expect(again.dedupe).toMatchObject({
      outcome: 'a repetition: it fires already',
      because: [expect.anything(), `incident #1 (open) knows it as firing since ${start}, after 2 notifications`],
    });
    expect(again.act).toEqual({ stage: 'act', outcome: 'counted in incident #1, which people know', because: [] });
    const end = await explained(story, { alert: alertOf('a', { status: 'resolved' }) });
    expect([end.dedupe.outcome, end.act.outcome]).toEqual(['the end of what fires', 'its end goes to incident #1']);
  });

  it('says that what began before an episode that has ended comes too late', async () => {
    const story = alertStory('');
    await story.fires('a');
    await story.resolves('a');
    const late = await explained(story, { alert: alertOf('a', { startsAt: addMs(start, -minute) }) });
    expect([late.dedupe.outcome, late.act.outcome]).toEqual([
      'too late: it began before an episode that has ended',
      'ignored: it is over already',
    ]);
    const anew = await explained(story, { alert: alertOf('a', { startsAt: addMs(start, minute) }) });
    expect(anew.dedupe.because[1]).toBe(
      `incident #1 (resolved) knows it as resolved since ${start}, after one notification`,
    );
    expect(anew.act.outcome).toBe('opens again incident #1');
  });
});

describe('enrich', () => {
  it('says how much each rule added and why, and that there is none', async () => {
    const story = alertStory('', () => ({
      enrich: async (alert) => ({ alert, steps: [{ rule: 'cmdb', added: 1, because: ['team = "a"'] }] }),
    }));
    expect((await explained(story, { alert: alertOf('a') })).enrich).toEqual({
      stage: 'enrich',
      outcome: '1 value(s) were added',
      because: ['cmdb: team = "a"'],
    });
    expect((await explained(alertStory(''), { alert: alertOf('a') })).enrich.outcome).toBe(
      'there is no entry under `enrichment:`',
    );
  });
});

describe('group', () => {
  const yaml = `
groups:
  - { name: payments, where: { service: payments } }
  - { name: by-service, where: { match: service=~".+" }, by: [service], wait: 30s, threshold: { count: 3, within: 5m } }
`;
  it('says which entry takes it, which do not and why, and how long it waits', async () => {
    const alert = alertOf('a', { severity: 'warning', labels: { service: 'shop' }, service: 'shop' });
    const { group, act } = await explained(alertStory(yaml), { alert });
    expect(group).toEqual({
      stage: 'group',
      outcome: 'by-service: service="shop"',
      because: [
        'the group payments does not take it: the service is "shop"; wanted is payments',
        'the group by-service takes it: the label service is "shop", which fits service=~".+"',
        'it waits 30s for others',
        'because it is warning it has to fire for 2m first',
        'alerts join within 10m of the last one, and 1d of the first',
        '3 alerts have to fire within 5m',
      ],
    });
    expect(act.outcome).toBe('opens an incident when its group lets it go');
  });

  it('says that it acts at once where no entry takes it, or there is none', async () => {
    expect((await explained(alertStory(yaml), { alert: alertOf('a') })).group.because.at(-1)).toBe(
      'no entry under `groups:` takes it, so it acts at once',
    );
    const none = await explained(alertStory(''), { alert: alertOf('a') });
    expect(none.group).toMatchObject({
      outcome: 'a',
      because: ['there is no entry under `groups:`, so it acts at once'],
    });
    expect(none.act.outcome).toBe('opens an incident');
  });

  it('says what holds an alert that waits, and that one more of it is a repetition', async () => {
    const story = alertStory('groups: [ { name: all, by: [service], wait: 30s } ]');
    await story.fires('a');
    const held = await explained(story, { fingerprint: 'a' });
    expect(held.dedupe).toMatchObject({
      outcome: 'a repetition of what its group holds',
      because: ['its fingerprint is a', `its group holds it since ${start}, after one notification`],
    });
    expect(held.act.outcome).toBe(
      `its group holds it (the wait all, until ${addMs(start, minute / 2)}); then it opens an incident`,
    );
    const end = await explained(story, { alert: alertOf('a', { status: 'resolved' }) });
    expect([end.dedupe.outcome, end.act.outcome]).toEqual([
      'the end of what its group holds',
      'nobody was told of a begin, so nobody is told of an end',
    ]);
  });

  it('finds the incident of its group, where another alert of it is', async () => {
    const story = alertStory('groups: [ { name: all, by: [service], wait: 0s } ]');
    await story.fires('a', { service: 'shop' });
    const other = await explained(story, { alert: alertOf('b', { service: 'shop' }) });
    expect(other.act.outcome).toBe('joins incident #1');
  });
});

describe('route', () => {
  it('says which routes match and which do not, with owner, loudness and escalation', async () => {
    const story = alertStory(`
routes:
  - { name: db, where: { service: db } }
  - name: shop
    where: { service: shop }
    owner: team-shop
    channel: { error: line }
    escalation: ["@shop"]
    routes: [ { name: night, where: { when: "alert.labels.tier == '1'" } } ]
`);
    const { route } = await explained(story, { alert: alertOf('a', { service: 'shop' }) });
    expect(route).toEqual({
      stage: 'route',
      outcome: 'shop; owner team-shop; told by a line in the announce channel; escalated to @shop',
      because: [
        'the route db does not match: the service is "shop"; wanted is db',
        'the route shop matches: the service is "shop", which is wanted',
        expect.stringMatching(/^ {2}the route night could not be evaluated, so it is passed over: /),
      ],
    });
    expect((await explained(story, { alert: alertOf('a') })).route.outcome).toBe(
      'no route takes it; the defaults hold',
    );
    expect((await explained(alertStory(''), { alert: alertOf('a') })).route.because).toEqual([
      'there is no entry under `routes:`',
    ]);
  });
});

describe('suppress', () => {
  const until = addMs(start, 10 * minute);
  const yaml = `
silences:
  - { name: deploy, sets: [ { service: shop }, { service: db } ], startsAt: "${start}", endsAt: "${until}", owner: ana, reason: a deploy }
windows:
  - { name: nightly, where: { service: batch }, mode: quiet, owner: ops, reason: backups,
      during: { times: [ { start: "02:00", end: "04:00" } ] } }
  - { name: move, where: { service: web }, owner: bo, reason: a move, startsAt: "${start}", endsAt: "${until}" }
`;
  const shop = alertOf('a', { service: 'shop' });

  it('names the silence that holds, its owner, its reason and its end, and the sets that do not (trap 12)', async () => {
    const { suppress, act } = await explained(alertStory(yaml), { alert: shop });
    expect(suppress.outcome).toBe(`held by the silence deploy, owned by ana, until ${until}: a deploy`);
    expect(suppress.because.slice(0, 2)).toEqual([
      `the silence deploy of ana (until ${until}, a deploy) holds: the service is "shop", which is wanted`,
      `the silence deploy of ana (until ${until}, a deploy) does not hold: the service is "shop"; wanted is db`,
    ]);
    expect(act.outcome).toBe('kept, counted and told to nobody; when nothing holds it any more it opens an incident');
  });

  it('answers for an instant in the past and in the future', async () => {
    const story = alertStory(yaml);
    const before = await explained(story, { alert: shop, at: addMs(start, -minute) });
    expect(before.suppress).toMatchObject({
      outcome: 'nothing holds it',
      because: expect.arrayContaining([`the silence deploy of ana begins at ${start} only`]),
    });
    const after = await explained(story, { alert: shop, at: until });
    expect(after.suppress.because).toContain(`the silence deploy of ana ended at ${until}`);
    const { at, knownAt } = await ask(story, { alert: shop, at: until });
    expect([at, knownAt]).toEqual([until, start]);
  });

  it('names the occurrence of a window, and the next one where it is not open', async () => {
    const story = alertStory(yaml);
    const batch = alertOf('b', { service: 'batch' });
    const day = start.slice(0, 10);
    const open = await explained(story, { alert: batch, at: `${day}T03:00:00.000Z` });
    const hours = `from ${day}T02:00:00.000Z until ${day}T04:00:00.000Z`;
    expect(open.suppress.because).toContain(
      `the window nightly of ops (quiet, ${hours}, backups) holds: the service is "batch", which is wanted`,
    );
    const early = await explained(story, { alert: batch, at: `${day}T01:00:00.000Z` });
    expect(early.suppress.because).toContain(
      `the window nightly of ops is not open at ${day}T01:00:00.000Z; it is open next ${hours}`,
    );
    const late = await explained(story, { alert: batch, at: until });
    expect(late.suppress.because).toContain(`the window move of bo is not open at ${until}; it does not come again`);
  });

  it('says that one incident of a window takes all that comes in it, and that no playbook starts before its end', async () => {
    const { group, suppress, act } = await explained(
      alertStory(`groups: [ { name: all, by: [] } ]\n${yaml.trimStart()}`),
      {
        alert: alertOf('w', { service: 'web' }),
      },
    );
    expect(group.outcome).toBe(`window move of ${start}`);
    expect(group.because.at(-1)).toBe('move consolidates, so all that comes in it is one group');
    expect(suppress.outcome).toContain('; the one incident of the window takes it meanwhile');
    expect(act.outcome).toBe('opens an incident, and starts no playbook before the window is over');
  });

  it('names the inhibition that holds and the alert that fires, and the route that is mute and until when', async () => {
    const story = alertStory(`
inhibition: [ { name: cluster-down, source: { match: kind="cluster" }, target: { match: kind="pod" }, equal: [cluster] } ]
routes: [ { name: day, where: { service: web }, activeDuring: [never] } ]
intervals: { never: { years: ["1999"] } }
`);
    await story.fires('c', { title: 'cluster is down', labels: { kind: 'cluster', cluster: 'x' } });
    const pod = await explained(story, { alert: alertOf('p', { labels: { kind: 'pod', cluster: 'x' } }) });
    expect(pod.suppress.because).toEqual([
      'the inhibition cluster-down holds: "cluster is down" fires; cluster is "x" in both',
    ]);
    const web = await explained(story, { alert: alertOf('w', { service: 'web' }) });
    expect(web.suppress.because).toEqual(['the route day holds: the route is active during never only']);
  });

  it('says that an end passes, and that there is nothing where nothing is configured', async () => {
    const story = alertStory(yaml);
    const end = await explained(story, { alert: { ...shop, status: 'resolved' } });
    expect(end.suppress.outcome).toMatch(/^an end passes through the silence deploy/);
    expect((await explained(alertStory(''), { alert: shop })).suppress.because).toEqual([
      'there is no silence, no window and no inhibition',
    ]);
  });
});

describe('act', () => {
  const quick = '  - { id: look, uses: shell.run, with: { command: [/bin/true] } }\n';

  const because = async (yaml: string, rest: string) => {
    const story = alertStory(yaml);
    story.world.publish(playbook(quick, rest));
    return (await explained(story, { alert: alertOf('a') })).act.because;
  };

  it('names the playbooks that start by a trigger or a route, those that cannot be asked and those that are not there', async () => {
    expect(await because('', 'triggers: [ { source: alertmanager } ]\n')).toEqual([
      'the playbook test starts: a trigger fits',
    ]);
    expect(await because('routes: [ { name: all, playbooks: [test, gone] } ]', '')).toEqual([
      'its route starts the playbook gone, which is not there',
      'the playbook test starts: its route says so',
    ]);
    expect(
      await because('routes: [ { name: all, playbooks: { only: [gone] } } ]', 'triggers: [ { source: "*" } ]\n'),
    ).toEqual([
      'its route starts the playbook gone, which is not there',
      'triggers are not asked: its route names the playbooks',
    ]);
    expect(await because('', `triggers: [ { source: "*", when: "alert.labels.tier == '1'" } ]\n`)).toEqual([
      expect.stringMatching(/^the playbook test does not start, its trigger could not be evaluated: /),
    ]);
  });

  it('says that none starts', async () => {
    expect((await explained(alertStory(''), { alert: alertOf('a') })).act.because).toEqual([
      'no playbook starts for it',
    ]);
  });
});

describe('an alert by its fingerprint', () => {
  it('is found although its incident has ended, and where only a delivery speaks of it', async () => {
    const story = alertStory('');
    await story.fires('a');
    await story.resolves('a');
    const [incident] = story.incidents();
    expect(incident?.status).toBe('resolved');
    expect((await ask(story, { fingerprint: 'a' })).alert).toMatchObject({ fingerprint: 'a', status: 'resolved' });
    story.accept('waiting');
    expect((await explained(story, { fingerprint: 'waiting' })).dedupe.outcome).toBe('a new episode');
  });

  it('is refused where nothing knows it', async () => {
    const story = alertStory('');
    const none = await story.engine.operations.explainAlert({ principal: systemPrincipal, fingerprint: 'x' });
    expect(none).toEqual({
      ok: false,
      error: { code: 'not_found', message: 'no alert with the fingerprint x is known here' },
    });
  });
});
