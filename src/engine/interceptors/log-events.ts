// Writes a line for every event that is durable: what it is, what it is about, who did it, how long it took. No data of the event, which
// stands in the ledger. `info` for what begins, ends, fails, asks people or was done by them; `debug` for the steps in between.
import type { StoredEvent } from '../../core/events.ts';
import { traceIdOf } from '../../core/trace/place.ts';
import type { Change } from '../../ports/ledger.ts';
import type { Log } from '../../ports/runtime.ts';
import type { InterceptorDefinition } from './definition.ts';
import type { Interceptor } from './interceptor.ts';

/** Families of which people read every event. */
const read: ReadonlySet<string> = new Set([
  'approval',
  'incident',
  'playbook',
  'record',
  'restore',
  'role',
  'run',
  'severity',
  'silence',
  'stream',
  'switch',
  'token',
  'window',
]);

/** Events that are otherwise than their family: what fails is read, what only leads on is not. */
const single: { readonly [type: string]: 'info' | 'debug' | undefined } = {
  'approval.recorded': 'debug',
  'delivery.replayed': 'info',
  'evidence.failed': 'info',
  'evidence.redacted': 'info',
  'incident.settling': 'debug',
  'run.admitted': 'debug',
  'run.finishing': 'debug',
  'step.failed': 'info',
  'step.held': 'info',
  'step.late_result': 'info',
  'step.outcome_unknown': 'info',
};

/** The level of the line for an event of such a type. Total. */
export const levelOf = (type: string): 'info' | 'debug' =>
  (Object.hasOwn(single, type) ? single[type] : undefined) ?? (read.has(type.split('.')[0] ?? '') ? 'info' : 'debug');

/** What an event is about, as far as it says so. Ids and numbers only. */
const about = ['runId', 'step', 'attempt', 'durationMs', 'approvalId'] as const;

/** The members of its line. `traced`: runs have traces, and the line names its run's. */
function lineOf(change: Change, { type, seq, actor, cause, data }: StoredEvent, traced: boolean) {
  const line: { [name: string]: unknown } = { event: type, seq };
  if (change.stream === 'incident') line['incidentId'] = change.incident.id;
  if (change.stream === 'group') line['groupId'] = change.group.id;
  if (change.stream === 'playbook') line['playbook'] = change.life.name;
  for (const name of about)
    if (typeof data[name] === 'string' || typeof data[name] === 'number') line[name] = data[name];
  if (traced && typeof data['runId'] === 'string') line['traceId'] = traceIdOf(data['runId']);
  return { ...line, by: actor.kind, cause };
}

/** Logs every append. */
export const logAppends = (log: Log, traced: boolean): Interceptor => ({
  name: 'log-events',
  async append(changes, next) {
    const appended = await next();
    if (appended !== 'appended') return appended;
    for (const change of changes)
      for (const event of change.events) {
        const level = levelOf(event.type);
        if (log.isLevelEnabled(level)) log[level](lineOf(change, event, traced), event.type);
      }
    return appended;
  },
});

/** The lines of the log. */
export const logEvents: InterceptorDefinition = {
  place: 'middle',
  make: ({ ports }) => logAppends(ports.log, ports.tracing.isOn),
};
