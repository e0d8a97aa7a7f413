// What `drill:` and the drills of `schedule:` must make sense of: a drill acts on what it names itself, on nothing else. Reports, never throws.
import { digestJson } from '../json.ts';
import { resolveInputs } from './match.ts';
import { allSteps, type Playbook } from './playbook.ts';

type Report = (path: readonly PropertyKey[], message: string) => void;

/** Reports every fault of how a compiled playbook is exercised, by the path in the file it came from. */
export function validateDrill(report: Report, playbook: Playbook): void {
  const { drill, schedule = [], inputs } = playbook;
  schedule.forEach((entry, i) => {
    if (!entry.drill) return;
    if (drill === undefined)
      report(['schedule', i, 'drill'], 'the playbook has no `drill:`; it says what inputs a drill has');
    else if (digestJson(entry.inputs) !== digestJson(drill.inputs))
      report(['schedule', i, 'inputs'], 'a drill has the inputs under `drill:` and no others; take these out');
  });
  if (drill === undefined) return;
  if (drill.alert !== undefined && playbook.triggers.length === 0)
    report(['drill', 'alert'], 'no alert starts the playbook: it has no `triggers:`; take this out');
  const names = Object.keys(inputs);
  const lacking = names.filter((name) => !Object.hasOwn(drill.inputs, name));
  // A default is what the playbook acts on when it is meant.
  if (lacking.length > 0)
    report(
      ['drill'],
      `a drill uses no default and no alert: write ${lacking.map((name) => `\`${name}\``).join(', ')} under \`inputs:\` here`,
    );
  const risky = allSteps(playbook).filter(({ risk }) => risk === 'high');
  if (names.length === 0 && risky.length > 0)
    report(
      ['drill'],
      `${risky.map(({ id }) => id).join(', ')} would act on the same as when it is meant: give the playbook an input for what it acts on`,
    );
  const resolved = resolveInputs(playbook, null, drill.inputs);
  if (resolved.ok || lacking.length > 0) return;
  for (const { path, message } of resolved.error)
    report(['drill', 'inputs', path.replace(/^inputs\./, '')], `${path} ${message}`);
}
