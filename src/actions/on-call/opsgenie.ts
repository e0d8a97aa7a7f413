// Who is on call by a schedule of Opsgenie (Who is on call API, flat). Sends nothing itself.
import { z } from 'zod';
import type { OnCallPerson, OnCallProvider } from '../../spi/on-call.ts';

/** The provider. */
export const opsgenie: OnCallProvider = {
  id: 'opsgenie',
  url: 'https://api.opsgenie.com',
  request: ({ url, schedule, token }) => ({
    url: `${url}/v2/schedules/${encodeURIComponent(schedule)}/on-calls?scheduleIdentifierType=name&flat=true`,
    headers: { accept: 'application/json', authorization: `GenieKey ${token}` },
  }),
  answer: z
    .looseObject({ data: z.looseObject({ onCallRecipients: z.array(z.string()) }) })
    .transform(({ data }) =>
      data.onCallRecipients.map((name): OnCallPerson => ({ email: name.includes('@') ? name : null, name })),
    ),
};
