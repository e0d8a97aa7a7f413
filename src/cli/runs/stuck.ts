// `firebreak stuck`: runs that are in one state for too long: since when, who can unblock them, and what can be ordered. Holds no rule.
import type { Command } from 'commander';
import type { ApiStuck, ApiStuckList } from '../../contract/slo.ts';
import { formatDuration } from '../../core/time.ts';
import type { Where } from '../session/firebreak.ts';
import { examples, jsonOption, serverOption } from '../session/options.ts';
import { line, paint, print, printJson, say } from '../session/output.ts';
import { ask } from '../session/reach.ts';

/** Adds `stuck`. */
export function addStuck(program: Command): void {
  program
    .command('stuck')
    .description('runs that are in one state for longer than twice its usual time, or than their SLA allows')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('stuck', "stuck --json | jq '.items[] | .help[0]'"))
    .action((options: Where & { json?: boolean }) =>
      ask(options, async ({ api }) => {
        const stuck = await api.call('GET /stuck', {});
        if (options.json) return printJson(stuck);
        print(stuckText(stuck));
        if (stuck.cut) say('More runs are open than are looked at: these are among the oldest.');
      }),
    );
}

/** Why a state counts as stuck. */
function whyText({ because, limitMs, usual }: ApiStuck): string {
  const limit = formatDuration(limitMs);
  switch (because) {
    case 'usual':
      return usual === null ? `more than ${limit}` : `usually ${formatDuration(usual.medianMs)} (of ${usual.n})`;
    case 'sla':
      return `its SLA allows ${limit}`;
    case 'timer':
      return 'its time is over';
    case 'unknown':
      return `more than ${limit}`;
  }
}

/** What is stuck, as text. */
export function stuckText({ items }: Pick<ApiStuckList, 'items'>): string {
  if (items.length === 0) return 'Nothing is stuck.';
  return items
    .map((one) => {
      const { runId, playbook, drill, incident, what, ageMs, since, who, escalation, help, runbook } = one;
      const people = [...who, ...(escalation === null ? [] : [`${escalation} (escalation)`])];
      return [
        `${paint('bold', line(`${drill ? '[DRILL] ' : ''}${playbook} #${incident.number}`))}  ${runId}`,
        `  waits for ${line(what, 200)}`,
        `  since ${since} (${formatDuration(ageMs)}; ${whyText(one)})`,
        ...(people.length === 0 ? [] : [`  who       ${line(people.join(', '), 200)}`]),
        ...help.map((command, i) => `  ${i === 0 ? 'do       ' : '         '} ${line(command, 200)}`),
        ...(runbook === null ? [] : [`  runbook   ${line(runbook, 400)}`]),
      ].join('\n');
    })
    .join('\n\n');
}
