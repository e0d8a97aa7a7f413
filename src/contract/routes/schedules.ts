// Routes of schedules.
import { pageOf } from '../paging.ts';
import type { RouteTable } from '../route.ts';
import { ApiSchedule } from '../schedule.ts';

/** Routes of schedules. */
export const scheduleRoutes = {
  'GET /schedules': {
    tag: 'playbooks',
    summary: 'When playbooks start by themselves: next times, the last slot and its run, what was missed',
    right: 'view',
    answers: { 200: { description: 'The one that is due first first', schema: pageOf(ApiSchedule) } },
  },
} satisfies RouteTable;
