// `firebreak oncall`: who is on call now. Holds no rule.
import type { Command } from 'commander';
import type { Where } from '../session/firebreak.ts';
import { examples, jsonOption, serverOption } from '../session/options.ts';
import { line, print, printJson, say, table } from '../session/output.ts';
import { ask } from '../session/reach.ts';

/** Adds `oncall`. */
export function addOnCall(program: Command): void {
  program
    .command('oncall')
    .description('who is on call now, by the rotations and providers of the configuration')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('oncall', 'oncall --json'))
    .action((options: Where & { json?: boolean }) =>
      ask(options, async ({ api }) => {
        const page = await api.call('GET /on-call', {});
        if (options.json) return printJson(page);
        if (page.items.length === 0) return say('Nobody is on call: `oncall:` in firebreak.yaml has no entry.');
        const rows = page.items.map(({ name, from, who, until }) => [
          name,
          who.map((one) => line(one)).join(', ') || 'nobody',
          until ?? '',
          from,
        ]);
        print(table(['ROTATION', 'ON CALL', 'UNTIL', 'FROM'], rows));
        for (const { name, trouble } of page.items) if (trouble !== null) say(`${name}: ${line(trouble, 300)}`);
      }),
    );
}
