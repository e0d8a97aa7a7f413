// `firebreak slo`: what is promised of the automation, what was attained, and what is left of the error budgets. Holds no rule.
import type { Command } from 'commander';
import type { ApiSlo, ApiSloLine } from '../../contract/slo.ts';
import type { Where } from '../session/firebreak.ts';
import { examples, jsonOption, serverOption } from '../session/options.ts';
import { type Colour, line, paint, print, printJson, say, table, withProgress } from '../session/output.ts';
import { ask } from '../session/reach.ts';

type Options = Where & { json?: boolean; check?: boolean };

/** Adds `slo`. */
export function addSlo(program: Command): void {
  program
    .command('slo')
    .description('what is promised of the automation, what was attained, and what is left of the error budgets')
    .argument('[playbook]', 'what this playbook promises; without it everything')
    .option('--check', 'exit 1 if an error budget is used up')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('slo', 'slo restart-service', 'slo --check', 'slo --json'))
    .action((playbook: string | undefined, options: Options) =>
      ask(options, async ({ api, faults }) => {
        for (const fault of faults) say(fault);
        const slo = await withProgress('counting', () => api.call('GET /slo', { query: { playbook } }));
        if (options.check && slo.items.some(isUsedUp)) process.exitCode = 1;
        if (options.json) printJson(slo);
        else print(sloText(slo));
      }),
    );
}

/** By the numbers, or by the record, which holds it until the budget is whole again. */
const isUsedUp = ({ status, burnedSince }: ApiSloLine) => status === 'burned' || burnedSince !== null;

const colours: { readonly [status in ApiSloLine['status']]: Colour } = {
  met: 'good',
  burning: 'warning',
  burned: 'bad',
  unclear: 'neutral',
};

const percent = (share: number | null) => (share === null ? '-' : `${Math.floor(share * 10_000 + 1e-6) / 100}`);

/** Everything that is promised, as text. */
export function sloText({ items, method }: ApiSlo): string {
  const rows = items.map((one) => [
    one.subject === '*' ? 'all of Firebreak' : line(one.subject, 30),
    one.objective.replaceAll('_', ' '),
    { text: one.status, colour: colours[one.status] },
    percent(one.target),
    one.value === null ? '-' : `${percent(one.value)} (${percent(one.low)}-${percent(one.high)})`,
    String(Math.round(one.n * 100) / 100),
    one.budgetLeft === null ? '-' : `${Math.round(one.budgetLeft * 100)} %`,
  ]);
  const notes = items
    .filter(({ status, burnedSince }) => status === 'burned' || status === 'burning' || burnedSince !== null)
    .map(({ subject, promise, standing, burnedSince }) => {
      const since = burnedSince === null ? '' : `; used up since ${burnedSince}`;
      return `${subject === '*' ? 'all of Firebreak' : line(subject)}: ${promise}\n  ${standing}${since}`;
    });
  return [
    table(['WHOSE', 'WHAT', 'STANDS', 'PROMISED %', 'ATTAINED %', 'OF', 'BUDGET LEFT'], rows, 'cut'),
    ...notes,
    paint('dim', `Attained: ${method}. \`unclear\`: too few, or too close, to say.`),
  ].join('\n\n');
}
