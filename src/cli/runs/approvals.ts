// `approvals`, `approve`, `deny`: what waits for people's decision, and their decision. Holds no rule.
import { createInterface } from 'node:readline/promises';
import { type Command, Option } from 'commander';
import { ApiApprovalStatus } from '../../contract/approval.ts';
import type { Where } from '../session/firebreak.ts';
import { approvalOf, digestOf, type FoundApproval } from '../session/ids.ts';
import { examples, jsonOption, pageOptions, reasonOption, serverOption, watchOption } from '../session/options.ts';
import { CliError, print, printJson, say, UsageError } from '../session/output.ts';
import { ask, order } from '../session/reach.ts';
import { type Showing, show } from '../session/watch.ts';
import { addApprovalOrders } from './approval-orders.ts';
import { approvalTable, approvalText, decidedText } from './show-approval.ts';

type ListOptions = Where & Showing & { limit: number; cursor?: string; status: ApiApprovalStatus | 'all' };
type DecisionOptions = Where & { reason?: string; plan?: string; json?: boolean };

const now = () => new Date().toISOString();

/** Adds `approvals [list|show ID|ask|delegate|remind|refresh]`, `approve`, `deny` and `break-glass`. */
export function addApprovals(program: Command): void {
  const approvals = program.command('approvals').description('list what waits for a decision, or show one');
  const list = approvals
    .command('list', { isDefault: true })
    .description('what waits for a decision')
    .addOption(
      new Option('--status <status>', 'those that stand so')
        .choices([...ApiApprovalStatus.options, 'all'])
        .default('open'),
    );
  // An approval has no age of its own in the list: it is cut at runs.
  for (const option of pageOptions()) if (option.long !== '--since') list.addOption(option);
  list
    .addOption(watchOption())
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('approvals', 'approvals list --status all --json', 'approvals --watch'))
    .action((options: ListOptions) =>
      ask(options, ({ api }) =>
        show(async () => {
          const { limit, cursor, status } = options;
          const query = { limit, cursor, status: status === 'all' ? undefined : status };
          const page = await api.call('GET /approvals', { query });
          const more = page.cursor === null ? null : `More: --cursor ${page.cursor}`;
          if (page.items.length === 0)
            return { answer: page, text: '', aside: more ?? 'Nothing waits for a decision.' };
          return { answer: page, text: approvalTable(page.items, now()), aside: more };
        }, options),
      ),
    );
  approvals
    .command('show')
    .description('one request for a decision: who is asked, and exactly what would run')
    .argument('<approval>', 'id of the approval, or of a run that waits for one only')
    .addOption(watchOption())
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('approvals show apr_01jq….1', 'approvals show run_01jq… --json'))
    .action((text: string, options: Where & Showing) =>
      ask(options, ({ api }) =>
        show(async () => {
          const listed = await approvalOf(api, text);
          return { answer: listed, text: approvalText(listed, now()), over: listed.approval.status !== 'open' };
        }, options),
      ),
    );
  addApprovalOrders(approvals);
  addApprove(program);
  addDeny(program);
  addBreakGlass(program);
}

const argument = ['<approval>', 'id of the approval, or of a run that waits for one only'] as const;

function addApprove(program: Command): void {
  program
    .command('approve')
    .description('say yes to exactly the plan that a run waits with')
    .argument(...argument)
    .option('--plan <digest>', 'the plan that you looked at; without it you are shown it and asked')
    .addOption(reasonOption())
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('approve apr_01jq….1', 'approve apr_01jq….1 --plan sha256:3f9a… --reason "seen the graphs"'),
    )
    .action((text: string, options: DecisionOptions) =>
      order(options, async ({ api }) => {
        const listed = await approvalOf(api, text);
        const { id } = listed.approval;
        const planDigest =
          options.plan === undefined ? await lookedAt(listed) : digestOf(listed.approval, options.plan);
        const body = { planDigest, reason: options.reason };
        const decided = await api.call('POST /approvals/:id/approve', { params: { id }, body });
        if (options.json) printJson(decided);
        else print(decidedText(decided.approval));
      }),
    );
}

function addDeny(program: Command): void {
  program
    .command('deny')
    .description('say no to what a run waits with')
    .argument(...argument)
    .addOption(reasonOption())
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('deny apr_01jq….1', 'deny run_01jq… --reason "not during the sale"'))
    .action((text: string, options: DecisionOptions) =>
      order(options, async ({ api }) => {
        const { id } = (await approvalOf(api, text)).approval;
        const decided = await api.call('POST /approvals/:id/deny', {
          params: { id },
          body: { reason: options.reason },
        });
        if (options.json) printJson(decided);
        else print(decidedText(decided.approval));
      }),
    );
}

function addBreakGlass(program: Command): void {
  program
    .command('break-glass')
    .description(
      'let exactly this plan go on without those who would have to approve it; they are told, and a review is owed',
    )
    .argument(...argument)
    .requiredOption('--reason <text>', 'why it cannot wait for them; they read it')
    .option('--plan <digest>', 'the plan that you looked at; without it you are shown it and asked')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('break-glass apr_01jq….1 --plan sha256:3f9a… --reason "nobody of @sre answers"'))
    .action((text: string, options: DecisionOptions & { reason: string }) =>
      order(options, async ({ api }) => {
        const listed = await approvalOf(api, text);
        const { id } = listed.approval;
        const planDigest =
          options.plan === undefined
            ? await lookedAt(listed, 'Break the glass over')
            : digestOf(listed.approval, options.plan);
        const body = { planDigest, reason: options.reason };
        const decided = await api.call('POST /approvals/:id/break-glass', { params: { id }, body });
        if (options.json) printJson(decided);
        else print('Glass broken: it goes on. Those who were bypassed are told, and a review is owed.');
      }),
    );
}

/** Shows the plan and asks; the digest of what was shown. Where nobody can be asked, says what to do instead. */
async function lookedAt(listed: FoundApproval, verb = 'Approve'): Promise<string> {
  const { id, status, planDigest } = listed.approval;
  if (status !== 'open') return planDigest;
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new UsageError(
      `this is no terminal, so the plan cannot be shown and asked about: look at it with \`firebreak approvals show ${id}\`, then give its digest with --plan`,
    );
  say(approvalText(listed, now()));
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`\n${verb} exactly this? [y/N] `);
    if (/^y(es)?$/i.test(answer.trim())) return planDigest;
    throw new CliError('not_decided', 'nothing was decided');
  } finally {
    terminal.close();
  }
}
