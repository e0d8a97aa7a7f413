// Schedules as people ask for them: what starts when, what became of the last slot, what was missed. Changes nothing.
import type { Principal } from '../../core/authority/principal.ts';
import { ok } from '../../core/result.ts';
import { readCron } from '../../core/schedule/cron.ts';
import { nextSlots } from '../../core/schedule/slots.ts';
import { cronInWords } from '../../core/schedule/words.ts';
import type { ScheduledPlaybook } from '../../core/system/decide-schedules.ts';
import { type ScheduleRecord, scheduleKey, scheduleNamed } from '../../core/system/schedules.ts';
import type { PlaybookCatalog } from '../../ports/ledger.ts';
import type { ListedSchedule, ScheduleOperations } from '../../ports/schedules.ts';
import type { Admission } from '../admission.ts';
import type { EnginePorts } from '../engine-ports.ts';
import type { Pipeline } from '../pipeline.ts';
import { believed } from '../record/believed.ts';
import { scheduledIn } from './schedule-watch.ts';

/** What they need. */
export type ScheduleOperationParts = {
  readonly ports: Pick<EnginePorts, 'systemStream' | 'events' | 'runtime'>;
  readonly catalog: Pick<PlaybookCatalog, 'all'>;
  readonly pipeline: Pick<Pipeline, 'authorised' | 'sight'>;
  readonly admission: Pick<Admission, 'switches'>;
};

/** Next times that are shown. */
const shownNext = 3;

/** The operations. */
export function createScheduleOperations(parts: ScheduleOperationParts): ScheduleOperations {
  const { ports, catalog, pipeline } = parts;
  return {
    async schedules({ principal }) {
      const allowed = await pipeline.authorised(principal, 'view', {});
      if (!allowed.ok) return allowed;
      const records = (await believed(ports.systemStream.load()))?.state.schedules ?? {};
      const known = scheduledIn(catalog).flatMap((one) =>
        (one.playbook.schedule ?? []).map((entry) => ({ ...one, entry, key: scheduleKey(one.ref.name, entry.name) })),
      );
      const keys = new Set(known.map(({ key }) => key));
      const listed: ListedSchedule[] = [];
      for (const { key, ref, entry } of known) {
        const { name, cron, timezone, catchUp } = entry;
        const record = inForce(scheduleNamed(records, key));
        const waits = { playbook: ref, name, cron, timezone, catchUp };
        listed.push(await show(parts, { record, asked: entry.approval, waits, principal }));
      }
      // What other processes have in force, and this one does not know.
      for (const [key, one] of Object.entries(records)) {
        const record = inForce(one);
        if (record && !keys.has(key)) listed.push(await show(parts, { record, asked: null, waits: record, principal }));
      }
      return ok(listed.sort((a, b) => (a.next[0] ?? '~').localeCompare(b.next[0] ?? '~')));
    },
  };
}

const inForce = (record: ScheduleRecord | undefined) => (record?.removedAt === null ? record : undefined);

type Shown = {
  readonly record: ScheduleRecord | undefined;
  readonly waits: Pick<ScheduleRecord, 'playbook' | 'name' | 'cron' | 'timezone' | 'catchUp'>;
  readonly asked: NonNullable<ScheduledPlaybook['playbook']['schedule']>[number]['approval'];
  readonly principal: Principal;
};

async function show(
  parts: ScheduleOperationParts,
  { record, waits, asked, principal }: Shown,
): Promise<ListedSchedule> {
  const { playbook, name, cron: text, timezone, catchUp } = record ?? waits;
  const at = new Date(parts.ports.runtime.nowMs()).toISOString();
  const after = record !== undefined && record.doneUntil > at ? record.doneUntil : at;
  const cron = readCron(text);
  const next = cron.ok ? nextSlots({ cron: cron.value, zone: timezone }, Date.parse(after), shownNext) : [];
  const halt = parts.admission.switches().find(({ scope }) => scope === '*' || scope === playbook.name);
  return {
    playbook,
    name,
    cron: text,
    timezone,
    words: cronInWords(text),
    catchUp,
    approval: asked === null ? null : { from: asked.from, isGiven: isGiven(record) },
    inForce: record !== undefined,
    halted: halt?.reason ?? null,
    next: next.map((ms) => new Date(ms).toISOString()),
    doneUntil: after === at ? null : after,
    last: record?.last ? await showLast(parts, record.last, principal) : null,
    missed: record?.missed ?? [],
    missedCount: record?.missedCount ?? 0,
  };
}

/** Whether people have agreed to the version in force, as far as a later slot has found. */
const isGiven = (record: ScheduleRecord | undefined): boolean =>
  record?.approval?.isGiven === true && record.approval.digest === record.playbook.digest;

async function showLast(
  { ports, pipeline }: ScheduleOperationParts,
  { slotAt, claimedAt, playbook, runId, status, reason }: NonNullable<ScheduleRecord['last']>,
  principal: Principal,
): Promise<ListedSchedule['last']> {
  const loaded = await believed(ports.events.loadRun(runId));
  const isSeen = loaded !== null && (await pipeline.sight(principal, loaded.incident));
  const run = isSeen ? { id: runId, status: loaded.run.status, incident: loaded.incident.number } : null;
  return { slotAt, claimedAt, version: playbook.version, status, reason, run };
}
