// What policies and freezes say of a run, for a terminal. Holds no rule.
import type { ApiExplainedPolicies } from '../../contract/rules.ts';
import { type Colour, line, paint } from '../session/output.ts';

const colours: { readonly [outcome in ApiExplainedPolicies['items'][number]['outcome']]: Colour } = {
  go: 'good',
  ask: 'warning',
  denied: 'bad',
  frozen: 'warning',
  unknown: 'neutral',
};

/** All of it, with what the rules have looked at. */
export function explainedText({ rulebook, at, environment: where, items }: ApiExplainedPolicies): string {
  const lines = items.flatMap((item) => [
    ...saidOf(item),
    ...Object.entries(item.saw).map(([name, value]) => `  saw ${line(name)} = ${line(JSON.stringify(value), 300)}`),
  ]);
  const place =
    where.name === null
      ? `no environment (${where.because})`
      : `the environment ${line(where.name)} (${line(where.because)})`;
  return [`At ${at}, in ${place}, by the rule book ${rulebook.slice(0, 19)}:`, ...lines].join('\n');
}

/** What is said of the start or one step, in a few lines. */
export const saidOf = ({
  step,
  outcome,
  reason,
  rule,
  says,
}: ApiExplainedPolicies['items'][number]): readonly string[] => [
  `${step === null ? 'the start' : `step ${line(step)}`}: ${paint(colours[outcome], outcome)}${reason === null ? '' : `: ${line(reason, 600)}`}`,
  ...(rule ? [`  asks ${rule.quorum} of ${line(rule.from.join(', '))}${rule.stepUp ? ', with a passkey' : ''}`] : []),
  ...says.map((text) => `  ${line(text, 600)}`),
];
