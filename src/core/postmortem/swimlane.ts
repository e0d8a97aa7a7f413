// The lanes of an incident as a picture (SVG): alerts, people, each run; the waiting for people shaded across all of them. Pure.
import { withEntities } from '../html-entities.ts';
import { visibleText } from '../visible-text.ts';
import type { DocumentTime } from './document-time.ts';
import { lasted } from './document-time.ts';
import type { Bar, BarKind, Lanes, TimeLane } from './lanes.ts';

const text = (said: string) => withEntities(visibleText(said).replace(/\s+/g, ' '));

const width = 960;
const left = 132;
const right = 12;
const rowHeight = 18;
const laneGap = 10;
const top = 26;
const maxRows = 4;
/** A bar that is shorter can be seen all the same. */
const leastWidth = 3;

/** What the bars mean, in the words of the legend. */
export const barWords: { readonly [K in BarKind]: string } = {
  firing: 'alert fires',
  waiting: 'waits for people',
  running: 'not ended',
  done: 'done',
  failed: 'failed',
  undone: 'undone',
  said: 'a person acted',
};

/** Bars that overlap stand in rows of their own, as far as there are any. */
function inRows(bars: readonly Bar[], leastMs: number): readonly (readonly Bar[])[] {
  const rows: Bar[][] = [];
  for (const bar of bars) {
    const free = rows.find((row) => {
      const last = row.at(-1);
      return last === undefined || Math.max(last.to, last.from + leastMs) <= bar.from;
    });
    if (free) free.push(bar);
    else if (rows.length < maxRows) rows.push([bar]);
    else rows.at(-1)?.push(bar);
  }
  return rows;
}

/** Instants at round distances, some six of them. */
function ticksOf({ from, to }: Lanes): readonly number[] {
  const steps = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
  ];
  const step = (steps.find((seconds) => (to - from) / (seconds * 1000) <= 7) ?? 2_592_000) * 1000;
  const ticks: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) ticks.push(at);
  return ticks;
}

/** The picture. It holds no script and loads nothing. */
export function swimlane(lanes: Lanes, time: DocumentTime): string {
  const { from, to } = lanes;
  const perMs = (width - left - right) / (to - from);
  const x = (ms: number) => round(left + (Math.min(Math.max(ms, from), to) - from) * perMs);
  const parts: string[] = [];
  let y = top;
  for (const lane of lanes.lanes) {
    const drawn = drawLane(lane, { y, x, leastMs: leastWidth / perMs });
    parts.push(drawn.svg);
    y += drawn.height + laneGap;
  }
  const height = y + 2;
  const shades = lanes.waiting.map(
    (span) =>
      `<rect class="wait" x="${x(span.from)}" y="${top - 6}" width="${round(Math.max(leastWidth, x(span.to) - x(span.from)))}" height="${height - top}"/>`,
  );
  // A second more or less is nothing where the whole is long.
  const short = to - from < 10 * 60_000;
  const ticks = ticksOf(lanes).map((at) => {
    const iso = new Date(at).toISOString();
    const label = short ? time.second(iso).replace(/^.* (\d\d:\d\d:\d\d) .*$/, '$1') : time.clock(iso);
    return `<line class="tick" x1="${x(at)}" x2="${x(at)}" y1="${top - 6}" y2="${height - 6}"/><text class="when" x="${x(at)}" y="12" text-anchor="middle">${text(label)}</text>`;
  });
  const about = `Lanes of time: ${lanes.lanes.map(({ name }) => name).join(', ')}`;
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${text(about)}"><defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch" x1="0" y1="0" x2="0" y2="6"/></pattern></defs>${ticks.join('')}${shades.join('')}${parts.join('')}</svg>`;
}

const round = (value: number) => Math.round(value * 10) / 10;

function drawLane(
  { name, bars }: TimeLane,
  { y, x, leastMs }: { readonly y: number; readonly x: (ms: number) => number; readonly leastMs: number },
): { readonly svg: string; readonly height: number } {
  const rows = inRows(bars, leastMs);
  const svg = rows.flatMap((row, index) => row.map((bar) => drawBar(bar, { y: y + index * rowHeight, x })));
  const cut = visibleText(name).replace(/\s+/g, ' ');
  const label = cut.length > 19 ? `${cut.slice(0, 18)}…` : cut;
  return {
    svg: `<g><title>${text(name)}</title><text class="lane" x="0" y="${y + 12}">${text(label)}</text>${svg.join('')}</g>`,
    height: rows.length * rowHeight,
  };
}

function drawBar(bar: Bar, { y, x }: { readonly y: number; readonly x: (ms: number) => number }): string {
  const [begin, end] = [x(bar.from), x(bar.to)];
  const lasting = bar.to > bar.from ? `, ${lasted(bar.to - bar.from)}` : '';
  const title = `<title>${text(`${bar.label} (${barWords[bar.kind]}${lasting})`)}</title>`;
  if (bar.kind === 'said') return `<circle class="said" cx="${begin}" cy="${y + 7}" r="4.5">${title}</circle>`;
  const length = round(Math.max(leastWidth, end - begin));
  return `<rect class="bar ${bar.kind}" x="${begin}" y="${y}" width="${length}" height="${rowHeight - 4}" rx="3">${title}</rect>`;
}
