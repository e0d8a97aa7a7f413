// `firebreak schedules`: when playbooks start by themselves, and what became of that. Holds no rule.
import type { Command } from 'commander';
import type { ApiSchedule } from '../../contract/schedule.ts';
import type { Where } from '../session/firebreak.ts';
import { examples, jsonOption, serverOption } from '../session/options.ts';
import { type Cell, line, print, printJson, say, table } from '../session/output.ts';
import { ask } from '../session/reach.ts';

/** Adds `schedules`. */
export function addSchedules(program: Command): void {
  program
    .command('schedules')
    .description('when playbooks start by themselves: next times, the last start and how it ended, what was missed')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('schedules', 'schedules --json'))
    .action((options: Where & { json?: boolean }) =>
      ask(options, async ({ api }) => {
        const page = await api.call('GET /schedules', {});
        if (options.json) return printJson(page);
        if (page.items.length === 0) return say('No playbook has a `schedule:`.');
        print(table(['SCHEDULE', 'WHEN', 'NEXT', 'LAST', 'MISSED'], page.items.map(row)));
        for (const schedule of page.items) for (const note of notes(schedule)) say(`${schedule.id}: ${note}`);
      }),
    );
}

/** An instant as the clock of a zone shows it, to the minute. */
function localText(at: string, timezone: string): string {
  const shown = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'short' });
  const weekday = new Intl.DateTimeFormat('en', { timeZone: timezone, weekday: 'short' });
  return `${weekday.format(new Date(at))} ${shown.format(new Date(at))}`;
}

function row({ id, words, timezone, next, last, missedCount }: ApiSchedule): readonly Cell[] {
  const [first] = next;
  const start = first === undefined ? 'never' : localText(first, timezone);
  return [id, `${words} (${timezone})`, start, last === null ? '' : lastText(last, timezone), String(missedCount)];
}

function lastText({ slotAt, status, run }: NonNullable<ApiSchedule['last']>, timezone: string): string {
  const ended = run === null ? status : `${run.status} #${run.incident}`;
  return `${localText(slotAt, timezone)} ${ended}`;
}

function notes({ inForce, halted, doneUntil, approval, last, missed, timezone }: ApiSchedule): readonly string[] {
  const late = missed.at(-1);
  return [
    inForce ? '' : 'no worker has taken it up yet',
    halted === null ? '' : `halted: ${line(halted, 200)}`,
    doneUntil === null
      ? ''
      : `the clock went back; slots until ${localText(doneUntil, timezone)} are dealt with already`,
    approval === null || approval.isGiven
      ? ''
      : `${approval.from.map((name) => line(name)).join(' or ')} must agree to the first run of this version`,
    last?.reason ? `the slot ${localText(last.slotAt, timezone)} could not start: ${line(last.reason, 300)}` : '',
    late ? `missed last: ${missedText(late, timezone)}` : '',
  ].filter((text) => text !== '');
}

const reasons: { readonly [because in ApiSchedule['missed'][number]['because']]: string } = {
  late: 'nothing was at work in their minute',
  still_running: 'the run before was still at work',
  not_caught_up: 'a later slot is started instead',
  changed: 'the schedule was changed',
};

function missedText({ firstAt, lastAt, count, because }: ApiSchedule['missed'][number], timezone: string): string {
  const [first, last] = [localText(firstAt, timezone), localText(lastAt, timezone)];
  return `${count === 1 ? first : `${count} slots, ${first} to ${last}`}, because ${reasons[because]}`;
}
