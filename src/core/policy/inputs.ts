// What policies may look at, by name, with the type of each: a name that there is not is a fault when a policy is read. Judges nothing.
import { anything, ofKind, record, type ValueType } from '../expression/types.ts';
import type { JsonObject } from '../json.ts';
import type { JudgedAt } from './rulebook.ts';

const text = ofKind('string');
const whole = ofKind('int');
const truth = ofKind('bool');
const map = (item: ValueType): ValueType => ({ kind: 'map', item });
const list = (item: ValueType): ValueType => ({ kind: 'list', item });

const runs = record({
  runs: whole,
  failures: whole,
  lastSuccessAt: text,
  succeeded: truth,
  minutesSinceSuccess: whole,
});
const plannedStep = record({
  id: text,
  action: text,
  risk: text,
  target: text,
  reversible: truth,
  approval: truth,
});

/** Inputs of every judgement. */
const always = {
  principal: record({ kind: text, id: text, name: text, via: text, person: text }),
  environment: text,
  time: record({
    at: text,
    zone: text,
    year: whole,
    month: whole,
    day: whole,
    hour: whole,
    minute: whole,
    weekday: text,
    weekend: truth,
    freezes: list(text),
  }),
} satisfies { readonly [name: string]: ValueType };

/** Inputs of what is about a run. */
const ofRun = {
  ...always,
  playbook: record({
    name: text,
    version: text,
    digest: text,
    class: text,
    stage: text,
    labels: map(text),
    owner: record({ product: text, technical: text, escalation: text }),
  }),
  plan: record({ steps: list(plannedStep), risk: text, actions: list(text) }),
  inputs: map(anything),
  trigger: record({ type: text, drill: truth }),
  incident: record({ id: text, number: whole, title: text, severity: whole }),
  target: text,
  history: record({ playbook: runs, target: runs }),
} satisfies { readonly [name: string]: ValueType };

/** The inputs there are, by when a rule is asked. */
export const inputTypes: { readonly [at in JudgedAt]: { readonly [name: string]: ValueType } } = {
  start: ofRun,
  step: {
    ...ofRun,
    step: record({
      id: text,
      action: text,
      risk: text,
      undo: truth,
      reversible: truth,
      approval: truth,
      round: whole,
      with: anything,
    }),
  },
  order: { ...ofRun, order: record({ type: text, step: text, reason: text }) },
  policyChange: {
    ...always,
    change: record({ added: list(text), removed: list(text), changed: list(text), from: text, to: text }),
  },
};

/** What policies see in one judgement, each asked for only if a rule looks at it. */
export type PolicyInputs = { readonly [name: string]: () => JsonObject[string] };
