// Every kind of job and what it carries: ids only, never progress. A job says "look at this"; it may be lost, late or doubled.
import { z } from 'zod';

/** Payload of each job by its name. */
export const jobCatalog = {
  /** Accepted deliveries wait to become incidents and runs. */
  'deliveries.process': z.object({}),
  /** A run may have something to do in the pool whose queue this is. */
  'run.advance': z.object({ runId: z.string() }),
  /** Slack may be behind the timeline of an incident, which is at this version by now; an earlier release left it out. */
  'incident.notify': z.object({ incidentId: z.string(), version: z.number().optional() }),
} as const;

/** The jobs there are. */
export type JobName = keyof typeof jobCatalog;
/** What a job of that name carries. */
export type JobPayload<N extends JobName> = z.infer<(typeof jobCatalog)[N]>;

/** The queue a job goes to; steps have one queue per worker pool. */
export function queueOf(name: JobName, pool: string): string {
  switch (name) {
    case 'deliveries.process':
      return 'intake';
    case 'run.advance':
      return `steps-${pool}`;
    case 'incident.notify':
      return 'slack';
  }
}

/** By what two jobs are equal: of the versions of an incident the last is meant. */
export const keyOf = <N extends JobName>(name: N, payload: JobPayload<N>): string =>
  `${name} ${'incidentId' in payload ? payload.incidentId : JSON.stringify(payload)}`;
