// Time: instants from the numbers that senders write, and what a calendar says of an instant in a zone. Reads no clock, and not the
// zone of the machine.
import { type CelFunc, celFunc, celMethod } from '@bufbuild/cel';
import { DOUBLE, INT, STRING, secondsOf, TIMESTAMP } from './cel-types.ts';

/** Where the number of seconds of an instant ends, and that of milliseconds, and of microseconds: the year 5138 in each. */
const seconds = 1e11;
const units: readonly (readonly [number, number])[] = [
  [seconds, 1000],
  [seconds * 1e3, 1],
  [seconds * 1e6, 1e-3],
  [seconds * 1e9, 1e-6],
];

/** An epoch number as ISO text: seconds, as CEL has it, and by its size milliseconds, microseconds or nanoseconds. */
function isoOf(epoch: number): string {
  const unit = units.find(([end]) => Math.abs(epoch) < end)?.[1];
  if (unit === undefined || !Number.isFinite(epoch)) throw new Error(`timestamp: ${epoch} is no instant`);
  return new Date(Math.round(epoch * unit)).toISOString();
}

/** The wall clock of a zone at an instant, as an instant in UTC that shows the same. */
function wallClock(instant: unknown, zone: string): Date {
  const time = secondsOf(instant);
  if (!time) throw new Error('this is no timestamp');
  const utc = new Date(Number(time.seconds) * 1000 + Math.floor(time.nanos / 1e6));
  const fixed = /^([+-]?)(\d\d):(\d\d)$/.exec(zone);
  if (fixed) {
    const minutes = Number(fixed[2]) * 60 + Number(fixed[3]);
    return new Date(utc.getTime() + (fixed[1] === '-' ? -minutes : minutes) * 60_000);
  }
  if (zone === 'UTC') return utc;
  const part: { [type: string]: number } = {};
  for (const { type, value } of formatOf(zone).formatToParts(utc)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second, utc.getUTCMilliseconds()));
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const two = '2-digit' as const;
  try {
    const clock = { hour: two, minute: two, second: two, hourCycle: 'h23' as const };
    const options = { timeZone: zone, year: 'numeric' as const, month: two, day: two, ...clock };
    const format = new Intl.DateTimeFormat('en-US', options);
    if (formats.size > 500) formats.clear();
    formats.set(zone, format);
    return format;
  } catch {
    throw new Error(`there is no time zone ${zone.slice(0, 60)}; write one such as Europe/Vienna or +02:00`);
  }
}

const dayMs = 86_400_000;
const getters: readonly (readonly [string, (clock: Date) => number])[] = [
  ['getFullYear', (clock) => clock.getUTCFullYear()],
  ['getMonth', (clock) => clock.getUTCMonth()],
  ['getDate', (clock) => clock.getUTCDate()],
  ['getDayOfMonth', (clock) => clock.getUTCDate() - 1],
  ['getDayOfWeek', (clock) => clock.getUTCDay()],
  ['getDayOfYear', (clock) => Math.floor((clock.getTime() - Date.UTC(clock.getUTCFullYear(), 0, 1)) / dayMs)],
  ['getHours', (clock) => clock.getUTCHours()],
  ['getMinutes', (clock) => clock.getUTCMinutes()],
  ['getSeconds', (clock) => clock.getUTCSeconds()],
  ['getMilliseconds', (clock) => clock.getUTCMilliseconds()],
];

/** The functions; `base`: those of the language itself. */
export function timeFunctions(base: readonly CelFunc[]): readonly CelFunc[] {
  const fromText = base.find(({ name, arguments: [type] }) => name === 'timestamp' && type === STRING);
  const instant = (epoch: number) => fromText?.call(0, undefined, [isoOf(epoch)]) ?? null;
  return [
    celFunc('timestamp', [INT], TIMESTAMP, (epoch) => instant(Number(epoch)) as never),
    celFunc('timestamp', [DOUBLE], TIMESTAMP, (epoch) => instant(epoch) as never),
    ...getters.flatMap(([name, read]) => [
      celMethod(name, TIMESTAMP, [], INT, function () {
        return BigInt(read(wallClock(this, 'UTC')));
      }),
      celMethod(name, TIMESTAMP, [STRING], INT, function (zone) {
        return BigInt(read(wallClock(this, zone)));
      }),
    ]),
  ];
}
