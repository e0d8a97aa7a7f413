// Defences of drills: they act on nothing that is in use, lift no approval, and prove only what they have shown.
import type { Defence } from './defence.ts';

const drills = 'test/unit/drills.test.ts';
const rules = 'src/core/run/drill.ts';

/** The defences. */
export const defences: readonly Defence[] = [
  {
    threat: 'untested rollback: a proof that is none',
    defence: 'A drill whose undoing failed has failed.',
    file: rules,
    find: "if (status !== 'succeeded' && !isUndone)",
    replace: "if (status !== 'succeeded' && status !== 'compensation_failed' && !isUndone)",
    test: drills,
    title: 'proves nothing when undoing it fails',
  },
  {
    threat: 'untested rollback: a proof that is none',
    defence: 'The first judgement of a drill stands, whatever is mended afterwards.',
    file: rules,
    find: ' || (state.drill?.outcome ?? null) !== null) return;',
    replace: ') return;',
    test: drills,
    title: 'proves nothing when undoing it fails',
  },
  {
    threat: 'untested rollback: a proof that is none',
    defence: 'What a person says was undone shows nothing.',
    file: rules,
    find: 'return marked.length === 0 ? null',
    replace: 'return marked.length >= 0 ? null',
    test: drills,
    title: 'when a person says that it was undone',
  },
  {
    threat: 'untested rollback: a proof that is none',
    defence: 'What was undone before it had succeeded shows nothing.',
    file: rules,
    find: "status === 'compensated' && drill !== null && compensable",
    replace: "status === 'compensated' && compensable",
    test: drills,
    title: 'undone before it has succeeded',
  },
  {
    threat: 'untested rollback: undoing that nobody exercises',
    defence: 'A drill is undone once it has succeeded.',
    file: 'src/core/run/advance.ts',
    find: "      case 'succeeded':\n        undoDrill(draft);\n        break;\n",
    replace: '',
    test: drills,
    title: 'is undone once its run has succeeded',
  },
  {
    threat: 'excessive permissions: an approval that an exercise lifts',
    defence: 'A drill asks people as any run does.',
    file: 'src/core/run/flow.ts',
    find: 'return step && isUndo(key) ? step.compensate : step;',
    replace: 'return step && isUndo(key) ? step.compensate : step && { ...step, approval: null };',
    test: drills,
    title: 'asks people as any run does',
  },
  {
    threat: 'a drill that acts on what is in use',
    defence: 'A drill has the inputs under `drill:`, and no default or other input.',
    file: 'src/engine/runs/start-run.ts',
    find: 'const given = drill ? playbook.drill?.inputs : inputs;',
    replace: 'const given = inputs;',
    test: drills,
    title: 'drills with the inputs that the playbook gives for it',
  },
  {
    threat: 'a drill that acts on what is in use',
    defence: '`drill.inputs` gives every input of the playbook.',
    file: 'src/core/playbook/validate-drill.ts',
    find: 'if (lacking.length > 0)\n',
    replace: 'if (lacking.length < 0)\n',
    test: drills,
    title: 'names every input',
  },
  {
    threat: 'a drill that acts on what is in use',
    defence: 'A scheduled drill has the inputs under `drill:`.',
    file: 'src/engine/schedules/start-slot.ts',
    find: 'const given = entry.drill ? playbook.drill?.inputs : entry.inputs;',
    replace: 'const given = {};',
    test: drills,
    title: 'starts the drills of a schedule as drills',
  },
  {
    threat: 'a failed drill that nobody learns of',
    defence: 'A failed drill opens an incident, once.',
    file: 'src/engine/runs/command-run.ts',
    find: '...(await proposeFailedDrill(parts, { events, run: state, at: moment.at })),',
    replace: '',
    test: drills,
    title: 'opens an incident that is no drill, once',
  },
];
