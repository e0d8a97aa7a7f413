// `firebreak register`: who answers for each playbook, what was promised, when it last worked and was last exercised, what is missing.
import type { Command } from 'commander';
import { actionTraits } from '../../actions/registry.ts';
import type { ApiClient } from '../../client/api-client.ts';
import type { ApiPlaybook } from '../../contract/playbook.ts';
import type { ApiRun } from '../../contract/run.ts';
import type { Roles } from '../../core/authority/membership.ts';
import { kindOf } from '../../core/playbook/action-traits.ts';
import { isDrill } from '../../core/run/drill.ts';
import { isTerminal } from '../../core/run/state.ts';
import { addMs, elapsedMs, formatDuration } from '../../core/time.ts';
import type { Where } from '../session/firebreak.ts';
import { examples, jsonOption, serverOption } from '../session/options.ts';
import { paint, print, printJson, printTable, say, withProgress } from '../session/output.ts';
import { ask } from '../session/reach.ts';
import { configured } from '../session/settings.ts';

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
  readonly owner: ApiPlaybook['owner'];
  readonly sla: ApiPlaybook['sla'];
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
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('register', "register --json | jq '.items[] | select(.gaps != [])'"))
    .action((options: Where & { json?: boolean }) =>
      ask(options, async ({ api, faults }) => {
        for (const fault of faults) say(fault);
        const playbooks = (await api.call('GET /playbooks', {})).items;
        // Who has which role stands in the configuration of the server, which is not ours to read.
        const roles = options.server === undefined ? configured().file.roles : null;
        const now = new Date().toISOString();
        const items = await withProgress('reading the runs', async (step) => {
          const entries: Entry[] = [];
          for (const playbook of playbooks) {
            entries.push(await entryOf(playbook, { api, roles, now }));
            step(`${entries.length} of ${playbooks.length} playbooks`);
          }
          return entries;
        });
        if (options.json) printJson({ items });
        else printRegister(items, now);
      }),
    );
}

type Known = { readonly api: ApiClient; readonly roles: Roles | null; readonly now: string };

async function entryOf(playbook: ApiPlaybook, { api, roles, now }: Known): Promise<Entry> {
  const mark = ({ id, startedAt, finishedAt, status }: ApiRun): Mark => ({
    runId: id,
    at: finishedAt ?? startedAt,
    status,
  });
  const { name, version, owner, sla } = playbook;
  const runs = await latestRuns(api, name, addMs(now, -drillEveryMs));
  // What lies further back is asked for one by one.
  const one = { limit: 1, playbook: name };
  const last = runs[0] ?? (await api.call('GET /runs', { query: one })).items[0];
  const success = (await api.call('GET /runs', { query: { ...one, status: 'succeeded' } })).items[0];
  const drill = runs.find(isDrill);
  const ended = runs.filter(({ startedAt, status }) => startedAt >= addMs(now, -windowMs) && isTerminal(status));
  const entry = {
    lastRun: last ? mark(last) : null,
    lastSuccess: success ? mark(success) : null,
    lastDrill: drill ? mark(drill) : null,
    kept: { runs: ended.length, inTime: ended.filter((run) => isInTime(run, playbook)).length },
  };
  return { playbook: name, version, owner, sla, ...entry, gaps: gapsOf(playbook, entry, roles) };
}

async function latestRuns(api: ApiClient, playbook: string, since: string): Promise<readonly ApiRun[]> {
  const runs: ApiRun[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await api.call('GET /runs', { query: { limit: pageSize, cursor, playbook, since } });
    runs.push(...page.items);
    if (page.cursor === null) return runs;
    cursor = page.cursor;
  }
}

function isInTime({ status, startedAt, finishedAt }: ApiRun, { sla }: ApiPlaybook): boolean {
  if (status !== 'succeeded' || finishedAt === null) return false;
  return sla === null || elapsedMs(startedAt, finishedAt) <= sla.completeWithinMs;
}

function gapsOf(
  playbook: ApiPlaybook,
  entry: Pick<Entry, 'kept' | 'lastRun' | 'lastSuccess' | 'lastDrill'>,
  roles: Roles | null,
): string[] {
  const { sla, steps } = playbook;
  const { runs, inTime } = entry.kept;
  const share = runs === 0 ? 100 : (100 * inTime) / runs;
  const nobody = roles === null ? [] : unknownApprovers(playbook, roles);
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

type Asking = { readonly approval: { readonly from: readonly string[]; readonly escalate: readonly string[] } | null };
type AskingStep = Asking & { readonly compensate: Asking | null };
type AskingPlaybook = { readonly steps: readonly AskingStep[]; readonly finally: readonly AskingStep[] };

/** Names that a playbook asks for approvals and that the configuration does not know. */
export function unknownApprovers({ steps, finally: last }: AskingPlaybook, roles: Roles): readonly string[] {
  const rules = steps.concat(last).flatMap(({ approval, compensate }) => [approval, compensate?.approval ?? null]);
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
