// Finds the slots of schedules that are due, has each claimed in the ledger, and starts what was claimed: on time, late and after a crash by
// one way. Several processes do so at once; the ledger lets one claim a slot. The rules are core/system/decide-schedules.ts.
import { systemPrincipal } from '../../core/authority/principal.ts';
import { playbookRef } from '../../core/playbook/playbook.ts';
import { isLetIn } from '../../core/run/flow.ts';
import { isTerminal, type RunState } from '../../core/run/state.ts';
import {
  type ClaimSlots,
  claimSlots,
  isDue,
  type ScheduledPlaybook,
  type SettleSlots,
} from '../../core/system/decide-schedules.ts';
import type { ScheduleRecord, ScheduleRecords } from '../../core/system/schedules.ts';
import { elapsedMs } from '../../core/time.ts';
import { RecordFaultError } from '../../core/timeline/record-fault.ts';
import type { PlaybookCatalog } from '../../ports/ledger.ts';
import type { EnginePorts } from '../engine-ports.ts';
import { believed } from '../record/believed.ts';
import type { CommandSystem } from '../system/command-system.ts';
import type { StartSlot } from './start-slot.ts';

/** What it needs. */
export type ScheduleWatchParts = {
  readonly ports: Pick<EnginePorts, 'systemStream' | 'events' | 'runtime' | 'clock' | 'log'>;
  readonly catalog: Pick<PlaybookCatalog, 'all'>;
  readonly commandSystem: CommandSystem;
  readonly startSlot: StartSlot;
};

const caller = { principal: systemPrincipal, cause: 'schedules' };
/** A claim of another process that is still open after this time, in milliseconds, is taken up. */
const takeUpAfterMs = 5000;

/** The schedules of the playbooks in force, with the digests that pin them. */
export const scheduledIn = (catalog: Pick<PlaybookCatalog, 'all'>): readonly ScheduledPlaybook[] =>
  catalog.all().flatMap((playbook) => (playbook.schedule ? [{ playbook, ref: playbookRef(playbook) }] : []));

/** Makes the work of a timer. One look at a time: what comes while one is under way does nothing. */
export function createScheduleWatch(parts: ScheduleWatchParts): () => Promise<void> {
  const { runtime } = parts.ports;
  const loadedAt = new Date(runtime.nowMs()).toISOString();
  let isLooking = false;
  return async () => {
    if (isLooking) return;
    isLooking = true;
    try {
      await look(parts, loadedAt);
    } finally {
      isLooking = false;
    }
  };
}

async function look(parts: ScheduleWatchParts, loadedAt: string): Promise<void> {
  const { systemStream, runtime, clock } = parts.ports;
  const playbooks = scheduledIn(parts.catalog);
  const loaded = await believed(systemStream.load());
  // What cannot be believed is not acted on; and what is due is a matter for processes whose clocks agree.
  if (loaded === null || !clock.agrees()) return;
  const records = loaded.state.schedules ?? {};
  const at = new Date(runtime.nowMs()).toISOString();
  const command: ClaimSlots = { type: 'claim_slots', playbooks, loadedAt, ...(await standingOf(parts, records, at)) };
  const claims = claimSlots(records, command, at).length === 0 ? noClaims(records) : await claim(parts, command);
  await start(parts, claims, at);
}

/** Schedules as they are by now, and the runs of which this process has claimed the slots. */
type Claims = { readonly records: ScheduleRecords; readonly own: ReadonlySet<string> };
const noClaims = (records: ScheduleRecords): Claims => ({ records, own: new Set() });

async function claim({ commandSystem }: ScheduleWatchParts, command: ClaimSlots): Promise<Claims> {
  const outcome = await commandSystem({ caller, right: 'start', command });
  switch (outcome.outcome) {
    case 'refused':
      throw new Error(`slots were not claimed: ${outcome.refusal.message}`);
    case 'unchanged':
      return noClaims(outcome.loaded.state.schedules ?? {});
    case 'committed': {
      const [{ state, events }] = outcome.changes;
      const own = events.flatMap(({ type, data }) => (type === 'slot.claimed' ? [String(data.runId)] : []));
      return { records: state.schedules ?? {}, own: new Set(own) };
    }
  }
}

/** How the runs stand that the next slots of due schedules depend on. */
async function standingOf(
  { ports }: ScheduleWatchParts,
  records: ScheduleRecords,
  at: string,
): Promise<Pick<ClaimSlots, 'over' | 'agreed'>> {
  const over = new Set<string>();
  const agreed = new Set<string>();
  for (const record of Object.values(records)) {
    if (!isDue(record, at)) continue;
    for (const runId of askedAbout(record)) {
      const run = await runOf(ports, runId);
      if (run === 'unknown') continue;
      if (run === null || isTerminal(run.status)) over.add(runId);
      if (run !== null && run.gate !== null && isLetIn(run)) agreed.add(runId);
    }
  }
  return { over, agreed };
}

const askedAbout = ({ last, approval }: ScheduleRecord): ReadonlySet<string> =>
  new Set([
    ...(last?.status === 'started' ? [last.runId] : []),
    ...(approval !== null && !approval.isGiven ? [approval.runId] : []),
  ]);

/** null: it is there no more, so it is over; `unknown`: it cannot be believed. */
async function runOf(
  { events }: Pick<ScheduleWatchParts['ports'], 'events'>,
  runId: string,
): Promise<RunState | null | 'unknown'> {
  try {
    return (await events.loadRun(runId))?.run ?? null;
  } catch (error) {
    if (error instanceof RecordFaultError) return 'unknown';
    throw error;
  }
}

/** Starts what was claimed here, and what another process has claimed and did not start; one that does not start keeps no other from it. */
async function start({ ports, startSlot, commandSystem }: ScheduleWatchParts, { records, own }: Claims, at: string) {
  const settled: SettleSlots['settled'][number][] = [];
  for (const { name: schedule, last } of Object.values(records)) {
    if (last?.status !== 'claimed') continue;
    // A claim from the future is one from before the clock went back.
    if (!own.has(last.runId) && Math.abs(elapsedMs(last.claimedAt, at)) < takeUpAfterMs) continue;
    const { runId, playbook } = last;
    try {
      settled.push({ playbook: playbook.name, schedule, runId, reason: await startSlot(schedule, last) });
    } catch (error) {
      ports.log.warn({ err: error, run: runId }, 'a scheduled run was not started; it is tried again soon');
    }
  }
  if (settled.length > 0) await commandSystem({ caller, right: 'start', command: { type: 'settle_slots', settled } });
}
