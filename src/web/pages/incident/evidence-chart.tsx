// A chart that was kept as evidence, drawn by uPlot in the colours of the theme. Loaded when the first one is opened.
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useTheme, useZone } from '../../data/preferences.ts';
import { cx } from '../../kit/tone.ts';
import { type ChartColumns, chartWords } from '../../model/chart.ts';
import { clockText } from '../../model/time.ts';

const lines = [
  ['var(--color-blue)', 'bg-blue'],
  ['var(--color-red)', 'bg-red'],
  ['var(--color-green)', 'bg-green'],
  ['var(--color-violet)', 'bg-violet'],
  ['var(--color-amber)', 'bg-amber'],
  ['var(--color-accent)', 'bg-accent'],
  ['var(--color-muted)', 'bg-muted'],
  ['var(--color-ink)', 'bg-ink'],
] as const;

const heightPx = 240;

/** A colour of the theme as a canvas understands it: as it is computed where the chart stands. */
function computed(host: HTMLElement, colour: string): string {
  host.style.color = colour;
  const found = getComputedStyle(host).color;
  host.style.color = '';
  return found;
}

function draw(host: HTMLElement, { names, seconds, values }: ChartColumns, zone: string): UPlot {
  const muted = computed(host, 'var(--color-muted)');
  const grid = { stroke: computed(host, 'var(--color-line)'), width: 1 };
  const axis = { stroke: muted, grid, ticks: grid, font: '12px Inter Variable, sans-serif' };
  const series = names.map((label, index) => {
    const stroke = computed(host, lines[index]?.[0] ?? 'var(--color-ink)');
    return { label, stroke, width: 1.5, points: { show: seconds.length < 3 } };
  });
  return new UPlot(
    {
      width: Math.max(200, host.clientWidth),
      height: heightPx,
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: true } },
      axes: [
        {
          ...axis,
          space: 72,
          values: (_plot, splits) =>
            splits.map((second) => clockText(new Date(second * 1000).toISOString(), zone).slice(0, 5)),
        },
        { ...axis, size: 56 },
      ],
      series: [{}, ...series],
    },
    [[...seconds], ...values.map((column) => [...column])],
    host,
  );
}

type ChartProps = { readonly name: string; readonly columns: ChartColumns };

/** The chart with what its lines are; its numbers are said to those who do not see it. */
export function EvidenceChart(props: ChartProps) {
  // Its colours are read from the styles when it is drawn.
  return <Plot key={useTheme()} {...props} />;
}

function Plot({ name, columns }: ChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const zone = useZone();
  useEffect(() => {
    const { current } = host;
    if (!current) return;
    let plot = draw(current, columns, zone);
    const redraw = () => {
      plot.destroy();
      plot = draw(current, columns, zone);
    };
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', redraw);
    const size = new ResizeObserver(() => plot.setSize({ width: current.clientWidth, height: heightPx }));
    size.observe(current);
    return () => {
      scheme.removeEventListener('change', redraw);
      size.disconnect();
      plot.destroy();
    };
  }, [columns, zone]);
  return (
    <figure className="space-y-2">
      {columns.title !== '' && (
        <figcaption className="font-mono text-xs break-words text-muted">{columns.title}</figcaption>
      )}
      <div
        ref={host}
        role="img"
        aria-label={`Chart ${name}: ${chartWords(columns)}`}
        className="min-h-60 w-full overflow-hidden"
      />
      <ul className="flex flex-wrap gap-x-4 gap-y-1 text-xs">
        {columns.names.map((label, index) => (
          <li key={label} className="flex min-w-0 items-center gap-1.5">
            <span className={cx('h-0.5 w-3 shrink-0', lines[index]?.[1])} aria-hidden="true" />
            <span className="truncate">{label}</span>
          </li>
        ))}
      </ul>
      {columns.omitted > 0 && (
        <p className="text-xs text-muted">{columns.omitted} more series are in the file and not drawn.</p>
      )}
    </figure>
  );
}
