// `firebreak import alertmanager`: an Alertmanager configuration as sections of firebreak.yaml, held against the real amtool where it is on
// PATH. Writes one file at most, and replaces none.
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { z } from 'zod';
import { alertFaults, alertSections } from '../../config/alerts.ts';
import { Alert } from '../../core/alert/alert.ts';
import { type Imported, importAlertmanager } from '../../core/alert/import/alertmanager.ts';
import { readAlertmanager } from '../../core/alert/import/read-alertmanager.ts';
import { type SampleLabels, sampleLabels } from '../../core/alert/import/sample-labels.ts';
import type { ImportNote } from '../../core/alert/import/written.ts';
import { Route, route } from '../../core/alert/route.ts';
import { textOf } from '../record/record.ts';
import { examples, jsonOption } from '../session/options.ts';
import { CliError, line, print, printJson, say, withProgress } from '../session/output.ts';
import { amtoolReceivers, hasAmtool } from './amtool.ts';

type ImportOptions = { out?: string; strict?: boolean; json?: boolean };

/** How many alerts are held against amtool. */
const samples = 60;

/** Adds `import alertmanager FILE`. */
export function addImport(program: Command): void {
  program
    .command('import')
    .description('take over the configuration of another tool')
    .command('alertmanager')
    .description('routes, inhibition and times of an Alertmanager as sections of firebreak.yaml')
    .argument('<file>', 'the configuration of Alertmanager')
    .option('--out <file>', 'write the sections there; it must not exist yet (default: standard output)')
    .option('--strict', 'exit with 1 if anything could not be taken over')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'import alertmanager /etc/prometheus/alertmanager.yml --out routes.yaml',
        'import alertmanager alertmanager.yml --strict --json',
      ),
    )
    .action((file: string, options: ImportOptions) => runImport(file, options));
}

async function runImport(file: string, { out, strict = false, json = false }: ImportOptions): Promise<void> {
  const document = readAlertmanager(textOf(file));
  if (!document.ok) throw new CliError('invalid', document.error.map((fault) => `${file}:${fault}`).join('\n'));
  const imported = importAlertmanager(document.value);
  const faults = imported.faults.length > 0 ? imported.faults : unusable(imported);
  if (faults.length > 0) throw new CliError('invalid', faults.map(inWords).join('\n'));
  const proof = await withProgress('asking amtool', () => prove(file, imported));
  const text = `${commentsOf(imported, proof)}\n${stringify(imported.sections, { lineWidth: 120, aliasDuplicateObjects: false })}`;
  if (out !== undefined) written(out, text);
  if (json) printJson({ sections: imported.sections, leftOut: imported.notes, proof });
  else if (out === undefined) print(text.trimEnd());
  for (const note of imported.notes) say(inWords(note));
  say(proofInWords(proof));
  if (proof.type === 'differs' || (strict && imported.notes.length > 0)) process.exitCode = 1;
}

/** What our own schema would refuse of the sections: names that are nowhere, more than it holds. */
function unusable({ sections }: Imported): readonly ImportNote[] {
  const read = z.object(alertSections).safeParse(sections);
  const faults = read.success ? alertFaults(read.data) : read.error.issues;
  return faults.map(({ path, message }) => ({ at: path.map(String).join('.'), message }));
}

const inWords = ({ at, message }: ImportNote): string => line(`${at}: ${message}`);

function written(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CliError('invalid', `${path} cannot be written: ${why}`);
  }
}

type Proof =
  /** amtool is not there. */
  | { readonly type: 'none' }
  /** So many alerts go where amtool says. */
  | { readonly type: 'equal'; readonly alerts: number }
  | {
      readonly type: 'differs';
      readonly labels: SampleLabels;
      readonly ours: readonly string[];
      readonly amtool: readonly string[];
    };

/** Sends alerts through both trees. */
async function prove(file: string, { sections, receivers }: Imported): Promise<Proof> {
  if (file === '-' || !(await hasAmtool())) return { type: 'none' };
  const routes = z.array(Route).parse(sections.routes);
  const alerts = sampleLabels(routes, samples).filter((labels) => Object.keys(labels).every(isPlain));
  for (const labels of alerts) {
    const alert = Alert.parse({ ...sample, labels });
    const { matched } = route(alert, '2026-01-01T00:00:00.000Z', { routes, intervals: {} });
    const ours = matched.map((name) => receivers.get(name) ?? '');
    const amtool = await amtoolReceivers(file, labels);
    if (ours.join() !== amtool.join()) return { type: 'differs', labels, ours, amtool };
  }
  return { type: 'equal', alerts: alerts.length };
}

/** Older ones of amtool know no other names of labels. */
const isPlain = (label: string): boolean => /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(label);

const sample = {
  source: 'alertmanager',
  integration: 'sample',
  fingerprint: 'sample',
  status: 'firing',
  title: 'sample',
  severity: 'warning',
};

function proofInWords(proof: Proof): string {
  switch (proof.type) {
    case 'none':
      return 'not proven: amtool is not on PATH, or the configuration is no file; install it and import again';
    case 'equal':
      return `proven: ${proof.alerts} alerts go where amtool says`;
    case 'differs':
      return line(
        `NOT equal: an alert with ${JSON.stringify(proof.labels)} goes to ${proof.ours.join(', ')} here, to ${proof.amtool.join(', ')} by amtool`,
      );
  }
}

function commentsOf({ notes }: Imported, proof: Proof): string {
  const lines = [
    'Imported from an Alertmanager configuration. The owner of a route is the receiver that it had.',
    proofInWords(proof),
    ...(notes.length > 0 ? ['What could not be taken over:', ...notes.map((note) => `- ${inWords(note)}`)] : []),
  ];
  return lines.map((text) => `# ${text}`).join('\n');
}
