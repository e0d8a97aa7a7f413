// `firebreak register`: who answers for each playbook, what was promised, when it last worked and was last exercised, what is missing.

import type { Command } from 'commander';
import { actionTraits } from '../../actions/registry.ts';
import type { Roles } from '../../core/authority/membership.ts';
import { kindOf } from '../../core/playbook/action-traits.ts';
import { allSteps, type Playbook } from '../../core/playbook/playbook.ts';
import { isTerminal, type RunState } from '../../core/run/state.ts';
import { addMs, elapsedMs, formatDuration } from '../../core/time.ts';
import type { ReadModels } from '../../ports/reads.ts';
import { drillReason } from '../runs/start-run.ts';
import { examples, jsonOption } from '../session/options.ts';
import { paint, print, printJson, printTable, say, withProgress } from '../session/output.ts';
import { configuredPlaybooks, withStore } from '../session/session.ts';

/** How far back the register looks, and after how long an exercise is due again. */
const windowMs = 30 * 86_400_000;
const drillEveryMs = 90 * 86_400_000;
const pageSize = 200;

/** When a run was, and how it stands. */
type Mark = { readonly runId: string; readonly at: string; readonly status: string };

/** One line of the register. */
type Entry = {
  readonly playbook: string;
  readonly version: string;
  readonly owner: Playbook['owner'];
  readonly sla: Playbook['sla'];
  /** Ended runs of the last 30 days: how many, and how many succeeded within the promised time. */
  readonly kept: { readonly runs: number; readonly inTime: number };
  readonly lastRun: Mark | null;
  readonly lastSuccess: Mark | null;
  /** The last run that was started by hand with a reason that begins with "drill". */
  readonly lastDrill: Mark | null;
  readonly gaps: readonly string[];
};

/** Adds `register`. */
export function addRegister(program: Command): void {
  program
    .command('register')
    .description('the playbooks: owners, SLAs, last success, last drill, gaps')
    .addOption(jsonOption())
    .addHelpText('after', examples('register', "register --json | jq '.items[] | select(.gaps != [])'"))
    .action(({ json }: { json?: boolean }) =>
      withStore(async ({ config, store }) => {
        const playbooks = configuredPlaybooks(config).map(({ playbook }) => playbook);
        const now = new Date().toISOString();
        const items = await withProgress('reading the runs', async (step) => {
          const entries: Entry[] = [];
          for (const playbook of playbooks) {
            entries.push(await entryOf(playbook, store.reads, config.file.roles, now));
            step(`${entries.length} of ${playbooks.length} playbooks`);
          }
          return entries;
        });
        if (json) printJson({ items });
        else printRegister(items, now);
      }),
    );
}

async function entryOf(playbook: Playbook, reads: ReadModels, roles: Roles, now: string): Promise<Entry> {
  const mark = ({ runId, startedAt, finishedAt, status }: RunState): Mark => ({
    runId,
    at: finishedAt ?? startedAt,
    status,
  });
  const { name } = playbook;
  const runs = await latestRuns(reads, name, addMs(now, -drillEveryMs));
  // What lies further back is asked for one by one.
  const one = { limit: 1, cursor: null, playbook: name };
  const last = runs[0] ?? (await reads.runs(one)).items[0]?.state;
  const success = (await reads.runs({ ...one, status: 'succeeded' })).items[0]?.state;
  const drill = runs.find(({ trigger }) => trigger.type === 'manual' && drillReason.test(trigger.reason ?? ''));
  const ended = runs.filter(({ startedAt, status }) => startedAt >= addMs(now, -windowMs) && isTerminal(status));
  const kept = { runs: ended.length, inTime: ended.filter((run) => isInTime(run, playbook)).length };
  const known = { lastRun: last ? mark(last) : null, lastSuccess: success ? mark(success) : null };
  const entry = { ...known, lastDrill: drill ? mark(drill) : null, kept };
  const { version, owner, sla } = playbook;
  return { playbook: name, version, owner, sla, ...entry, gaps: gapsOf(playbook, entry, roles) };
}

