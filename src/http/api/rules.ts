// Policies and freezes over /api/v1: the rules in force, what they would say, and the exception from freezes. Holds no rule.
import type { ApiFreezes, ApiPolicies } from '../../contract/rules.ts';
import { effectInWords } from '../../core/policy/judge.ts';
import { ok } from '../../core/result.ts';
import type { RuleOperations } from '../../ports/rule-operations.ts';
import { type OrderDeps, orderOnce } from './order-once.ts';
import { policyDiff } from './policy-diff.ts';
import type { ServeDeps, ServeRoutes } from './serve-routes.ts';
import { showExplained } from './show-rules.ts';

/** What the routes need. */
export type RuleRouteDeps = Pick<ServeDeps, 'authorised'> & {
  readonly rules: RuleOperations;
  readonly nowMs: () => number;
};

/** Without another word it is about the runs of 30 days. */
const usualMs = 30 * 86_400_000;

/** Adds the routes. */
export function addRules(serve: ServeRoutes, deps: RuleRouteDeps & OrderDeps): void {
  const { rules } = deps;
  serve.read('GET /policies', async () => ok(listed(rules.rules(), await rules.recorded())));
  serve.read('GET /freezes', async () => ok(standing(rules.freezes())));
  serve.order('POST /policies/explain', async ({ body: { playbook, step, inputs, environment, asOf }, principal }) => {
    const at = asOf === undefined ? undefined : new Date(asOf).toISOString();
    const explained = await rules.explainRules({ principal, playbook, step, inputs, environment, at });
    return explained.ok ? ok(showExplained(explained.value)) : explained;
  });
  serve.order('POST /policies/diff', async ({ body, principal, reads }) => {
    const allowed = await deps.authorised(principal, 'design', {});
    if (!allowed.ok) return allowed;
    const since = new Date(body.since ?? deps.nowMs() - usualMs).toISOString();
    return policyDiff(reads, rules.rules(), { policies: body.policies, since, limit: body.limit });
  });
  serve.order('POST /runs/:id/except', ({ params: { id: runId }, body: { reason }, principal, reads }, command) =>
    orderOnce(deps, { runId, reads }, command, () =>
      rules.exceptRun({ principal, cause: command.cause, runId, reason }),
    ),
  );
}

const listed = (
  { digest, book }: ReturnType<RuleOperations['rules']>,
  { since, refused }: Awaited<ReturnType<RuleOperations['recorded']>>,
): ApiPolicies => ({
  rulebook: digest,
  since,
  refused,
  items: book.policies.map(({ name, description, timeZone, rules }) => ({
    name,
    description,
    timeZone,
    rules: rules.map(({ id, at, when, effect }) => ({ id, at, when, effect: effectInWords(effect) })),
  })),
});

const standing = ({ at, items }: ReturnType<RuleOperations['freezes']>): ApiFreezes => ({
  at,
  items: items.map(({ freeze, holds, startsAt, endsAt }) => ({
    name: freeze.name,
    reason: freeze.reason,
    holds,
    startsAt,
    endsAt,
    then: freeze.approval ? 'ask' : 'deny',
    asks: freeze.approval?.from ?? [],
    undo: freeze.holdsUndo ? 'hold' : 'allow',
    risk: freeze.risk,
    environments: freeze.environments ?? null,
    playbooks: freeze.playbooks ?? null,
  })),
});
