// Routes of what is promised of the automation, and of what is stuck.
import { z } from 'zod';
import type { RouteTable } from '../route.ts';
import { ApiSlo, ApiStuckList } from '../slo.ts';

const SloQuery = z.strictObject({
  playbook: z.string().max(100).optional().describe('What this playbook promises; without it everything'),
});

/** Routes of promises. */
export const sloRoutes = {
  'GET /slo': {
    tag: 'slo',
    summary: 'What is promised of the automation, and how it stands',
    right: 'view',
    query: SloQuery,
    answers: { 200: { description: 'Firebreak as a whole first, then the playbooks by name', schema: ApiSlo } },
  },
  'GET /stuck': {
    tag: 'slo',
    summary: 'Runs that are in one state for longer than twice its usual time, or than their SLA allows',
    right: 'view',
    answers: { 200: { description: 'The oldest first', schema: ApiStuckList } },
  },
} satisfies RouteTable;
