// Routes of who is on call.
import { ApiOnCall } from '../on-call.ts';
import { pageOf } from '../paging.ts';
import type { RouteTable } from '../route.ts';

/** Routes of who is on call. */
export const onCallRoutes = {
  'GET /on-call': {
    tag: 'operations',
    summary: 'Who is on call now, by rotations of the configuration and by providers that are asked',
    right: 'view',
    answers: { 200: { description: 'Every entry', schema: pageOf(ApiOnCall) } },
  },
} satisfies RouteTable;
