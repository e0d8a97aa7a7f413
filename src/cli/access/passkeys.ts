// `firebreak passkeys`: whose passkeys count, confirming one that waits, and taking one back. They are made in a browser. Holds no rule.
import type { Command } from 'commander';
import type { ApiPasskey } from '../../contract/passkey.ts';
import type { Firebreak, Where } from '../session/firebreak.ts';
import { examples, jsonOption, reasonOption, serverOption } from '../session/options.ts';
import { type Cell, CliError, line, print, printJson, say, table } from '../session/output.ts';
import { ask, order } from '../session/reach.ts';

type Json = { readonly json?: boolean };

/** Adds `passkeys [list|confirm ID|remove ID]`. */
export function addPasskeys(program: Command): void {
  const passkeys = program.command('passkeys').description('passkeys that people approve with; made on the page');
  passkeys
    .command('list', { isDefault: true })
    .description('your passkeys; with `administer` those of everybody')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('passkeys', 'passkeys list --json'))
    .action((options: Where & Json) =>
      ask(options, async ({ api }) => {
        const page = await api.call('GET /passkeys', {});
        if (options.json) printJson(page);
        else if (page.items.length === 0) say('There are no passkeys; they are made on the page, under Settings.');
        else print(table(['PASSKEY', 'STATE', 'NAME', 'OWNER', 'PROVEN BY', 'SINCE'], page.items.map(passkeyRow)));
      }),
    );
  passkeys
    .command('confirm')
    .description('say that a passkey that waits is its owner’s: ask the owner in person first')
    .argument('<id>', 'as `passkeys list` shows it, or its beginning')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('passkeys confirm q7Zr'))
    .action((text: string, options: Where & Json) =>
      order(options, async (firebreak) => {
        const params = { id: await passkeyId(firebreak, text) };
        const made = await firebreak.api.call('POST /passkeys/:id/confirm', { params, body: {} });
        if (options.json) printJson(made);
        else print(`It counts: ${line(made.name)} of ${line(ownerOf(made))}.`);
      }),
    );
  passkeys
    .command('remove')
    .description('revoke a passkey: nothing that it signs from now on counts; what it signed stays valid')
    .argument('<id>', 'as `passkeys list` shows it, or its beginning')
    .addOption(reasonOption())
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('passkeys remove q7Zr --reason "the key is lost"'))
    .action((text: string, options: Where & Json & { reason?: string }) =>
      order(options, async (firebreak) => {
        const params = { id: await passkeyId(firebreak, text) };
        const revoked = await firebreak.api.call('DELETE /passkeys/:id', { params, body: { reason: options.reason } });
        if (options.json) printJson(revoked);
        else
          print(`Revoked: ${line(revoked.name)} of ${line(ownerOf(revoked))}. Nothing that it signs counts any more.`);
      }),
    );
}

/** The one passkey that a text means. */
async function passkeyId({ api }: Firebreak, text: string): Promise<string> {
  const { items } = await api.call('GET /passkeys', {});
  const fits = items.filter(({ id }) => id === text);
  const found = fits.length > 0 ? fits : items.filter(({ id }) => id.startsWith(text));
  const [one, other] = found;
  if (other) throw new CliError('not_found', `several passkeys begin with ${line(text, 80)}; say more of it`);
  // Of one that is not seen here the server says itself what is wrong.
  return one?.id ?? text;
}

const ownerOf = ({ owner }: ApiPasskey): string => owner.name ?? owner.id;

const colours = { counts: 'good', waits: 'warning', revoked: 'bad' } as const;

function passkeyRow(passkey: ApiPasskey): readonly Cell[] {
  const { id, name, status, provenBy, registeredAt } = passkey;
  const short = id.length > 24 ? `${id.slice(0, 24)}…` : id;
  return [short, { text: status, colour: colours[status] }, line(name), line(ownerOf(passkey)), provenBy, registeredAt];
}
