// Who is on call by a schedule of PagerDuty (REST API v2, GET /oncalls). Sends nothing itself.
import { z } from 'zod';
import type { OnCallPerson, OnCallProvider } from '../../spi/on-call.ts';

const User = z.looseObject({ summary: z.string().nullish(), name: z.string().nullish(), email: z.string().nullish() });

/** The provider. */
export const pagerduty: OnCallProvider = {
  id: 'pagerduty',
  url: 'https://api.pagerduty.com',
  request: ({ url, schedule, token }) => ({
    url: `${url}/oncalls?schedule_ids%5B%5D=${encodeURIComponent(schedule)}&include%5B%5D=users&earliest=true`,
    headers: { accept: 'application/vnd.pagerduty+json;version=2', authorization: `Token token=${token}` },
  }),
  answer: z.looseObject({ oncalls: z.array(z.looseObject({ user: User })) }).transform(({ oncalls }) =>
    oncalls.map(
      ({ user: { email, name, summary } }): OnCallPerson => ({
        email: email ?? null,
        name: name ?? summary ?? 'unknown',
      }),
    ),
  ),
};
