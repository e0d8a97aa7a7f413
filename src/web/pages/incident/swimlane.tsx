// Time as the axis: alerts, people and each run as rows; waiting for people is shaded. A slider shows what was known at a moment.
import { Link } from '@tanstack/react-router';
import type { ApiFrame } from '../../../contract/frame.ts';
import { useZone } from '../../data/preferences.ts';
import { Card, Section } from '../../kit/card.tsx';
import { useNow } from '../../kit/now.ts';
import { StateGlyph } from '../../kit/state-badge.tsx';
import { cx, toneText } from '../../kit/tone.ts';
import {
  fewOf,
  lanesOf,
  namedLane,
  placeOf,
  type Scale,
  type SwimLane,
  scaleOf,
  ticksOf,
} from '../../model/swimlane.ts';
import { clockText } from '../../model/time.ts';
import { type MoveTo, TimeSlider } from './time-slider.tsx';

const percent = (share: number) => `${share * 100}%`;
const row = 'grid grid-cols-[7.5rem_minmax(0,1fr)] md:grid-cols-[13rem_minmax(0,1fr)]';

type SwimlaneProps = {
  readonly frame: ApiFrame;
  readonly at: string | null;
  readonly moveTo: MoveTo;
  /** Puts names in the place of ids. */
  readonly name: (text: string) => string;
  /** The record is a file: it ends where it ends, and nothing leads to a server. */
  readonly isFile?: boolean;
};

/** The picture. */
export function Swimlane({ frame, at, moveTo, name, isFile = false }: SwimlaneProps) {
  const isLive = !isFile && at === null && frame.incident.status === 'open';
  const now = useNow(isLive ? 1000 : 3_600_000);
  const scale = scaleOf(frame, isFile ? 0 : now);
  const lanes = lanesOf(frame, scale).map((lane) => namedLane(lane, name));
  const omitted = frame.lanes.omittedAlerts + frame.lanes.omittedPeople + frame.lanes.omittedRuns;
  return (
    <Section title="Swimlane" aside={<Legend />}>
      <Card>
        <Axis scale={scale} />
        <div className="relative max-h-[26rem] overflow-y-auto">
          {lanes.map((lane, index) => (
            <LaneRow key={lane.key} lane={lane} isFirst={lanes[index - 1]?.group !== lane.group} isLinked={!isFile} />
          ))}
        </div>
        {omitted > 0 && <p className="px-4 py-1 text-xs text-muted">{omitted} more rows; the ledger has them all.</p>}
        <TimeSlider
          scale={scale}
          firstMs={Date.parse(frame.incident.clocks.detected)}
          at={at}
          end={isFile ? 'at the end' : 'now'}
          moveTo={moveTo}
        />
      </Card>
    </Section>
  );
}

const Legend = () => (
  <span className="hidden items-center gap-3 text-xs text-muted sm:flex">
    <span className="inline-flex items-center gap-1.5">
      <span className="size-2.5 rounded-sm bg-blue" aria-hidden="true" /> at work
    </span>
    <span className="inline-flex items-center gap-1.5">
      <span className="hatched size-2.5 rounded-sm text-amber" aria-hidden="true" /> waits for people
    </span>
  </span>
);

function Axis({ scale }: { scale: Scale }) {
  const zone = useZone();
  const ticks = ticksOf(scale, 6);
  const onPhone = fewOf(ticks, 3);
  return (
    <div className={cx(row, 'border-b bg-surface')} aria-hidden="true">
      <span />
      <div className="relative h-7 overflow-hidden">
        {ticks.map((tick) => {
          const place = placeOf(scale, tick);
          const isLast = place > 0.93;
          return (
            <span
              key={tick}
              className={cx(
                'tabular absolute inset-y-0 flex items-center border-l text-[11px] whitespace-nowrap text-muted',
                isLast ? '-translate-x-full border-r border-l-0 pr-1' : 'pl-1',
                (place > 0.78 || !onPhone.includes(tick)) && 'max-md:hidden',
              )}
              style={{ left: percent(place) }}
            >
              {clockText(new Date(tick).toISOString(), zone)}
            </span>
          );
        })}
      </div>
    </div>
  );
}

function LaneRow({ lane, isFirst, isLinked }: { lane: SwimLane; isFirst: boolean; isLinked: boolean }) {
  const said = [lane.state?.word, ...lane.bars.map(({ title }) => title), ...lane.marks.map(({ title }) => title)];
  return (
    <div className={cx(row, 'h-7 items-stretch', isFirst && 'border-t first:border-t-0')}>
      <div
        className={cx('flex min-w-0 items-center gap-1.5 border-r px-3 text-xs', lane.level === 1 && 'pl-6 text-muted')}
        title={lane.name}
      >
        {lane.state ? <StateGlyph state={lane.state} /> : <span className="size-3.5 shrink-0" />}
        {isLinked && lane.runId !== null && lane.level === 0 ? (
          <Link to="/runs/$id" params={{ id: lane.runId }} className="truncate font-medium hover:underline">
            {lane.name}
          </Link>
        ) : (
          <span className="truncate">{lane.name}</span>
        )}
        <span className="sr-only">: {said.filter(Boolean).join('; ')}</span>
      </div>
      <div className="relative overflow-hidden" aria-hidden="true">
        {lane.bars.map((bar, index) => (
          <span
            key={index}
            title={bar.title}
            className={cx(
              'absolute top-2 h-3 min-w-[3px] rounded-[3px]',
              toneText[bar.tone],
              bar.shaded ? 'hatched' : bar.tone === 'grey' ? 'bg-current opacity-25' : 'bg-current opacity-85',
            )}
            style={{ left: percent(bar.from), width: percent(Math.max(0, bar.to - bar.from)) }}
          />
        ))}
        {lane.marks.map((mark, index) => (
          <span
            key={index}
            title={mark.title}
            className={cx(
              'absolute top-2.5 size-2 -translate-x-1/2 rounded-full bg-current ring-2 ring-page',
              toneText[mark.tone],
            )}
            style={{ left: `clamp(4px, ${percent(mark.at)}, calc(100% - 4px))` }}
          />
        ))}
      </div>
    </div>
  );
}
