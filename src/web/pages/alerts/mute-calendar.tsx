// The coming days with what is quiet when, in a time zone that the reader chooses. The lists below say the same in words.
import { useMemo, useState } from 'react';
import type { ApiSilence, ApiWindow } from '../../../contract/mute.ts';
import { choose, useZone } from '../../data/preferences.ts';
import { Card, Section } from '../../kit/card.tsx';
import { Select } from '../../kit/field.tsx';
import { useNow } from '../../kit/now.ts';
import { cx } from '../../kit/tone.ts';
import { type CalendarRow, calendarOf } from '../../model/calendar.ts';
import { instantText, type Zone } from '../../model/time.ts';

const percent = (share: number) => `${share * 100}%`;
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The picture. */
export function MuteCalendar(props: { silences: readonly ApiSilence[]; windows: readonly ApiWindow[] }) {
  const { silences, windows } = props;
  const zone = useZone();
  // To the second: what has just begun holds now.
  const nowMs = useNow();
  const [days, setDays] = useState(7);
  const calendar = useMemo(
    () => calendarOf({ silences, windows }, { nowMs, zone, days }),
    [silences, windows, nowMs, zone, days],
  );
  const rows = calendar.rows.filter(({ bars }) => bars.length > 0);
  return (
    <Section
      title="The coming days"
      aside={
        <>
          <ZoneSelect zone={zone} />
          <Select aria-label="How many days" value={days} onChange={(event) => setDays(Number(event.target.value))}>
            <option value={2}>2 days</option>
            <option value={7}>7 days</option>
            <option value={14}>14 days</option>
          </Select>
        </>
      }
    >
      <Card>
        <figure aria-label={`What is quiet in the next ${days} days`} className="relative">
          <div className="relative h-8 border-b text-xs text-muted sm:ml-48" aria-hidden="true">
            {calendar.days.map(({ startMs, from, to, weekday, date }, place) => (
              <span
                key={startMs}
                className={cx('absolute inset-y-0 flex items-center gap-1 truncate pl-1.5', place > 0 && 'border-l')}
                style={{ left: percent(from), width: percent(to - from) }}
              >
                <span className={cx('font-medium', place === 0 && 'text-ink')}>
                  {place === 0 && days <= 7 ? 'Today' : weekday}
                </span>
                <span className={cx('hidden', days <= 7 && 'lg:inline')}>{date}</span>
              </span>
            ))}
          </div>
          {rows.length === 0 ? (
            <p className="px-4 py-6 text-center text-sm text-muted">Nothing is kept quiet in these days.</p>
          ) : (
            <ul>
              {rows.map((row) => (
                <Row key={row.key} row={row} days={calendar.days.map(({ from }) => from)} zone={zone} nowMs={nowMs} />
              ))}
            </ul>
          )}
          <div className="pointer-events-none absolute top-8 right-0 bottom-0 left-0 sm:left-48" aria-hidden="true">
            <span className="absolute inset-y-0 w-px bg-accent" style={{ left: percent(calendar.now) }} />
          </div>
        </figure>
      </Card>
      {windows.some(({ next, now, endsAt }) => endsAt === null && (next ?? now) !== null) && (
        <p className="pt-1 text-xs text-muted">Of what comes again and again, this time and the next are drawn.</p>
      )}
    </Section>
  );
}

function Row({ row, days, zone, nowMs }: { row: CalendarRow; days: readonly number[]; zone: Zone; nowMs: number }) {
  const span = (bar: CalendarRow['bars'][number]) =>
    [
      bar.startsAt === null ? 'since long ago' : `from ${instantText(bar.startsAt, zone, nowMs)}`,
      bar.endsAt === null ? 'without an end' : `until ${instantText(bar.endsAt, zone, nowMs)}`,
    ].join(' ');
  return (
    <li className="border-b last:border-b-0 sm:flex">
      <p className="truncate px-3 pt-1.5 text-xs sm:w-48 sm:shrink-0 sm:py-2.5" title={`${row.name}: ${row.about}`}>
        <span className={row.kind === 'silence' ? 'font-mono' : 'font-medium'}>{row.name}</span>
      </p>
      <div className="relative h-9 min-w-0 flex-1">
        {days.slice(1).map((from) => (
          <span key={from} className="absolute inset-y-0 border-l" style={{ left: percent(from) }} aria-hidden="true" />
        ))}
        {row.bars.map((bar) => (
          <span
            key={bar.from}
            role="img"
            aria-label={`${row.name}, ${span(bar)}${bar.isNow ? ', now' : ''}`}
            title={`${row.about}\n${span(bar)}`}
            className={cx(
              'absolute inset-y-2 min-w-1 rounded-sm border',
              row.kind === 'window' ? 'border-violet bg-violet-ground' : 'border-strong bg-raised',
              bar.isNow && (row.kind === 'window' ? 'border-l-4' : 'border-l-4 border-grey'),
            )}
            style={{ left: percent(bar.from), width: percent(bar.to - bar.from) }}
          />
        ))}
      </div>
    </li>
  );
}

const known = [
  'UTC',
  'Europe/Berlin',
  'Europe/London',
  'America/New_York',
  'America/Los_Angeles',
  'Asia/Kolkata',
  'Asia/Tokyo',
];

function ZoneSelect({ zone }: { zone: Zone }) {
  const zones = [...new Set([...known, ...(zone === 'local' ? [] : [zone])])];
  return (
    <Select aria-label="Time zone" value={zone} onChange={(event) => choose('firebreak.zone', event.target.value)}>
      <option value="local">{`Here (${own})`}</option>
      {zones.map((name) => (
        <option key={name}>{name}</option>
      ))}
    </Select>
  );
}
