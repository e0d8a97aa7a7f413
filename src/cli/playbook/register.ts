// `firebreak register`: who answers for each playbook, what was promised, when it last worked and was last exercised, what is missing.
import type { Command } from 'commander';
import type { ApiRegisterEntry } from '../../contract/register.ts';
import { elapsedMs, formatDuration } from '../../core/time.ts';
import type { Where } from '../session/firebreak.ts';
import { examples, jsonOption, serverOption } from '../session/options.ts';
import { paint, print, printJson, printTable, say, withProgress } from '../session/output.ts';
import { ask } from '../session/reach.ts';
import { checkReadiness } from './check-readiness.ts';

/** Adds `register`. */
export function addRegister(program: Command): void {
  program
    .command('register')
    .description('the playbooks: owners, SLAs, last success, last drill, when undoing was proven, gaps')
    .option(
      '--check',
      'look at the files of the playbooks in force: exit 1 for what a production playbook may not lack',
    )
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('register', 'register --check', "register --json | jq '.items[] | select(.gaps != [])'"),
    )
    .action(async (options: Where & { json?: boolean; check?: boolean }) => {
      if (options.check) {
        process.exitCode = checkReadiness(options) ? 1 : 0;
        return;
      }
      await ask(options, async ({ api, faults }) => {
        for (const fault of faults) say(fault);
        const { items } = await withProgress('reading the runs', () => api.call('GET /register', {}));
        if (options.json) printJson({ items });
        else printRegister(items, new Date().toISOString());
      });
    });
}

function printRegister(items: readonly ApiRegisterEntry[], now: string): void {
  if (items.length === 0) return say('There are no playbooks.');
  const ago = (mark: ApiRegisterEntry['lastRun']) =>
    mark ? `${formatDuration(elapsedMs(mark.at, now))} ago` : 'never';
  printTable(
    [
      'PLAYBOOK',
      'OWNER',
      'TECHNICAL',
      'ESCALATION',
      'STAGE',
      'SLA',
      'IN TIME (30D)',
      'LAST SUCCESS',
      'LAST DRILL',
      'UNDO PROVEN',
      'GAPS',
    ],
    items.map(({ playbook, version, owner, sla, kept, lastSuccess, lastDrill, undoProven, gaps, stage }) => [
      `${playbook} ${version}`,
      owner.product,
      owner.technical,
      owner.escalation,
      stage,
      sla ? `${formatDuration(sla.completeWithinMs)}, ${sla.objective} %` : '-',
      kept.runs === 0 ? '-' : `${kept.inTime} of ${kept.runs}`,
      { text: ago(lastSuccess), colour: lastSuccess ? 'neutral' : 'warning' },
      {
        text: lastDrill?.outcome ? `${lastDrill.outcome} ${ago(lastDrill)}` : ago(lastDrill),
        colour: lastDrill === null ? 'warning' : lastDrill.outcome === 'failed' ? 'bad' : 'neutral',
      },
      { text: ago(undoProven), colour: undoProven ? 'good' : 'warning' },
      { text: gaps.length === 0 ? 'none' : String(gaps.length), colour: gaps.length === 0 ? 'good' : 'warning' },
    ]),
  );
  for (const { playbook, gaps } of items.filter((item) => item.gaps.length > 0)) {
    print(`\n${paint('bold', playbook)}`);
    for (const gap of gaps) print(`  ${gap}`);
  }
}
