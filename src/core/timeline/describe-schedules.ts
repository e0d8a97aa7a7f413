// One plain sentence per event about schedules and their slots. Plain text.
import { assertNever } from '../result.ts';
import type { MissedBecause } from '../system/schedule-events.ts';
import type { ScheduleEvent } from '../system/schedules.ts';

/** Why slots were missed, in words. */
const reasons: { readonly [why in MissedBecause]: string } = {
  late: 'nothing was at work in their minute',
  still_running: 'the run of an earlier slot was still at work',
  not_caught_up: 'a later slot is started instead',
  changed: 'the schedule was changed or taken away',
};

/** What happened, in a sentence. */
export function sentenceOfSchedules({ type, data }: ScheduleEvent): string {
  switch (type) {
    case 'schedule.set': {
      const { playbook, schedule, cron, timezone, catchUp } = data;
      return `The schedule ${schedule} of ${playbook.name} ${playbook.version} is in force: ${cron} (${timezone}), catch up: ${catchUp}`;
    }
    case 'schedule.removed':
      return `The schedule ${data.schedule} of ${data.playbook} is in force no more`;
    case 'slot.claimed': {
      const { playbook, schedule, slotAt, runId, approval } = data;
      const asked = approval?.type === 'asked' ? '; people are asked first' : '';
      return `The slot ${slotAt} of the schedule ${schedule} is to start ${playbook.name} ${playbook.version} as ${runId}${asked}`;
    }
    case 'slot.started':
      return `The slot ${data.slotAt} of the schedule ${data.schedule} of ${data.playbook} has started ${data.runId}`;
    case 'slot.refused':
      return `The slot ${data.slotAt} of the schedule ${data.schedule} of ${data.playbook} could not start: ${data.reason}`;
    case 'slots.missed': {
      const { playbook, schedule, firstAt, lastAt, count, because } = data;
      const which = count === 1 ? firstAt : `${firstAt} to ${lastAt}`;
      return `${count} slot(s) of the schedule ${schedule} of ${playbook} were missed (${which}): ${reasons[because]}`;
    }
    default:
      return assertNever(type);
  }
}
