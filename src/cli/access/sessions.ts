// `firebreak sessions`: who is signed in, and taking a session back. Holds no rule.
import type { Command } from 'commander';
import type { ApiSession } from '../../contract/session.ts';
import type { Where } from '../session/firebreak.ts';
import { examples, jsonOption, reasonOption, serverOption } from '../session/options.ts';
import { type Cell, line, print, printJson, say, table } from '../session/output.ts';
import { ask, order } from '../session/reach.ts';

type Json = { readonly json?: boolean };

/** Adds `sessions [list|revoke ID]`. */
export function addSessions(program: Command): void {
  const sessions = program.command('sessions').description('people who signed in for the page');
  sessions
    .command('list', { isDefault: true })
    .description('the sessions that have not run out')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('sessions', 'sessions list --json'))
    .action((options: Where & Json) =>
      ask(options, async ({ api }) => {
        const page = await api.call('GET /sessions', {});
        if (options.json) printJson(page);
        else if (page.items.length === 0) say('Nobody is signed in.');
        else
          print(table(['SESSION', 'STATE', 'WHO', 'PERSON', 'SINCE', 'LAST USED', 'ENDS'], page.items.map(sessionRow)));
      }),
    );
  sessions
    .command('revoke')
    .description('end a session: from its next request on it proves nothing')
    .argument('<id>', 'as `sessions list` shows it')
    .addOption(reasonOption())
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('sessions revoke ses_01kb0000000000000000000000 --reason "the phone is lost"'))
    .action((id: string, options: Where & Json & { reason?: string }) =>
      order(options, async ({ api }) => {
        const revoked = await api.call('DELETE /sessions/:id', { params: { id }, body: { reason: options.reason } });
        if (options.json) printJson(revoked);
        else print(`Ended: the session of ${line(nameOf(revoked))}. It proves nothing any more.`);
      }),
    );
}

const nameOf = ({ who }: ApiSession): string => who.name ?? who.id;

function sessionRow(session: ApiSession): readonly Cell[] {
  const { id, who, createdAt, seenAt, expiresAt, revoked } = session;
  const state: Cell = revoked ? { text: 'revoked', colour: 'bad' } : { text: 'valid', colour: 'good' };
  return [id, state, nameOf(session), who.person ?? '', createdAt, seenAt, expiresAt];
}
