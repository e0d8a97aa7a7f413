// The demo's alert, as Alertmanager sends it: that the service is down, and later that it is up. Keeps nothing.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { alertmanager } from '../sources/alertmanager.ts';
import type { Integration } from '../spi/source.ts';

/** One alert that fires and is resolved. */
export type DemoAlert = {
  /** What Firebreak knows it by. */
  readonly fingerprint: string;
  /** The body that Alertmanager would post at the instant `now`. */
  readonly body: (status: 'firing' | 'resolved', now: Date) => string;
};

const Body = z.looseObject({
  alerts: z.array(z.looseObject({ annotations: z.record(z.string(), z.json()).nullish() })).min(1),
});

/**
 * The alert of a file as it stands there, else the source's sample: begun `now`, and unlike every alert before it.
 * Where the service says how it is stands in both.
 * @throws Error if the file is no Alertmanager body with an alert in it
 */
export function demoAlert(from: {
  readonly file: string | null;
  readonly statusUrl: string;
  readonly integration: Integration;
  readonly now: Date;
}): DemoAlert {
  const { body: sample, headers } = alertmanager.sample;
  const given = Body.safeParse(from.file === null ? sample : JSON.parse(readFileSync(from.file, 'utf8')));
  if (!given.success) throw new Error(`${from.file} is no body of Alertmanager: it must have \`alerts\``);
  const id = randomBytes(8).toString('hex');
  const own = from.file === null ? { fingerprint: id, startsAt: from.now.toISOString() } : {};
  const alerts = given.data.alerts.map((alert) => ({
    ...alert,
    ...own,
    annotations: { ...alert.annotations, status_url: from.statusUrl },
  }));
  const body = { ...given.data, ...(from.file === null ? { groupKey: `{}:{demo="${id}"}` } : {}) };
  const raw = JSON.stringify({ ...body, status: 'firing', alerts });
  const parsed = alertmanager.parse(
    { headers, raw: Buffer.from(raw), body: JSON.parse(raw), receivedAt: new Date().toISOString(), remarks: [] },
    from.integration,
  );
  const fingerprint = parsed.ok ? parsed.value.alerts[0]?.fingerprint : undefined;
  if (fingerprint === undefined) throw new Error(`${from.file} cannot be understood as a body of Alertmanager`);
  return {
    fingerprint,
    body(status, now) {
      const end = status === 'resolved' ? { status, endsAt: now.toISOString() } : { status };
      return JSON.stringify({ ...body, status, alerts: alerts.map((alert) => ({ ...alert, ...end })) });
    },
  };
}
