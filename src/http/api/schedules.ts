// Schedules over /api/v1. Hands on; the rules are behind Operations.
import type { ApiSchedule } from '../../contract/schedule.ts';
import { ok } from '../../core/result.ts';
import { scheduleKey } from '../../core/system/schedules.ts';
import type { ListedSchedule, ScheduleOperations } from '../../ports/schedules.ts';
import type { ServeRoutes } from './serve-routes.ts';

/** Adds the route. */
export function addSchedules(serve: ServeRoutes, { operations }: { readonly operations: ScheduleOperations }): void {
  serve.read('GET /schedules', async ({ principal }) => {
    const schedules = await operations.schedules({ principal });
    return schedules.ok ? ok({ items: schedules.value.map(show), cursor: null }) : schedules;
  });
}

function show(schedule: ListedSchedule): ApiSchedule {
  const { playbook, name, approval, next, missed, last } = schedule;
  const { cron, timezone, words, catchUp, inForce, halted, doneUntil, missedCount } = schedule;
  return {
    id: scheduleKey(playbook.name, name),
    playbook,
    name,
    cron,
    timezone,
    words,
    catchUp,
    approval: approval && { from: [...approval.from], isGiven: approval.isGiven },
    inForce,
    halted,
    next: [...next],
    doneUntil,
    last,
    missed: [...missed],
    missedCount,
  };
}
