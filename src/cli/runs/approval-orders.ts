// `approvals ask|delegate|remind|refresh`: what people do about a request without deciding it. Holds no rule.
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ApiApproval } from '../../contract/approval.ts';
import { parseDuration } from '../../core/time.ts';
import type { Where } from '../session/firebreak.ts';
import { approvalOf } from '../session/ids.ts';
import { examples, jsonOption, reasonOption, serverOption } from '../session/options.ts';
import { line, print, printJson } from '../session/output.ts';
import { order } from '../session/reach.ts';
import { approvalText } from './show-approval.ts';

type Options = Where & { json?: boolean; reason?: string };
type Decided = { readonly approval: ApiApproval };

/** When a hand-over ends by itself, as an instant. */
const untilOption = () =>
  new Option('--until <when>', 'when it ends by itself: a time, or a duration from now').argParser((text: string) => {
    const ms = parseDuration(text);
    const at = ms === null ? Date.parse(text) : Date.now() + ms;
    if (Number.isFinite(at)) return new Date(at).toISOString();
    throw new InvalidArgumentError('It must be a duration such as 30m, or a time such as 2027-01-31T12:00Z.');
  });

const argument = ['<approval>', 'id of the approval, or of a run that waits for one only'] as const;

function answer(decided: Decided, { json }: Options, said: string): void {
  if (json) printJson(decided);
  else print(said);
}

/** Adds them under `approvals`. */
export function addApprovalOrders(approvals: Command): void {
  approvals
    .command('ask')
    .description('ask for more information; the request stays open')
    .argument(...argument)
    .argument('<question>', 'what you want to know')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('approvals ask apr_01jq….1 "Is the backup done?"'))
    .action((text: string, question: string, options: Options) =>
      order(options, async ({ api }) => {
        const { id } = (await approvalOf(api, text)).approval;
        const asked = await api.call('POST /approvals/:id/ask', { params: { id }, body: { question } });
        answer(asked, options, `Asked. ${id} stays open; the answer comes where people talk.`);
      }),
    );
  approvals
    .command('delegate')
    .description('hand a request on to others whom its rule lets decide')
    .argument(...argument)
    .argument('<who>', 'a role of the rule, such as @sre-lead, or a person who belongs to one')
    .addOption(reasonOption())
    .addOption(untilOption())
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('approvals delegate apr_01jq….1 ben --reason "knows the database"'))
    .action((text: string, to: string, options: Options & { until?: string }) =>
      order(options, async ({ api }) => {
        const { id } = (await approvalOf(api, text)).approval;
        const body = { to, reason: options.reason, until: options.until };
        const handed = await api.call('POST /approvals/:id/delegate', { params: { id }, body });
        const who = handed.approval.assigned ?? handed.approval.rule.from;
        answer(handed, options, `Handed on: ${line(who.join(', '))} may decide now.`);
      }),
    );
  approvals
    .command('remind')
    .description('have those who may decide called once more, every five minutes at the utmost')
    .argument(...argument)
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('approvals remind apr_01jq….1'))
    .action((text: string, options: Options) =>
      order(options, async ({ api }) => {
        const { id } = (await approvalOf(api, text)).approval;
        const reminded = await api.call('POST /approvals/:id/remind', { params: { id }, body: {} });
        const { assigned, rule } = reminded.approval;
        answer(reminded, options, `Reminded: ${line((assigned ?? rule.from).join(', '))}.`);
      }),
    );
  approvals
    .command('refresh')
    .description('make the plan of a request anew; another plan is asked about anew')
    .argument(...argument)
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('approvals refresh apr_01jq….1'))
    .action((text: string, options: Options) =>
      order(options, async ({ api }) => {
        const listed = await approvalOf(api, text);
        const { id } = listed.approval;
        const refreshed = await api.call('POST /approvals/:id/refresh', { params: { id }, body: {} });
        const shown = approvalText({ ...listed, approval: refreshed.approval }, new Date().toISOString());
        const isSame = refreshed.approval.id === id;
        answer(
          refreshed,
          options,
          isSame ? 'The plan is the same.' : `The plan has changed; this is asked now:\n${shown}`,
        );
      }),
    );
}
