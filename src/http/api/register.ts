// The register of playbooks over /api/v1: who answers for each, what was promised, how it went, what is missing. Reads
// runs through the guard as every list does; changes nothing.
import type { ApiDrillMark, ApiRegisterEntry } from '../../contract/register.ts';
import type { Roles } from '../../core/authority/membership.ts';
import type { Stage } from '../../core/change-control/events.ts';
import { versionOf } from '../../core/change-control/state.ts';
import { type ActionCatalog, kindOf } from '../../core/playbook/action-traits.ts';
import { allSteps, hasUndo, type Playbook, playbookRef } from '../../core/playbook/playbook.ts';
import { ok } from '../../core/result.ts';
import { isDrill, isJudged } from '../../core/run/drill.ts';
import { provesUndo } from '../../core/run/drill-record.ts';
import { isTerminal, type RunState } from '../../core/run/state.ts';
import { addMs, elapsedMs } from '../../core/time.ts';
import type { ChangeControlReads } from '../../ports/change-control.ts';
import type { PlaybookCatalog } from '../../ports/ledger.ts';
import type { SeenReads } from '../../ports/reads.ts';
import type { LookAtSlo } from '../../ports/slo.ts';
import type { ServeRoutes } from './serve-routes.ts';
import { showRule } from './show-playbook.ts';

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
  readonly lookAtSlo: LookAtSlo;
  readonly lives: ChangeControlReads;
};

/** Adds the routes. */
export function addRegister(serve: ServeRoutes, deps: RegisterRouteDeps): void {
  const { catalog } = deps;
  serve.read('GET /register', async ({ reads }) => {
    const items: ApiRegisterEntry[] = [];
    const { lines } = await deps.lookAtSlo();
    for (const playbook of catalog.all()) {
      const promised = lines.filter(({ subject }) => subject === playbook.name).map(({ status }) => status);
      items.push(await entryOf(playbook, reads, { ...deps, slo: worst(promised) }));
    }
    return ok({ items, cursor: null });
  });
}

type Standing = NonNullable<ApiRegisterEntry['slo']>;
const standings: readonly Standing[] = ['burned', 'burning', 'unclear', 'met'];
const worst = (promised: readonly Standing[]): ApiRegisterEntry['slo'] =>
  standings.find((one) => promised.includes(one)) ?? null;

/** Where the version in force stands; what the record does not know yet the folder has put in force. */
async function stageOf(playbook: Playbook, { lives }: Pick<RegisterRouteDeps, 'lives'>): Promise<Stage> {
  return versionOf(await lives.life(playbook.name), playbookRef(playbook).digest)?.stage ?? 'live';
}

/** Who is asked before which step. */
const approvalsOf = (playbook: Playbook): ApiRegisterEntry['approvals'] =>
  allSteps(playbook).flatMap(({ id, risk, approval }) =>
    approval ? [{ step: id, risk, rule: showRule(approval) }] : [],
  );

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
  {
    traits,
    roles,
    nowMs,
    lives,
    slo,
  }: Pick<RegisterRouteDeps, 'traits' | 'roles' | 'nowMs' | 'lives'> & Pick<ApiRegisterEntry, 'slo'>,
): Promise<ApiRegisterEntry> {
  const now = new Date(nowMs()).toISOString();
  const { name, version, description, owner, sla, runbook = null, dependencies = [], dataCategories = [] } = playbook;
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
  const gaps = gapsOf(playbook, { ...marks, slo }, { traits, roles });
  const about = {
    runbook,
    dependencies,
    dataCategories,
    stage: await stageOf(playbook, { lives }),
    approvals: approvalsOf(playbook),
    slo,
  };
  return { playbook: name, version, description, owner, sla, ...marks, ...about, gaps };
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
  playbook: Pick<Playbook, 'version' | 'sla' | 'steps' | 'finally' | 'runbook' | 'dependencies' | 'dataCategories'>,
  marks: Pick<ApiRegisterEntry, 'kept' | 'lastRun' | 'lastSuccess' | 'lastDrill' | 'undoProven' | 'slo'>,
  { traits, roles }: Pick<RegisterRouteDeps, 'traits' | 'roles'>,
): string[] {
  const { version, sla, steps } = playbook;
  const { runs, inTime } = marks.kept;
  const share = runs === 0 ? 100 : (100 * inTime) / runs;
  const nobody = unknownApprovers(playbook, roles);
  const oneWay = steps.filter(
    (step) => step.risk !== 'low' && !step.compensate && !step.irreversible && kindOf(traits, step) === 'effect',
  );
  return [
    ...(sla === null ? ['no SLA'] : []),
    ...(sla !== null && share < sla.objective
      ? [`SLA missed: ${Math.floor(share)} % in time over 30 days, promised ${sla.objective} %`]
      : []),
    ...(marks.slo === 'burned' ? ['an error budget is used up'] : []),
    ...(playbook.runbook === undefined ? ['no runbook'] : []),
    ...(playbook.dependencies === undefined ? ['says nothing of what it depends on'] : []),
    ...(playbook.dataCategories === undefined ? ['says nothing of the data it touches'] : []),
    ...(marks.lastSuccess === null ? ['never succeeded'] : []),
    ...(marks.lastRun?.status === 'failed' || marks.lastRun?.status === 'compensation_failed'
      ? ['the last run failed']
      : []),
    ...(marks.lastDrill === null ? ['no drill within 90 days'] : []),
    ...(marks.lastDrill?.outcome === 'failed' ? ['the last drill failed'] : []),
    ...(marks.undoProven === null && hasUndo({ steps })
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
