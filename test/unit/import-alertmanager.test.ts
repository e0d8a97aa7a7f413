// An Alertmanager configuration as sections of firebreak.yaml: what is taken over, what is left out by name, and what is refused.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { importAlertmanager } from '../../src/core/alert/import/alertmanager.ts';
import { readAlertmanager } from '../../src/core/alert/import/read-alertmanager.ts';
import { sampleLabels } from '../../src/core/alert/import/sample-labels.ts';
import { route } from '../../src/core/alert/route.ts';
import { groupAlert } from '../../src/core/group/rule.ts';
import { imported } from '../support/alertmanager/our-answer.ts';
import { firingAlert } from '../support/given/firing-alert.ts';

const teams = readFileSync(fileURLToPath(new URL('../fixtures/alertmanager/teams.yml', import.meta.url)), 'utf8');
const read = (yaml: string) => {
  const document = readAlertmanager(yaml);
  if (!document.ok) throw new Error(document.error.join('\n'));
  return importAlertmanager(document.value);
};
const faultsOf = (yaml: string) => {
  const document = readAlertmanager(yaml);
  return document.ok
    ? importAlertmanager(document.value).faults.map(({ at, message }) => `${at}: ${message}`)
    : document.error;
};

describe('the import of an Alertmanager configuration', () => {
  it('takes over routes with their receivers as owners, and their times', () => {
    const { alerts, receivers } = imported(teams);
    const go = (labels: { [name: string]: string }, at = '2026-11-26T09:30:00.000Z') =>
      route(firingAlert(labels), at, alerts);
    expect(go({ severity: 'none', code: '500' })).toMatchObject({ owner: 'null', channel: 'none' });
    expect(go({ service: 'mysql', team: 'payments', env: 'prod', severity: 'critical' }).matched).toEqual([
      'team-db-pager',
      'payments-pager',
    ]);
    expect(go({ team: 'payments', env: 'prod' }, '2026-11-28T09:30:00.000Z').mute).toMatchObject({
      until: '2026-11-30T08:00:00.000Z',
    });
    expect(go({ team: 'payments', env: 'prod', job: 'batch' }, '2026-12-07T22:30:00.000Z').mute?.because).toContain(
      'nights',
    );
    expect(receivers.get('team-db-pager')).toBe('team-DB-pager');
    expect(alerts.inhibition.map(({ equal }) => equal)).toEqual([['alertname', 'cluster'], ['cluster']]);
  });

  it('takes over how alerts are grouped, the first route that fits deciding', () => {
    expect(read(teams).sections.groups.map(({ name, by, key, wait }) => [name, by ?? key, wait])).toEqual([
      ['null', ['alertname', 'cluster'], '45s'],
      ['team-db-pager', 'alert.fingerprint', '45s'],
      ['payments-pager', ['alertname', 'cluster'], '10s'],
      ['payments-2', ['alertname', 'cluster'], '10s'],
      ['payments', ['alertname', 'cluster'], '10s'],
      ['everything', ['alertname', 'cluster'], '45s'],
    ]);
    const alike = 'route: { receiver: a, group_by: [x], routes: [{ match: { b: c } }] }\nreceivers: [{ name: a }]\n';
    expect(read(alike).sections.groups).toEqual([{ name: 'a', by: ['x'], wait: '30s' }]);
    const alone = 'route: { receiver: a, group_wait: "0" }\nreceivers: [{ name: a }]\n';
    expect(read(alone).sections.groups).toEqual([{ name: 'a', key: '"a"', wait: '0s' }]);
  });

  it('groups an alert as Alertmanager would in the first route that it comes to', () => {
    const { alerts } = imported(teams);
    const keyOf = (labels: { [name: string]: string }) =>
      groupAlert(firingAlert(labels), '2026-01-01T00:00:00.000Z', {
        rules: alerts.groups,
        intervals: alerts.intervals,
      });
    const pay = { team: 'payments', env: 'prod', severity: 'critical', alertname: 'Slow', cluster: 'a' };
    expect(keyOf(pay)).toMatchObject({ rule: { name: 'payments-pager', wait: 10_000 }, unclear: [] });
    expect(keyOf({ ...pay, instance: '2' }).key).toBe(keyOf({ ...pay, instance: '1' }).key);
    expect(keyOf({ ...pay, cluster: 'b' }).key).not.toBe(keyOf(pay).key);
    const db = { service: 'mysql', instance: '1' };
    expect(keyOf(db).rule?.name).toBe('team-db-pager');
    expect(keyOf({ ...db, instance: '2' }).key).not.toBe(keyOf(db).key);
  });

  it('names everything that it leaves out, each once', () => {
    expect(read(teams).notes.map(({ at, message }) => `${at}: ${message}`)).toEqual([
      expect.stringMatching(/^route: group_interval is left out/),
      expect.stringMatching(/^route: repeat_interval is left out/),
      expect.stringMatching(/^route\.routes\[4\]: no alert comes to what stands behind route\.routes\[3\]/),
      expect.stringMatching(/^route\.routes\[1\]: an alert that goes on by `continue` is grouped by the first route/),
      expect.stringMatching(/^receivers\[0\]: slack_configs of default-slack \(#alerts\) is left out/),
      expect.stringMatching(/^receivers\[2\]: pagerduty_configs of team-DB-pager is left out: name a role/),
      expect.stringMatching(/^receivers\[3\]: email_configs of payments/),
      expect.stringMatching(/^receivers\[4\]: webhook_configs of payments-pager/),
      expect.stringMatching(/^receivers\[5\]: webhook_configs/),
      expect.stringMatching(/^receivers\[6\]: webhook_configs/),
      expect.stringMatching(/^global: is left out/),
      expect.stringMatching(/^templates: is left out/),
    ]);
    const odd = `
route: { receiver: a, later_setting: 1, routes: [{ receiver: b, match: { x: y } }] }
inhibit_rules: [{ name: down, source_match: { a: b }, target_match: { c: d }, sources: [] }]
receivers: [{ name: a }, { name: b, webhook_configs: [{ url: http://127.0.0.1 }] }]`;
    expect(read(odd).notes.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^later_setting is no setting of a route/),
      expect.stringMatching(/^a tells nobody, but routes below it do/),
      expect.stringMatching(/^sources is no setting of an inhibition rule/),
      expect.stringMatching(/^webhook_configs of b/),
    ]);
    // A route below one that tells nobody must not become silent with it.
    expect(JSON.stringify(read(odd).sections.routes)).not.toContain('none');
  });

  it('keeps numbers and truth values as they are written, because Alertmanager reads them as text', () => {
    const yaml =
      'route: { receiver: a, routes: [{ match: { version: 1.10, on: true, port: 0080 }, continue: yes }] }\nreceivers: [{ name: a }]';
    const [root] = read(yaml).sections.routes;
    expect(root?.routes?.[0]).toMatchObject({
      where: { match: ['version="1.10"', 'on="true"', 'port="0080"'] },
      continue: true,
    });
  });

  it.each([
    ['receivers: []', /^1:1 {2}route: /],
    ['route: { receiver: a, matchers: [a] }', /^route: `a` is no matcher/],
    ['route: { receiver: a, routes: [{ match_re: { a: "(" } }] }', /^route\.routes\[0\]: .*is not an RE2 pattern/],
    ['route: { receiver: [a] }', /^1:10 {2}route\.receiver: /],
    ['route: { receiver: a }\ninhibit_rules: [{ source_matchers: ["a=~*"] }]', /^inhibit_rules\[0\]: /],
    [
      'route: { receiver: a }\ntime_intervals: [{ name: t, time_intervals: [{ weekdays: [fri] }] }]',
      /^time interval t\[0\]: weekdays\.0: must be such as/,
    ],
    ['route: { receiver: a }\ntime_intervals: [{ name: t }]', /^time interval t: is empty/],
    ['route: [', /^1:\d+ {2}/],
  ])('refuses %s', (yaml, fault) => expect(faultsOf(yaml)).toEqual([expect.stringMatching(fault)]));

  it('proves itself with alerts that come to every route', () => {
    const { alerts, receivers } = imported(teams);
    const samples = sampleLabels(alerts.routes, 100);
    const reached = new Set(
      samples.flatMap((labels) => route(firingAlert(labels), '2026-01-01T00:00:00.000Z', alerts).matched),
    );
    // The root itself is reached by none: a route that takes every alert stands in it.
    expect([...receivers.keys()].filter((name) => !reached.has(name))).toEqual(['default-slack']);
    expect(sampleLabels(alerts.routes, 5)).toHaveLength(5);
  });
});
