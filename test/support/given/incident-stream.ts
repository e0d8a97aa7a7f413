// The stream of one incident in which nearly everything happens, told by the rules themselves; its foreign texts are given.
import type { Actor, IncidentEvent, StoredEvent } from '../../../src/core/events.ts';
import { addMs } from '../../../src/core/time.ts';
import { linkEvents } from '../../../src/core/timeline/chain.ts';
import { ana, playbook, Story, start } from './given.ts';

const incidentId = 'inc_1';
export const opened = addMs(start, -60_000);
const foreign = 'FOREIGN';
const system: Actor = { kind: 'system', id: 'firebreak' };
const stranger: Actor = { kind: 'user', id: 'U0X', name: foreign };

const alert = {
  ...{ source: 'alertmanager', integration: 'am', fingerprint: `am/${foreign}`, status: 'firing' as const },
  ...{ title: foreign, description: foreign, severity: 'critical' as const, sourceSeverity: foreign, service: foreign },
  ...{ labels: { x: foreign }, annotations: {}, endsAt: null, links: [], groupKey: null },
  startsAt: addMs(opened, -240_000),
};

const steps = `
  - { id: look, uses: http.request, with: { url: "https://example.com" }, retry: { maxAttempts: 3, baseDelay: 10s, maxDelay: 10s } }
  - id: act
    uses: shell.run
    with: { command: [/bin/true] }
    risk: high
    approval: { from: ["@sre"], expiresIn: 10m }
    compensate: { uses: shell.run, with: { command: [/bin/false] } }
  - { id: last, uses: assert, with: { that: false }, onFailure: compensate }
`;

/** The stream with every foreign text in it being `text`. Instants count from `opened`: what happens when is told in the comments. */
export function incidentStream(text: string): StoredEvent[] {
  const run = new Story(playbook(steps));
  const look = { type: 'advance' } as const;
  // 60 s: the run starts; its first step fails once and is tried again.
  run.when(look);
  run.later(2000).fail('look', 'transient');
  run.later(10_000).when(look);
  run.later(1000).when({
    ...{ type: 'record_success', step: 'look', attempt: 2, output: foreign },
    ...{ fence: (run.state.nodes['look'] as { fence: number }).fence, worker: 'w1' },
    artifacts: [{ name: foreign, digest: 'sha256:00ff', bytes: 12 }],
  });
  // 73 s: the second step asks; a minute later it may go on.
  run.later(60_000).approve(ana);
  run.when(look);
  run.later(3000).succeed('act');
  // 136 s: the last step fails, what was done is undone.
  run.fail('last', 'invalid');
  run.when(look);
  run.later(4000).succeed('act~undo');
  run.when(look);
  const began = { at: start, actor: system, type: 'run.started' as const };
  const runEvents = [
    {
      ...began,
      data: {
        ...{ runId: run.state.runId, incidentId, playbook: run.state.playbook, alert, env: {}, inputs: { x: foreign } },
        ...{ incident: { id: incidentId, number: 7, title: foreign, severity: 1 }, steps: ['look', 'act', 'last'] },
        ...{ trigger: { type: 'alert', fingerprint: alert.fingerprint, source: 'alertmanager', receipt: 'dlv_1' } },
        deadlineAt: run.state.deadlineAt,
      },
    },
    ...run.events,
  ];
  const at = (ms: number, actor: Actor, { type, data }: IncidentEvent) => ({
    at: addMs(opened, ms),
    actor,
    type,
    data,
  });
  const before = [
    at(0, system, { type: 'incident.opened', data: { number: 7, title: foreign, severity: 2, groupKey: foreign } }),
    at(0, system, { type: 'alert.received', data: { alert, receipt: 'dlv_1' } }),
    at(30_000, system, {
      type: 'alert.repeated',
      data: { fingerprint: alert.fingerprint, count: 4, receipt: 'dlv_2' },
    }),
    at(40_000, stranger, { type: 'note.added', data: { text: foreign } }),
    at(50_000, stranger, { type: 'role.assigned', data: { role: foreign, user: foreign } }),
    at(55_000, stranger, { type: 'severity.changed', data: { from: 2, to: 1, reason: foreign } }),
  ];
  const after = [
    at(300_000, system, {
      type: 'alert.resolved',
      data: { fingerprint: alert.fingerprint, endsAt: null, receipt: 'dlv_3' },
    }),
    at(360_000, stranger, { type: 'incident.resolved', data: { reason: foreign } }),
  ];
  const all = [...before, ...runEvents, ...after].map((event) => ({ ...event, cause: 'c' }));
  const told = JSON.parse(
    JSON.stringify(all).replaceAll(/FOREIGN|it went wrong/g, () => JSON.stringify(text).slice(1, -1)),
  );
  return linkEvents(incidentId, null, told);
}