async function latestRuns(reads: ReadModels, playbook: string, since: string): Promise<readonly RunState[]> {
  const states: RunState[] = [];
  for (let cursor: string | null = null; ; ) {
    const page = await reads.runs({ limit: pageSize, cursor, playbook, since });
    states.push(...page.items.map(({ state }) => state));
    cursor = page.cursor;
    if (cursor === null) return states;
  }
}

function isInTime({ status, startedAt, finishedAt }: RunState, { sla }: Playbook): boolean {
  if (status !== 'succeeded' || finishedAt === null) return false;
  return sla === null || elapsedMs(startedAt, finishedAt) <= sla.completeWithinMs;
}

function gapsOf(
  playbook: Playbook,
  entry: Pick<Entry, 'kept' | 'lastRun' | 'lastSuccess' | 'lastDrill'>,
  roles: Roles,
): string[] {
  const { sla, steps } = playbook;
  const { runs, inTime } = entry.kept;
  const share = runs === 0 ? 100 : (100 * inTime) / runs;
  const nobody = unknownApprovers(playbook, roles);
  const oneWay = steps.filter(
    (step) => step.risk !== 'low' && !step.compensate && kindOf(actionTraits, step) === 'effect',
  );
  return [
    ...(sla === null ? ['no SLA'] : []),
    ...(sla !== null && share < sla.objective
      ? [`SLA missed: ${Math.floor(share)} % in time over 30 days, promised ${sla.objective} %`]
      : []),
    ...(entry.lastSuccess === null ? ['never succeeded'] : []),
    ...(entry.lastRun?.status === 'failed' || entry.lastRun?.status === 'compensation_failed'
      ? ['the last run failed']
      : []),
    ...(entry.lastDrill === null ? ['no drill within 90 days'] : []),
    ...(nobody.length > 0 ? [`nobody is configured as ${nobody.join(', ')}`] : []),
    ...(oneWay.length > 0 ? [`no undo for ${oneWay.map(({ id }) => id).join(', ')}`] : []),
  ];
}

/** Names that a playbook asks for approvals and that the configuration does not know. */
export function unknownApprovers(playbook: Playbook, roles: Roles): readonly string[] {
  const rules = allSteps(playbook).flatMap(({ approval, compensate }) => [approval, compensate?.approval ?? null]);
  const names = rules.flatMap((rule) => (rule ? [...rule.from, ...rule.escalate] : []));
  return [...new Set(names)].filter((name) => name.startsWith('@') && !Object.hasOwn(roles, name.slice(1)));
}

function printRegister(items: readonly Entry[], now: string): void {
  if (items.length === 0) return say('There are no playbooks.');
  const ago = (mark: Mark | null) => (mark ? `${formatDuration(elapsedMs(mark.at, now))} ago` : 'never');
  printTable(
    ['PLAYBOOK', 'OWNER', 'TECHNICAL', 'ESCALATION', 'SLA', 'IN TIME (30D)', 'LAST SUCCESS', 'LAST DRILL', 'GAPS'],
    items.map(({ playbook, version, owner, sla, kept, lastSuccess, lastDrill, gaps }) => [
      `${playbook} ${version}`,
      owner.product,
      owner.technical,
      owner.escalation,
      sla ? `${formatDuration(sla.completeWithinMs)}, ${sla.objective} %` : '-',
      kept.runs === 0 ? '-' : `${kept.inTime} of ${kept.runs}`,
      { text: ago(lastSuccess), colour: lastSuccess ? 'neutral' : 'warning' },
      { text: ago(lastDrill), colour: lastDrill ? 'neutral' : 'warning' },
      { text: gaps.length === 0 ? 'none' : String(gaps.length), colour: gaps.length === 0 ? 'good' : 'warning' },
    ]),
  );
  for (const { playbook, gaps } of items.filter((item) => item.gaps.length > 0)) {
    print(`\n${paint('bold', playbook)}`);
    for (const gap of gaps) print(`  ${gap}`);
  }
}
