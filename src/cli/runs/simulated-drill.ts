// A drill without a target: the playbook is played with the inputs under its `drill:`. Does nothing, records nothing, proves nothing.
import { actionTraits } from '../../actions/registry.ts';
import { resolveInputs } from '../../core/playbook/match.ts';
import { simulatedRun } from '../../core/run/play-case.ts';
import { simulate } from '../../core/run/simulate.ts';
import { library, playbookOf } from '../playbook/simulated-run.ts';
import { CliError, line, print, printJson } from '../session/output.ts';

/** Plays it and says how it went; exit 1: it would not succeed. */
export function simulateDrill(name: string, json: boolean): void {
  const playbook = playbookOf(name);
  const { drill } = playbook;
  if (drill === undefined)
    throw new CliError(
      'wrong_state',
      `${line(playbook.name)} has no \`drill:\` section, which says with which inputs it is exercised`,
    );
  const inputs = resolveInputs(playbook, null, drill.inputs);
  if (!inputs.ok)
    throw new CliError('invalid', inputs.error.map(({ path, message }) => `${path} ${message}`).join('\n'));
  const started = simulatedRun(playbook, null, inputs.value, {}, new Date().toISOString());
  const { run, events } = simulate(started, {
    traits: actionTraits,
    resultOf: () => ({ outcome: 'assumed' }),
    decisionOn: () => 'approve',
    orders: [],
    library,
  });
  const asked = events.filter(({ type }) => type === 'approval.requested').length;
  const wouldUndo = drill.undo ? playbook.steps.flatMap(({ id, compensate }) => (compensate ? [id] : [])) : [];
  process.exitCode = run.status === 'succeeded' ? 0 : 1;
  if (json) return printJson({ simulated: true, proves: 'nothing', outcome: run.status, approvals: asked, wouldUndo });
  print(
    `Simulated: ${line(playbook.name)} ${playbook.version} would be ${run.status}, if every action and everybody says yes.`,
  );
  print(`It would ask ${asked} time(s), and undo ${wouldUndo.join(', ') || 'nothing'}.`);
  print(
    'Nothing was done, and nothing is proven: `firebreak test` plays its tests, a drill without --simulate proves it.',
  );
}
