// What the rules say of a run, as the API shows it. Holds no rule.
import type { ApiExplainedPolicies } from '../../contract/rules.ts';
import type { ApprovalRule } from '../../core/playbook/playbook.ts';
import type { ExplainedRun } from '../../core/run/explain-rules.ts';

const shownRule = ({ from, quorum, expiresInMs, excludeRequester, stepUp }: ApprovalRule) => ({
  from,
  quorum,
  expiresInMs,
  excludeRequester,
  stepUp: stepUp === true,
});

/** What the rules say of a run. */
export const showExplained = ({ rulebook, at, environment, items }: ExplainedRun): ApiExplainedPolicies => ({
  rulebook,
  at,
  environment: { name: environment.name, because: environment.because },
  items: items.map(({ step, outcome, reason, rule, hits, freezes, saw, says }) => ({
    step,
    outcome,
    reason,
    rule: rule && shownRule(rule),
    rules: hits.map(({ policy, rule: id }) => ({ policy, rule: id })),
    freezes: [...freezes],
    saw,
    says: [...says],
  })),
});
