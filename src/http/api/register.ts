// The register of playbooks over /api/v1: who answers for each, what was promised, how it went, what is missing. Reads
// runs through the guard as every list does; changes nothing.
import type { ApiDrillMark, ApiRegisterEntry } from '../../contract/register.ts';
import type { Roles } from '../../core/authority/membership.ts';
import { type ActionCatalog, kindOf } from '../../core/playbook/action-traits.ts';
import { type Playbook, playbookRef } from '../../core/playbook/playbook.ts';
import { ok } from '../../core/result.ts';
import { isDrill, isJudged } from '../../core/run/drill.ts';
import { provesUndo } from '../../core/run/drill-record.ts';
import { isTerminal, type RunState } from '../../core/run/state.ts';
import { addMs, elapsedMs } from '../../core/time.ts';
import type { PlaybookCatalog } from '../../ports/ledger.ts';
import type { SeenReads } from '../../ports/reads.ts';
import type { ServeRoutes } from './serve-routes.ts';

/** How far back the register counts, and after how long an exercise is due again. */
const windowMs = 30 * 86_400_000;
const drillEveryMs = 90 * 86_400_000;
/** Runs of one playbook that are looked at: a register is no reason to read a whole ledger. */
const pageSize = 200;
const maxRuns = 1000;

/** What the register needs. */
export type RegisterRouteDeps = {
  readonly catalog: PlaybookCatalog;
  readonly traits: ActionCatalog;
  readonly roles: Roles;
  readonly nowMs: () => number;
};

/** Adds the routes. */
export function addRegister(serve: ServeRoutes, deps: RegisterRouteDeps): void {
  const { catalog } = deps;
  serve.read('GET /register', async ({ reads }) => {
    const items: ApiRegisterEntry[] = [];
    for (const playbook of catalog.all()) items.push(await entryOf(playbook, reads, deps));
    return ok({ items, cursor: null });
  });
}

const markOf = ({ runId, startedAt, finishedAt, status }: RunState): ApiRegisterEntry['lastRun'] => ({
  runId,
  at: finishedAt ?? startedAt,
  status,
});

const drillMarkOf = (run: RunState): ApiDrillMark => ({
  runId: run.runId,
  at: run.drill?.endedAt ?? run.finishedAt ?? run.startedAt,
  status: run.status,
  version: run.playbook.version,
  outcome: run.drill?.outcome ?? null,
});

async function entryOf(
  playbook: Playbook,
  reads: Pick<SeenReads, 'runs'>,
  { traits, roles, nowMs }: Pick<RegisterRouteDeps, 'traits' | 'roles' | 'nowMs'>,
): Promise<ApiRegisterEntry> {
  const now = new Date(nowMs()).toISOString();
  const { name, version, description, owner, sla } = playbook;
  const runs = await latestRuns(reads, name, addMs(now, -drillEveryMs));
  // What lies further back is asked for one by one.
  const one = { limit: 1, cursor: null, playbook: name };
  const last = runs[0] ?? (await reads.runs(one)).items[0]?.state;
  const success = (await reads.runs({ ...one, status: 'succeeded' })).items[0]?.state;
  // What was called by a drill of another playbook was exercised, and shows nothing by itself.
  const drill = runs.find(isDrill);
  const { digest } = playbookRef(playbook);
  const proof = runs.find((run) => run.playbook.digest === digest && provesUndo(run));
  // A drill ends undone, and takes the time that undoing takes: it says nothing of what was promised.
  const ended = runs.filter(
    (run) => !isJudged(run) && run.startedAt >= addMs(now, -windowMs) && isTerminal(run.status),
  );
  const marks = {
    lastRun: last ? markOf(last) : null,
    lastSuccess: success ? markOf(success) : null,
    lastDrill: drill ? drillMarkOf(drill) : null,
    undoProven: proof ? drillMarkOf(proof) : null,
    kept: { runs: ended.length, inTime: ended.filter((run) => isInTime(run, sla)).length },
  };
  const gaps = gapsOf(playbook, marks, { traits, roles });
  return { playbook: name, version, description, owner, sla, ...marks, gaps };
}

async function latestRuns(
  reads: Pick<SeenReads, 'runs'>,
  playbook: string,
  since: string,
): Promise<readonly RunState[]> {
  const runs: RunState[] = [];
  for (let cursor: string | null = null; ; ) {
    const page: Awaited<ReturnType<SeenReads['runs']>> = await reads.runs({ limit: pageSize, cursor, playbook, since });
    runs.push(...page.items.map(({ state }) => state));
    if (page.cursor === null || runs.length >= maxRuns) return runs;
    cursor = page.cursor;
  }
}

function isInTime({ status, startedAt, finishedAt }: RunState, sla: Playbook['sla']): boolean {
  if (status !== 'succeeded' || finishedAt === null) return false;
  return sla === null || elapsedMs(startedAt, finishedAt) <= sla.completeWithinMs;
}

/** What is missing of a playbook, in words. */
export function gapsOf(
  playbook: Pick<Playbook, 'version' | 'sla' | 'steps' | 'finally'>,
  marks: Pick<ApiRegisterEntry, 'kept' | 'lastRun' | 'lastSuccess' | 'lastDrill' | 'undoProven'>,
  { traits, roles }: Pick<RegisterRouteDeps, 'traits' | 'roles'>,
): string[] {
  const { version, sla, steps } = playbook;
  const { runs, inTime } = marks.kept;
  const share = runs === 0 ? 100 : (100 * inTime) / runs;
  const nobody = unknownApprovers(playbook, roles);
  const oneWay = steps.filter((step) => step.risk !== 'low' && !step.compensate && kindOf(traits, step) === 'effect');
  return [
    ...(sla === null ? ['no SLA'] : []),
    ...(sla !== null && share < sla.objective
      ? [`SLA missed: ${Math.floor(share)} % in time over 30 days, promised ${sla.objective} %`]
      : []),
    ...(marks.lastSuccess === null ? ['never succeeded'] : []),
    ...(marks.lastRun?.status === 'failed' || marks.lastRun?.status === 'compensation_failed'
      ? ['the last run failed']
      : []),
    ...(marks.lastDrill === null ? ['no drill within 90 days'] : []),
    ...(marks.lastDrill?.outcome === 'failed' ? ['the last drill failed'] : []),
    ...(marks.undoProven === null && steps.some(({ compensate }) => compensate !== null)
      ? [`undoing ${version} is not proven by a drill within 90 days`]
      : []),
    ...(nobody.length > 0 ? [`nobody is configured as ${nobody.join(', ')}`] : []),
    ...(oneWay.length > 0 ? [`no undo for ${oneWay.map(({ id }) => id).join(', ')}`] : []),
  ];
}

/** Names that a playbook asks for approvals and that the configuration does not know. */
function unknownApprovers(
  { steps, finally: last }: Pick<Playbook, 'steps' | 'finally'>,
  roles: Roles,
): readonly string[] {
  const rules = steps.concat(last).flatMap(({ approval, compensate }) => [approval, compensate?.approval ?? null]);
  const names = rules.flatMap((rule) => (rule ? [...rule.from, ...rule.escalate] : []));
  return [...new Set(names)].filter((name) => name.startsWith('@') && !Object.hasOwn(roles, name.slice(1)));
}
