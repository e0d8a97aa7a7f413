// `firebreak access`: why somebody may do something or may not, and who has which right where. Holds no rule.
import { Argument, type Command } from 'commander';
import type { ApiAccess, ApiAccessCheck } from '../../contract/access.ts';
import { Right, rightMeaning } from '../../core/authority/right.ts';
import type { Where } from '../session/firebreak.ts';
import { examples, jsonOption, serverOption } from '../session/options.ts';
import { line, paint, print, printJson, say, table } from '../session/output.ts';
import { ask } from '../session/reach.ts';

type Json = { readonly json?: boolean };
type CheckOptions = Where &
  Json & { service?: string; environment?: string; incident?: string; approval?: string; run?: string };
type Asked = ApiAccessCheck['right'];

/** Adds `access [list|check USER RIGHT [PLAYBOOK]]`. */
export function addAccess(program: Command): void {
  const access = program.command('access').description('who has which right, where, and why');
  access
    .command('list', { isDefault: true })
    .description('every grant of the configuration, and names that stand for nobody')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('access', 'access list --json'))
    .action((options: Where & Json) =>
      ask(options, async ({ api }) => {
        const found = await api.call('GET /access', {});
        if (options.json) return printJson(found);
        const rows = found.items.map(({ right, to, where, at }) => [right, line(to.join(', ')), line(where), at]);
        print(table(['RIGHT', 'WHO', 'WHERE', 'BY'], rows));
        print(`local:NAME, the user of the machine: ${found.local.join(', ') || 'nothing'}`);
        print(
          `Who started a run approves its steps: ${found.selfApproval === 'never' ? 'never' : 'as each rule says'}`,
        );
        if (found.escalation.length > 0) print(`\n${matrixText(found.escalation)}`);
        for (const text of found.nobody) say(line(text));
      }),
    );
  access
    .command('check')
    .description('whether somebody has a right, and why; exit 0: yes, 1: no')
    .argument(
      '<user>',
      'a key under `people:`, a Slack user id, oidc:SUBJECT, local:NAME, token:NAME, or - for whoever asks',
    )
    .addArgument(new Argument('<right>', 'the right').choices([...Right.options, 'approve']))
    .argument('[playbook]', 'for which playbook')
    .option('--service <name>', 'as the input `service` of the run would say it')
    .option('--environment <name>', 'as the input `environment` of the run would say it')
    .option('--incident <incident>', 'in this incident, by number or id')
    .option('--approval <id>', 'of this request, for approve')
    .option('--run <id>', 'of the open request of this run, for approve')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('access check ana start restart-service', 'access check - approve --run run_01kb0000000000000000000000'),
    )
    .action((user: string, right: Asked, playbook: string | undefined, options: CheckOptions) =>
      ask(options, async ({ api }) => {
        const { service, environment, incident, approval, run, json } = options;
        const about = user === '-' ? undefined : user;
        const query = { user: about, right, playbook, service, environment, incident, approval, run };
        const answer = await api.call('GET /access/check', { query });
        if (json) printJson(answer);
        else print(answerText(answer, { playbook, service, environment }));
        process.exitCode = answer.allowed ? 0 : 1;
      }),
    );
}

/** The escalation matrix: the first row that fits counts. */
function matrixText(rows: ApiAccess['escalation']): string {
  const names = (all: readonly string[]) => line(all.join(', ')) || '-';
  return table(
    ['SEVERITY', 'STAGE', 'RESPONSIBLE', 'ACCOUNTABLE', 'CONSULTED', 'INFORMED'],
    rows.map(({ severity, stage, responsible, accountable, consulted, informed }) => [
      severity?.map((one) => `SEV${one}`).join(', ') ?? 'every',
      stage?.join(', ') ?? 'every',
      names(responsible),
      names(accountable),
      names(consulted),
      names(informed),
    ]),
  );
}

/** What a question was about; what is not named binds nothing. */
type About = { readonly [what in 'playbook' | 'service' | 'environment']: string | undefined };

const aboutInWords = (about: About): string =>
  Object.entries(about)
    .flatMap(([what, name]) => (name === undefined ? [] : [`${what} ${line(name)}`]))
    .join(', ');

/** The answer with its reasons, for a terminal. */
export function answerText(
  { actor, right, approval, allowed, by, tried, incident }: ApiAccessCheck,
  asked: About,
): string {
  const about = aboutInWords(asked);
  const person = actor.person === undefined ? '' : ` (${line(actor.person)} under \`people:\`)`;
  const head = `${line(actor.id)}${person} ${allowed ? 'may' : 'may not'} ${right}${approval === null ? '' : ` ${approval}`}${about === '' ? '' : ` (${about})`}: ${rightMeaning[right]}`;
  const unseen =
    incident?.seen === false ? [`  incident ${incident.number} is private, and not theirs to know of`] : [];
  return [
    paint(allowed ? 'good' : 'bad', head),
    ...unseen,
    ...by.map(({ at, to }) => `  given by ${at}: ${line(to.join(', '))}`),
    ...tried.map(({ at, missing }) => `  not by ${at}: ${line(missing.join('; '))}`),
    ...(by.length + tried.length === 0
      ? [`  \`access:\` gives it to nobody; to give it, name somebody there: \`${right}: ["@role"]\``]
      : []),
  ].join('\n');
}
