// What the demo leaves and says at its end: how the run, the service and the incident stand, the postmortem, the audit.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from '../app.ts';
import type { Config } from '../config/environment.ts';
import { exportTimeline } from '../engine/record/export-timeline.ts';
import { auditStore, exportDeps } from '../record.ts';

/** How it ended. `outcome` is the run's, in words. */
export type DemoReport = {
  readonly outcome: string;
  readonly run: string;
  readonly service: 'up' | 'down';
  readonly incident: string;
  readonly status: 'open' | 'resolved' | 'closed';
  /** Path of the postmortem as Markdown; HTML and JSON lie beside it. */
  readonly postmortem: string;
  readonly events: number;
  /** `verified`, or the first bad place. */
  readonly audit: string;
  readonly dataDir: string;
};

/** Writes the postmortem of this incident, audits the whole record, and says how things stand. */
export async function reportOn(
  { app, config }: { readonly app: App; readonly config: Config },
  stands: { readonly incidentId: string; readonly runId: string; readonly isUp: boolean },
): Promise<DemoReport> {
  const { incidentId, runId } = stands;
  const folder = join(config.dataDir, 'postmortems');
  mkdirSync(folder, { recursive: true });
  let postmortem = '';
  for (const format of ['html', 'json', 'md'] as const) {
    const file = await exportTimeline(exportDeps(config, app.store), incidentId, format);
    if (!file) continue;
    postmortem = join(folder, file.filename);
    writeFileSync(postmortem, file.content);
  }
  // What nothing signed vouches for would be verified against nothing.
  await app.seal();
  const audit = await auditStore(config, app.store);
  const incident = await app.store.reads.incident(incidentId);
  const run = await app.store.reads.run(runId);
  if (!incident || !run) throw new Error(`the incident ${incidentId} or its run is gone from the record`);
  return {
    outcome: run.state.status.replaceAll('_', ' '),
    run: runId,
    service: stands.isUp ? 'up' : 'down',
    incident: incidentId,
    status: incident.status,
    postmortem,
    events: incident.version,
    audit: audit.outcome === 'ok' ? 'verified' : `bad: ${JSON.stringify(audit)}`,
    dataDir: config.dataDir,
  };
}

/** The report for people. */
export const reportText = (report: DemoReport): string =>
  [
    `Run: ${report.outcome}`,
    `Service: ${report.service}`,
    `Incident: ${report.status}`,
    `Postmortem: ${report.postmortem}`,
    `Audit: ${report.audit}`,
  ].join('\n');
