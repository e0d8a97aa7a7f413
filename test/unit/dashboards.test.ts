// The dashboards in deploy/grafana: what their builders write, and nothing that has no metric. That no panel is empty is held on a real
// Prometheus by test/contract/monitored-day.test.ts.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { files } from '../../scripts/dashboards/files.ts';
import { type BoardFile, panelsOf } from '../support/source/boards.ts';
import { unknownIn } from '../support/source/queries.ts';

const folder = fileURLToPath(new URL('../../deploy/grafana/dashboards', import.meta.url));

it('the folder of dashboards has what `npm run dashboards` writes, and nothing else', () => {
  expect(readdirSync(folder).sort()).toEqual([...files.keys()].sort());
});

describe.each([...files])('%s', (name, text) => {
  const board = JSON.parse(text) as BoardFile;
  const panels = panelsOf(board);

  it('is what `npm run dashboards` writes', () => {
    expect(readFileSync(`${folder}/${name}`, 'utf8')).toBe(text);
  });

  it('asks for metrics and labels that exist, and for nothing else', () => {
    expect(panels.length).toBeGreaterThan(10);
    expect(
      panels.flatMap(({ title, queries }) =>
        queries.flatMap((query) => unknownIn(query).map((what) => `${title}: ${what}`)),
      ),
    ).toEqual([]);
  });

  it('asks the Prometheus that is chosen, and has every variable that it uses', () => {
    const known = new Set(board.templating.list.map((variable) => variable.name));
    const builtIn = ['__rate_interval', '__data', '__all'];
    const used = [...text.matchAll(/\$\{?(\w+)/g)].map(([, variable = '']) => variable);
    expect([...new Set(used)].filter((variable) => !known.has(variable) && !builtIn.includes(variable))).toEqual([]);
    for (const panel of board.panels)
      if (panel.targets !== undefined) expect(panel.datasource).toEqual({ type: 'prometheus', uid: '${datasource}' });
  });

  it('says of each panel what it shows, and gives each a number of its own', () => {
    for (const { title, description } of panels) expect(`${title}: ${description}`).toMatch(/: \S.+\.$/);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });
});

describe('a query', () => {
  it('that names what is not there is seen', () => {
    expect(
      unknownIn('sum by (playbook, color) (rate(firebreak_runs_ended_total{pool="x",outcome="failed"}[1h]))'),
    ).toEqual(['firebreak_runs_ended_total{pool}', 'by (color)']);
    expect(
      unknownIn('rate(firebreak_run_duration_seconds[1h]) / firebreak_gone_total / firebreak:gone:ratio1h'),
    ).toEqual(['firebreak:gone:ratio1h', 'firebreak_run_duration_seconds', 'firebreak_gone_total']);
  });
});
