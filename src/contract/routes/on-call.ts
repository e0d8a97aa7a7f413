// Routes of who is on call.
import { ApiNamedPerson, ApiOnCall } from '../on-call.ts';
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
  'GET /people': {
    tag: 'operations',
    summary: 'People of the configuration by the ids under which they act, so that a page can call them by their names',
    right: 'view',
    answers: { 200: { description: 'Every id', schema: pageOf(ApiNamedPerson) } },
  },
} satisfies RouteTable;
