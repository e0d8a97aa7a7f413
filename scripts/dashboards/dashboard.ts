// What the three dashboards have in common: variables, links between them, and how they become a file.
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  DashboardBuilder,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  type Panel,
  QueryVariableBuilder,
  RowBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { datasource } from './panels.ts';
import type { Choice } from './select.ts';

/** Rows of panels under a headline. */
type Row = readonly [title: string, panels: readonly Builder<Panel>[]];

/** A dashboard. `from`: as far back as it shows at first. `run`: whether it has a field for the id of a run. */
export type Board = {
  readonly uid: string;
  readonly title: string;
  readonly about: string;
  readonly from: string;
  readonly refresh: string;
  readonly choices: readonly Choice[];
  readonly rows: readonly Row[];
  readonly run?: true;
};

/** Which metric knows the values of a choice, and what the choice is called. */
const known: { readonly [C in Choice]: readonly [metric: string, label: string] } = {
  job: ['firebreak_database_answered', 'Environment (job)'],
  playbook: ['firebreak_playbook_info', 'Playbook'],
  class: ['firebreak_playbook_info', 'Class'],
  source: ['firebreak_deliveries_total', 'Source'],
  pool: ['firebreak_worker_slots', 'Pool'],
  severity: ['firebreak_incidents_opened_total', 'Severity'],
  action: ['firebreak_step_duration_seconds_count', 'Dependency (action)'],
};

const choice = (name: Choice) =>
  new QueryVariableBuilder(name)
    .label(known[name][1])
    .datasource(datasource)
    .query(`label_values(${known[name][0]}, ${name})`)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    // What has no such value, as what belongs to no pool, is in "all".
    .allValue('.*')
    .current({ text: ['All'], value: ['$__all'] });

const field = (name: string, label: string, value: string) =>
  new TextBoxVariableBuilder(name).label(label).defaultValue(value).current({ text: value, value });

/** The text of its file. The same board always gives the same text. */
export function boardFile(board: Board): string {
  const builder = new DashboardBuilder(board.title)
    .uid(board.uid)
    .description(board.about)
    .tags(['firebreak'])
    .time({ from: board.from, to: 'now' })
    .refresh(board.refresh)
    .readonly()
    .variables([
      new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'),
      ...board.choices.map(choice),
      field('firebreak', 'Page of Firebreak', 'http://127.0.0.1:3000'),
      field('runbooks', 'Runbooks', 'https://docs.example.com/firebreak/runbooks'),
      ...(board.run ? [field('run', 'Run', '')] : []),
    ])
    .link(
      new DashboardLinkBuilder('Dashboards of Firebreak')
        .type(DashboardLinkType.Dashboards)
        .tags(['firebreak'])
        .keepTime(true)
        .includeVars(true),
    )
    .link(new DashboardLinkBuilder('Firebreak').type(DashboardLinkType.Link).url('$firebreak').targetBlank(true));
  let id = 0;
  for (const [title, panels] of board.rows) {
    builder.withRow(new RowBuilder(title));
    for (const panel of panels) builder.withPanel(numbered(panel, ++id));
  }
  return `${JSON.stringify(builder.build(), null, 2)}\n`;
}

/** A panel with a number of its own, by which links name it. */
const numbered = (panel: Builder<Panel>, id: number): Builder<Panel> => ({ build: () => ({ ...panel.build(), id }) });
