// The kinds of panels, made with Grafana's typed builders: one number, lines, a table of what there is now, a heat map, links.
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  BigValueColorMode,
  BigValueTextMode,
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
  StackingMode,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  DashboardLinkBuilder,
  DashboardLinkType,
  type Panel,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as HeatmapBuilder } from '@grafana/grafana-foundation-sdk/heatmap';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TextBuilder } from '@grafana/grafana-foundation-sdk/text';
import { PanelBuilder as SeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

/** Where its numbers come from: whichever Prometheus is chosen. */
export const datasource = { type: 'prometheus', uid: '${datasource}' } as const;

/** A query and what its series are called, with labels in double braces. */
type Query = readonly [expression: string, legend: string];

/** What every panel has. `width`: of 24. `unit`: as Grafana calls it. */
type Shown = {
  readonly title: string;
  readonly about: string;
  readonly queries: readonly Query[];
  readonly unit?: 's' | 'percentunit' | 'short' | 'reqps' | 'bytes' | 'bool_on_off' | 'none';
  readonly width?: number;
  readonly height?: number;
};

/** From which value on what is shown is bad; or below which one it is. */
type Limit = { readonly badFrom?: number; readonly badBelow?: number };

/** A link of a row or a series to a page of Firebreak, or to a runbook. */
export type Link = { readonly title: string; readonly url: string };

const letters = 'ABCDEFGH';

function targets(queries: readonly Query[], asked: 'range' | 'instant' | 'table' | 'heatmap'): DataqueryBuilder[] {
  return queries.map(([expression, legend], n) => {
    const query = new DataqueryBuilder().expr(expression).legendFormat(legend).refId(letters.charAt(n));
    switch (asked) {
      case 'range':
        return query.range();
      case 'instant':
        return query.instant();
      case 'table':
        return query.instant().format(PromQueryFormat.Table);
      case 'heatmap':
        return query.range().format(PromQueryFormat.Heatmap);
    }
  });
}

function thresholds({ badFrom, badBelow }: Limit): ThresholdsConfigBuilder {
  // The first has no value: it is what counts below every other. The type of the library leaves no null here.
  const steps =
    badBelow === undefined
      ? [{ value: null, color: 'green' }, ...(badFrom === undefined ? [] : [{ value: badFrom, color: 'red' }])]
      : [
          { value: null, color: 'red' },
          { value: badBelow, color: 'green' },
        ];
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
}

const linked = ({ title, url }: Link) =>
  new DashboardLinkBuilder(title).type(DashboardLinkType.Link).url(url).targetBlank(true);

/** One number for each series, as it is now. */
export function number(shown: Shown & Limit): Builder<Panel> {
  return new StatBuilder()
    .title(shown.title)
    .description(shown.about)
    .datasource(datasource)
    .targets(targets(shown.queries, 'instant'))
    .unit(shown.unit ?? 'short')
    .thresholds(thresholds(shown))
    .colorMode(BigValueColorMode.Value)
    .textMode(BigValueTextMode.Auto)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false))
    .span(shown.width ?? 6)
    .height(shown.height ?? 5);
}

/** Lines over the time that is shown; or bars, one on the other. `exemplars`: with runs that fell into them, to click on. */
export function series(
  shown: Shown & { readonly bars?: true; readonly exemplars?: true; readonly step?: string; readonly back?: string },
): Builder<Panel> {
  const queries = targets(shown.queries, 'range');
  if (shown.exemplars) for (const query of queries) query.exemplar(true);
  const panel = new SeriesBuilder()
    .title(shown.title)
    .description(shown.about)
    .datasource(datasource)
    .targets(queries)
    .unit(shown.unit ?? 'short')
    .min(0)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
    .span(shown.width ?? 8)
    .height(shown.height ?? 8);
  if (shown.bars)
    panel
      .drawStyle(GraphDrawStyle.Bars)
      .fillOpacity(60)
      .stacking(new StackingConfigBuilder().mode(StackingMode.Normal));
  if (shown.step !== undefined) panel.interval(shown.step);
  if (shown.back !== undefined) panel.timeFrom(shown.back);
  return panel;
}

/** What there is now, a row for each. */
export function table(shown: Shown & { readonly links?: readonly Link[] }): Builder<Panel> {
  return new TableBuilder()
    .title(shown.title)
    .description(shown.about)
    .datasource(datasource)
    .targets(targets(shown.queries, 'table'))
    .unit(shown.unit ?? 'short')
    .noValue('none')
    .withTransformation({ id: 'organize', options: { excludeByName: { Time: true } } })
    .dataLinks((shown.links ?? []).map(linked))
    .span(shown.width ?? 8)
    .height(shown.height ?? 8);
}

/** How many of what took how long, as colours. The queries are of buckets. */
export function heatmap(shown: Shown): Builder<Panel> {
  return new HeatmapBuilder()
    .title(shown.title)
    .description(shown.about)
    .datasource(datasource)
    .targets(targets(shown.queries, 'heatmap'))
    .span(shown.width ?? 12)
    .height(shown.height ?? 9);
}

/** Where to read on: what no metric can say. */
export function links(title: string, lines: readonly string[], width = 24): Builder<Panel> {
  return new TextBuilder()
    .title(title)
    .content(lines.map((line) => `- ${line}`).join('\n'))
    .span(width)
    .height(5);
}
