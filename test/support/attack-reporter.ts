// Counts the attacks that were tried in a run of vitest, and prints the figure as its last line. Tries nothing itself.
import type { Reporter, TestCase } from 'vitest/node';
import { attackFigure, type Trialled } from './attacks.ts';

/** The reporter. The run fails with a bypass, and with too few trials. */
export class AttackReporter implements Reporter {
  readonly #trials: Trialled[] = [];

  onTestCaseResult(test: TestCase): void {
    if (test.meta().attack) this.#trials.push({ name: test.fullName, passed: test.result().state === 'passed' });
  }

  onTestRunEnd(): void {
    const { lines, ok } = attackFigure(this.#trials);
    if (!ok) process.exitCode = 1;
    // After whatever the other reporters say.
    process.once('exit', () => process.stdout.write(`${lines.join('\n')}\n`));
  }
}
