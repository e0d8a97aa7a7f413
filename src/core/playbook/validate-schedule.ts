// What the entries of `schedule:` must make sense of: expression, time zone, inputs, names. Reports, never throws.
import { isTimeZone } from '../alert/local-time.ts';
import { readCron } from '../schedule/cron.ts';
import { type ScheduleEntry, unnamedEntry } from '../schedule/entry.ts';
import { nextSlots } from '../schedule/slots.ts';
import { resolveInputs } from './match.ts';
import type { Playbook } from './playbook.ts';
import { nearest } from './suggest.ts';

type Report = (path: readonly PropertyKey[], message: string) => void;

/** Reports every fault of the schedule of a compiled playbook, by the path in the file it came from. */
export function validateSchedule(report: Report, playbook: Playbook): void {
  const { schedule = [] } = playbook;
  const seen = new Set<string>();
  schedule.forEach((entry, i) => {
    const at = ['schedule', i];
    if (seen.has(entry.name)) report(at, nameFault(entry.name));
    seen.add(entry.name);
    checkTimes(report, at, entry);
    // Those of a drill are looked at where they stand.
    if (entry.drill) return;
    const inputs = resolveInputs(playbook, null, entry.inputs);
    if (inputs.ok) return;
    for (const { path, message } of inputs.error) {
      const name = path.replace(/^inputs\./, '');
      const isGiven = Object.hasOwn(entry.inputs, name);
      report(isGiven ? [...at, 'inputs', name] : at, `${path} ${isGiven ? message : lacking(name, message)}`);
    }
  });
}

const lacking = (name: string, message: string) =>
  message.startsWith('is missing')
    ? `is missing: no alert and nobody gives it; write \`inputs: { ${name}: … }\` here, or give the input a \`default\``
    : message;

const nameFault = (name: string) =>
  name === unnamedEntry
    ? 'more than one entry has no `name`; give each its own, such as `name: nightly`'
    : `the name \`${name}\` is used twice; every entry needs its own`;

function checkTimes(report: Report, at: readonly PropertyKey[], { cron: text, timezone }: ScheduleEntry): void {
  const cron = readCron(text);
  if (!cron.ok) report([...at, 'cron'], `\`${text}\` ${cron.error}`);
  if (!isTimeZone(timezone)) {
    report(
      [...at, 'timezone'],
      `there is no time zone \`${timezone}\`${likeZone(timezone)}; write an IANA name such as Europe/Berlin, America/New_York or UTC`,
    );
    return;
  }
  // Any instant does: what a calendar names once, it names again.
  if (cron.ok && nextSlots({ cron: cron.value, zone: timezone }, Date.UTC(2026, 0, 1), 1).length === 0)
    report(
      [...at, 'cron'],
      `\`${text}\` never fires in ${timezone}: all its times fall into the hour that clocks skip when they are put forward; choose another hour`,
    );
}

/** The zone that may be meant: by its city, or by its spelling. */
function likeZone(name: string): string {
  const zones = [...Intl.supportedValuesOf('timeZone'), 'UTC'];
  const city =
    name
      .trim()
      .toLowerCase()
      .replaceAll(/[\s-]+/g, '_')
      .split('/')
      .at(-1) ?? '';
  const meant = zones.find((zone) => zone.toLowerCase().split('/').at(-1) === city);
  return meant === undefined ? nearest(name, zones) : `; did you mean \`${meant}\`?`;
}
