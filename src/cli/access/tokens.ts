// `firebreak tokens`: makes service tokens, takes them back, lists them. Holds no rule, and keeps no token.
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ApiToken } from '../../contract/token.ts';
import { Right } from '../../core/authority/right.ts';
import { parseDuration } from '../../core/time.ts';
import type { Where } from '../session/firebreak.ts';
import { examples, jsonOption, reasonOption, serverOption } from '../session/options.ts';
import { type Cell, line, print, printJson, say, table } from '../session/output.ts';
import { ask, order } from '../session/reach.ts';

type Json = { readonly json?: boolean };
type CreateOptions = Where & Json & { right: Right[]; expires: string; owner?: string };

/** Adds `tokens [list|create NAME|revoke NAME]`. */
export function addTokens(program: Command): void {
  const tokens = program.command('tokens').description('service tokens, for programs and for commands with --server');
  tokens
    .command('list', { isDefault: true })
    .description('the tokens there are, dead ones included; a token itself is kept nowhere')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('tokens', 'tokens list --json'))
    .action((options: Where & Json) =>
      ask(options, async ({ api }) => {
        const page = await api.call('GET /tokens', {});
        if (options.json) printJson(page);
        else if (page.items.length === 0) say('There is no token.');
        else print(table(['TOKEN', 'STATE', 'EXPIRES', 'OWNER', 'RIGHTS'], page.items.map(tokenRow)));
      }),
    );
  addCreate(tokens);
  tokens
    .command('revoke')
    .description('take a token back: from now on it proves nothing')
    .argument('<name>', 'its name')
    .addOption(reasonOption())
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('tokens revoke ci', 'tokens revoke ci --reason "it was in a public log"'))
    .action((name: string, options: Where & Json & { reason?: string }) =>
      order(options, async ({ api }) => {
        const revoked = await api.call('DELETE /tokens/:name', { params: { name }, body: { reason: options.reason } });
        if (options.json) printJson(revoked);
        else print(`Revoked: ${line(revoked.name)}. It proves nothing any more.`);
      }),
    );
}

function addCreate(tokens: Command): void {
  tokens
    .command('create')
    .description('make a token; it is printed once, and kept nowhere')
    .argument('<name>', 'lower-case letters, digits, - and _; it acts as `token:NAME`')
    .addOption(
      new Option('--right <right...>', 'what it may do everywhere, besides what the configuration gives it')
        .choices(Right.options.filter((right) => right !== 'bypass'))
        .default([], 'none'),
    )
    .addOption(
      new Option('--expires <when>', 'a time, or a duration from now').default('90d').argParser((text) => {
        if (parseDuration(text) !== null || Number.isFinite(Date.parse(text))) return text;
        throw new InvalidArgumentError('It must be a duration such as 90d, or a time such as 2027-01-31T12:00Z.');
      }),
    )
    .option('--owner <key>', 'whom it belongs to: a key under `people:` of the configuration')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('tokens create ci --right start --expires 30d', 'tokens create ci --right view'))
    .action((name: string, options: CreateOptions) =>
      order(options, async ({ api }) => {
        const { right: rights, owner } = options;
        const made = await api.call('POST /tokens', {
          body: { name, rights, expiresAt: instantOf(options.expires), owner },
        });
        if (options.json) return printJson(made);
        print(made.token);
        say(`${line(made.created.name)} acts until ${made.created.expiresAt}. Keep it now: nobody can show it again.`);
      }),
    );
}

function instantOf(text: string): string {
  const ms = parseDuration(text);
  return new Date(ms === null ? Date.parse(text) : Date.now() + ms).toISOString();
}

function tokenRow({ name, expiresAt, owner, rights, revoked }: ApiToken): readonly Cell[] {
  const isExpired = Date.parse(expiresAt) <= Date.now();
  const state: Cell =
    revoked !== null
      ? { text: 'revoked', colour: 'bad' }
      : isExpired
        ? { text: 'expired', colour: 'warning' }
        : { text: 'valid', colour: 'good' };
  return [name, state, expiresAt, owner ?? '', rights.join(', ')];
}
