// What this process does with jobs, by queue and name. A payload that is not what the catalog says is set aside, and told.
import type { Log } from '../ports/runtime.ts';
import { type JobName, type JobPayload, jobCatalog, queueOf } from './job-catalog.ts';

/** Handlers by job name. */
export type JobHandlers = { readonly [N in JobName]?: (payload: JobPayload<N>) => Promise<void> };
type Handler = (payload: unknown) => Promise<void>;

/** The handlers of one process. */
export type KnownHandlers = {
  /** Adds handlers for the queues of a pool; answers those queues. */
  readonly add: (handlers: JobHandlers, pool: string) => readonly string[];
  /** What is done with such a job; null: this process does none. */
  readonly of: (queue: string, name: string) => Handler | null;
  /** Does a job as it came from the queue. */
  readonly handle: (queue: string, name: string, data: unknown) => Promise<void>;
};

/** None is known yet. */
export function createHandlers(log: Log): KnownHandlers {
  const handlers = new Map<string, Handler>();
  const of = (queue: string, name: string) => handlers.get(`${queue} ${name}`) ?? null;
  return {
    of,
    add(given, pool) {
      const names = Object.keys(given) as JobName[];
      for (const name of names) handlers.set(`${queueOf(name, pool)} ${name}`, given[name] as Handler);
      return names.map((name) => queueOf(name, pool));
    },
    async handle(queue, name, data) {
      if (!(name in jobCatalog)) {
        log.error({ job: name }, 'a job of an unknown kind was set aside');
        return;
      }
      const payload = jobCatalog[name as JobName].safeParse(data);
      if (!payload.success) {
        log.error({ job: name, fault: payload.error.message }, 'a job with an unusable payload was set aside');
        return;
      }
      await of(queue, name)?.(payload.data);
    },
  };
}
