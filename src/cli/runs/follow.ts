// Follows a run: every event of it in order, until nothing more happens by itself. Reads only.
import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from '../../client/api-client.ts';
import type { ApiRun } from '../../contract/run.ts';
import type { ApiTimelineEvent } from '../../contract/timeline.ts';
import { isTerminal } from '../../core/run/state.ts';
import { describe } from '../../core/timeline/describe.ts';
import { shortId } from '../session/ids.ts';
import { CliError, line, paint, print } from '../session/output.ts';

const lookEveryMs = 250;
const pageSize = 1000;

/** Events of an incident's timeline, from a place on. */
export async function eventsFrom(
  { call }: ApiClient,
  incidentId: string,
  first = 1,
): Promise<readonly ApiTimelineEvent[]> {
  const events: ApiTimelineEvent[] = [];
  for (let from: number | null = first; from !== null; ) {
    const query = { from, limit: pageSize };
    const page: { items: ApiTimelineEvent[]; next: number | null } = await call('GET /incidents/:id/timeline', {
      params: { id: incidentId },
      query,
    });
    events.push(...page.items);
    from = page.next;
  }
  return events;
}

/** How following ended, with the run as it stood. */
type Followed = { readonly run: ApiRun; readonly events: readonly ApiTimelineEvent[]; readonly inTime: boolean };

/**
 * Follows a run until it has ended.
 * @param seen is told each event once, in order
 * @param withinMs gives up after this long; the run goes on
 */
export async function followRun(
  api: ApiClient,
  { id, incidentId }: Pick<ApiRun, 'id' | 'incidentId'>,
  { seen, withinMs }: { readonly seen: (event: ApiTimelineEvent) => void; readonly withinMs: number },
): Promise<Followed> {
  const events: ApiTimelineEvent[] = [];
  const deadline = performance.now() + withinMs;
  for (let next = 1; ; ) {
    // First where the run stands, then its events: so the last of them are never missed.
    const run = await api.call('GET /runs/:id', { params: { id } });
    for (const event of await eventsFrom(api, incidentId, next)) {
      next = event.seq + 1;
      if (event.data['runId'] !== id) continue;
      events.push(event);
      seen(event);
    }
    if (isTerminal(run.status)) return { run, events, inTime: true };
    if (performance.now() >= deadline) return { run, events, inTime: false };
    await delay(lookEveryMs);
  }
}

/** An event for a person. */
export function eventText(event: ApiTimelineEvent): string {
  const { text, tone } = describe(event);
  return `${paint('dim', event.at)}  ${paint(tone, line(text, 2000))}`;
}

/** Prints an event that has just happened; what asks for a decision also says how to give it. */
export function printFresh(event: ApiTimelineEvent): void {
  print(eventText(event));
  if (event.type === 'approval.requested')
    print(`${' '.repeat(event.at.length)}  firebreak approve ${String(event.data['approvalId'])}`);
}

/** The end of a run that did not come in time. */
export const notInTime = ({ status, id }: ApiRun): CliError =>
  new CliError('timeout', `the run is still ${status}; \`firebreak runs show ${shortId(id)}\` says what it waits for`);
