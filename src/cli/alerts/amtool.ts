// Asks the real `amtool` where an alert would go. Starts a process for each question; changes nothing.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { SampleLabels } from '../../core/alert/import/sample-labels.ts';
import { matcherText } from '../../core/alert/matcher.ts';
import { CliError, line } from '../session/output.ts';

const run = promisify(execFile);
const answerWithinMs = 20_000;

/** Whether amtool is on PATH. */
export async function hasAmtool(): Promise<boolean> {
  return run('amtool', ['--version'], { timeout: answerWithinMs }).then(
    () => true,
    () => false,
  );
}

/** The receivers that an alert with these labels goes to, in order. @throws CliError with amtool's words if it does not take the file */
export async function amtoolReceivers(file: string, labels: SampleLabels): Promise<readonly string[]> {
  const words = Object.entries(labels).map(([label, value]) => matcherText({ label, operator: '=', value }));
  const args = ['config', 'routes', 'test', `--config.file=${file}`, ...words];
  const { stdout } = await run('amtool', args, { timeout: answerWithinMs }).catch((error: { stderr?: string }) => {
    throw new CliError('invalid', line(`amtool does not take ${file}: ${error.stderr ?? String(error)}`));
  });
  return stdout.trim().split(',');
}
