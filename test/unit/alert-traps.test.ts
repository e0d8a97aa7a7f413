// Traps of alert handling that concern more than one stage, by their numbers; those of one stage stand with its rules.
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { readMapped } from '../../src/sources/mapping.ts';
import { alertStory as given } from '../support/engine/alert-story.ts';
import { ana, playbook } from '../support/given/given.ts';
import { minute } from '../support/given/incident.ts';
import { principalOf } from '../support/given/principals.ts';

const quick = '  - { id: look, uses: shell.run, with: { command: [/bin/true] } }\n';
const startOf = ({ playbook, inputs }: JsonObject) => ({ playbook, inputs });
const shop = { labels: { service: 'shop' }, service: 'shop' };

describe('trap 5: what is broken in the configuration costs nobody an alert, and is recorded', () => {
  it('a mapping: the alert is told plainly, with what was wrong', () => {
    const read = readMapped({
      source: 'generic',
      integration: 'deploys',
      settings: {},
      mapping: { fingerprint: 'item.id', title: 'item.nothing.here', severity: 'item.level' },
      body: { id: 'deploy-1', level: 'critical' },
      headers: {},
      query: {},
    });
    expect(read).toMatchObject({
      ok: true,
      value: {
        alerts: [
          {
            fingerprint: expect.stringContaining('deploy-1'),
            title: expect.stringMatching(/./),
            severity: 'critical',
            remarks: [expect.stringMatching(/^title: item.nothing.here: .*change mapping.title/)],
          },
        ],
      },
    });
  });

  it('a group, a route, a silence and a trigger: it is told at once, with a remark of each', async () => {
    const story = given(`
groups: [ { name: g, key: alert.labels.team, wait: 0s, pause: 0s } ]
routes: [ { name: r, where: { when: alert.labels.team == "a" }, channel: none } ]
silences:
  - { name: s, sets: [ { when: alert.labels.team == "a" } ], startsAt: 2020-01-01T00:00:00Z, endsAt: 2090-01-01T00:00:00Z, owner: ana, reason: r }
`);
    story.world.publish(playbook(quick, 'triggers: [ { source: "*", when: alert.labels.team == "a" } ]\n'));
    await story.fires('a', shop);
    expect(story.incidents()).toMatchObject([{ status: 'open', title: 'a is down' }]);
    const received = story.events().find(({ type }) => type === 'alert.received');
    const remarks = [/group g/, /route r/, /silence s/].map((pattern) => expect.stringMatching(pattern));
    expect(received?.data).toMatchObject({ alert: { remarks } });
    expect(story.events()).toContainEqual(
      expect.objectContaining({ type: 'note.added', data: expect.objectContaining({ unclearTriggers: ['test'] }) }),
    );
  });
});

it('trap 8: an incident made by correlation starts the same playbook, with the same inputs, as one made by hand', async () => {
  const healing = playbook(
    quick,
    'triggers: [ { source: "*" } ]\ninputs: { service: { type: string, from: alert.service } }\n',
  );
  const begun = async (yaml: string, tell: (story: ReturnType<typeof given>) => Promise<unknown>) => {
    const story = given(yaml);
    story.world.publish(healing);
    await tell(story);
    await story.passes(minute);
    expect(story.incidents()).toHaveLength(1);
    return story.events().flatMap(({ type, data }) => (type === 'run.started' ? [startOf(data)] : []));
  };
  const byHand = await begun('', ({ engine }) =>
    engine.operations.startRun({
      principal: principalOf(ana),
      cause: 'req_1',
      playbook: 'test',
      inputs: { service: 'shop' },
      incidentId: null,
    }),
  );
  expect(byHand).toHaveLength(1);
  const correlated = await begun(
    'groups: [ { name: g, by: [service], wait: 10s, pause: 0s, threshold: { count: 3, within: 5m } } ]',
    async (story) => {
      for (const fingerprint of ['a', 'b', 'c']) await story.fires(fingerprint, shop);
    },
  );
  expect(correlated).toEqual(byHand);
});

describe('trap 13: two problems are two keys', () => {
  it('the end of one leaves the other as it is', async () => {
    const story = given('groups: [ { name: g, by: [service], wait: 0s, pause: 0s } ]');
    await story.fires('a', shop);
    await story.fires('b', { labels: { service: 'cart' }, service: 'cart' });
    await story.resolves('a', shop);
    expect(story.incidents().map(({ groupKey, status }) => [groupKey, status])).toEqual([
      ['g: service="shop"', 'resolved'],
      ['g: service="cart"', 'open'],
    ]);
  });

  it('another severity is the same problem, in groups and without', async () => {
    for (const yaml of ['', 'groups: [ { name: g, wait: 0s, pause: 0s } ]']) {
      const story = given(yaml);
      await story.fires('a', { ...shop, severity: 'warning' });
      await story.fires('a', { ...shop, severity: 'critical' });
      expect(story.incidents()).toMatchObject([{ status: 'open', severity: 1 }]);
      await story.resolves('a', { ...shop, severity: 'critical' });
      expect(story.incidents()).toMatchObject([{ status: 'resolved' }]);
    }
  });
});
