// The route that says who asks.
import { ApiMe } from '../me.ts';
import type { RouteTable } from '../route.ts';

/** The route of whoever asks. */
export const meRoutes = {
  'GET /me': {
    tag: 'me',
    summary: 'Who asks, how that was proven, and which rights that gives',
    right: null,
    answers: { 200: { description: 'Whoever asks', schema: ApiMe } },
  },
} satisfies RouteTable;
