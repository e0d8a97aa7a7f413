// The alert rules in deploy/prometheus by their text: metrics that exist, a runbook each, tests for each. What they do is held by promtool:
// test/contract/alert-rules.test.ts and test/full/alert-rules.test.ts.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { metricsIn, unknownIn } from '../support/source/queries.ts';
import { alerts, recordings, ruleTests } from '../support/source/rules.ts';

const runbooks = fileURLToPath(new URL('../../docs/runbooks/', import.meta.url));
const recorded = new Set(recordings.map(({ record }) => record));

describe('an alert rule', () => {
  it('names only metrics, labels and recorded shares that exist, and every share is used', () => {
    const unknown = [...alerts, ...recordings].flatMap(({ expr }) => unknownIn(expr, recorded));
    expect(unknown).toEqual([]);
    for (const name of recorded)
      expect(alerts.filter(({ expr }) => expr.includes(`${name} `)).length, name).toBeGreaterThan(0);
  });

  it.each([...new Set(alerts.map(({ alert }) => alert))])(
    '%s has its runbook, with what to look at, what is safe, and when to escalate',
    (name) => {
      for (const { alert, annotations } of alerts)
        if (alert === name) expect(annotations.runbook_url).toBe(`docs/runbooks/${name}.md`);
      const text = readFileSync(`${runbooks}${name}.md`, 'utf8');
      expect(text.startsWith(`# ${name}\n`)).toBe(true);
      const sections = [...text.matchAll(/^## (.+)\n\n(- |```sh)/gm)].map(([, title]) => title);
      expect(sections).toEqual(['Detect', 'Look first', 'Safe to do', 'Verify', 'Prevent', 'Escalate']);
      const named = [...text.matchAll(/`?(firebreak_\w+)/g)].map(([, metric = '']) => metric);
      expect(named.flatMap((metric) => (unknownIn(`${metric}_bucket`).length === 0 ? [] : unknownIn(metric)))).toEqual(
        [],
      );
      for (const [other = ''] of text.matchAll(/Firebreak[A-Z][a-zA-Z]+/g))
        expect(alerts.map(({ alert }) => alert)).toContain(other);
    },
  );

  it('wakes people or makes a ticket, and says which playbook where it is about one', () => {
    for (const { alert, labels, expr } of alerts) {
      expect({ alert, isNone: labels.severity === 'none' }).toEqual({ alert, isNone: alert === 'FirebreakWatchdog' });
      if (/firebreak_(runs_ended|runs_stuck|runs_over_sla|compensations|step_retries|approvals|cost)_?/.test(expr))
        expect(expr).toMatch(/by \((le, )?playbook/);
    }
  });

  it('has a test in which it fires, and one with its metrics in which it does not', () => {
    for (const { alert, labels, expr } of alerts) {
      if (alert === 'FirebreakWatchdog') continue;
      const words = [`alertname="${alert}"`, ...Object.entries(labels).map(([label, value]) => `${label}="${value}"`)];
      const isIn = (firing: readonly string[]) => firing.some((one) => words.every((word) => one.includes(word)));
      const named = metricsIn(expr);
      const base = /firebreak:(\w+):/.exec(expr)?.[1];
      const about = ruleTests.filter(
        ({ metrics }) => base !== undefined || named.length === 0 || named.some((name) => metrics.includes(name)),
      );
      expect({ words, fires: about.some(({ firing }) => firing.some(isIn)) }).toEqual({ words, fires: true });
      expect({ words, isQuiet: about.some(({ firing }) => firing.some((one) => !isIn(one))) }).toEqual({
        words,
        isQuiet: true,
      });
    }
  });
});

it('each runbook belongs to an alert', () => {
  const names = new Set(alerts.map(({ alert }) => `${alert}.md`));
  expect(
    readdirSync(runbooks)
      .filter((file) => file !== 'README.md')
      .sort(),
  ).toEqual([...names].sort());
});
