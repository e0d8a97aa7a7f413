// `firebreak explain --replay 30d --config NEW.yaml`: the stored deliveries through another configuration, and what would be different. Reads the
// database itself, changes nothing.
import { actionTraits } from '../../actions/registry.ts';
import { alertRulesOf, loadUsableParts } from '../../adapters.ts';
import { type Config, environment, readUsableConfig } from '../../config/environment.ts';
import { compareSimulations, isSame, type SimulationTotals, type WhatIf } from '../../engine/what-if/compare.ts';
import { createSimulator, type SimulatedIncident, type Simulator } from '../../engine/what-if/simulate.ts';
import { withRecord } from '../session/database.ts';
import { CliError, line, print, printJson, say, withProgress } from '../session/output.ts';
import { usable } from '../session/settings.ts';

/** What is asked: deliveries since an instant, through the configuration of a file. */
export type WhatIfAsked = { readonly since: string; readonly file: string; readonly json: boolean };

/** Prints the differences. */
export async function whatIf({ since, file, json }: WhatIfAsked): Promise<void> {
  const found = await replayed({ since, file });
  if (json) printJson(found);
  else print(whatIfText(found, since));
}

/** The differences that another configuration would have made. */
export async function replayed({ since, file }: Pick<WhatIfAsked, 'since' | 'file'>): Promise<WhatIf> {
  const other = readUsableConfig(environment({ LOG_LEVEL: 'error', FIREBREAK_CONFIG: file }));
  if (!other.ok) throw new CliError('configuration', other.error.join('\n'));
  for (const fault of other.value.faults) say(`left out: ${fault}`);
  const [before, after] = [simulatorOf(usable().config), simulatorOf(other.value.config)];
  await withRecord(({ store }) =>
    withProgress('replaying deliveries', async (step) => {
      let count = 0;
      for await (const delivery of store.deliveriesSince(since)) {
        await before.take(delivery);
        await after.take(delivery);
        count += 1;
        if (count % 1000 === 0) step(`${count} deliveries`);
      }
    }),
  );
  return compareSimulations(before.result(), after.result());
}

function simulatorOf(config: Config): Simulator {
  const parts = loadUsableParts(config);
  if (!parts.ok) throw new CliError('configuration', parts.error.join('\n'));
  const playbooks = parts.value.parts.catalog.all();
  const { incidents, alerts } = config.file;
  return createSimulator({ rules: alertRulesOf(alerts), incidents, playbooks, traits: actionTraits });
}

const mostShown = 50;

/** The differences as text. */
export function whatIfText(found: WhatIf, since: string): string {
  const { deliveries, alerts, before, after, gone, fresh, runs } = found;
  const head = `${deliveries} deliveries with ${alerts} alerts since ${since}`;
  if (isSame(found)) return `${head}\nno difference: ${before.incidents} incidents, ${before.runs} runs`;
  const row = (name: string, of: (totals: SimulationTotals) => number) =>
    `${name.padEnd(24)} ${String(of(before)).padStart(8)} ${String(of(after)).padStart(8)}`;
  return [
    head,
    `${''.padEnd(24)} ${'now'.padStart(8)} ${'then'.padStart(8)}`,
    row('incidents', ({ incidents }) => incidents),
    row('opened', ({ opened }) => opened),
    row('runs', (totals) => totals.runs),
    row('told by a channel', ({ told }) => told.channel),
    row('told by a thread', ({ told }) => told.thread),
    row('told by a line', ({ told }) => told.line),
    row('told nobody in Slack', ({ told }) => told.none),
    ...runs.map((one) => `run ${line(one.playbook, 60)}: ${one.before} now, ${one.after} then`),
    ...listed('-', gone),
    ...listed('+', fresh),
  ].join('\n');
}

function listed(sign: string, incidents: readonly SimulatedIncident[]): readonly string[] {
  const lines = incidents.slice(0, mostShown).map(({ openedAt, title, told, owner, runs }) => {
    const details = [told, ...(owner === null ? [] : [line(owner, 60)]), ...runs.map((name) => line(name, 60))];
    return `${sign} ${openedAt}  ${line(title, 100)}  (${details.join(', ')})`;
  });
  return incidents.length > mostShown ? [...lines, `${sign} … ${incidents.length - mostShown} more`] : lines;
}
