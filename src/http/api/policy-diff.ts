// Which decisions of before other policies would have made differently, over the judgements that are recorded and that whoever asks may know of.
// Changes nothing.
import { setImmediate as breathe } from 'node:timers/promises';
import type { ApiPolicyDiff } from '../../contract/rules.ts';
import type { StoredEvent } from '../../core/events.ts';
import { type CompiledRulebook, compileRulebook, maxRules } from '../../core/policy/judge.ts';
import { JudgedFact } from '../../core/policy/policy-events.ts';
import { readPolicy } from '../../core/policy/read-policy.ts';
import { rejudge, ruleKey } from '../../core/policy/rejudge.ts';
import { emptyRulebook, type Policy } from '../../core/policy/rulebook.ts';
import type { Refusal } from '../../core/refusal.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { SeenReads } from '../../ports/reads.ts';
import type { RuleOperations } from '../../ports/rule-operations.ts';

/** Judges the judgements of the latest runs once more. The error: one of the texts is no policy. */
export async function policyDiff(
  reads: Pick<SeenReads, 'runs' | 'events'>,
  inForce: ReturnType<RuleOperations['rules']>,
  asked: { readonly policies: readonly string[]; readonly since: string; readonly limit: number },
): Promise<Result<ApiPolicyDiff, Refusal>> {
  const policies = readAll(asked.policies);
  if (!policies.ok) return policies;
  const rules = compileRulebook({ ...emptyRulebook, policies: [...policies.value] });
  const stood = new Set(
    inForce.book.policies.flatMap(({ name, rules: all }) =>
      all.map(({ id, when }) => ruleKey({ policy: name, rule: id, when })),
    ),
  );
  const items: ApiPolicyDiff['items'] = [];
  let judged = 0;
  for (const incidentId of await incidentsSince(reads, asked)) {
    for await (const { type, at, data } of reads.events(incidentId, 1)) {
      const fact = type === 'policy.judged' && at >= asked.since ? JudgedFact.safeParse(data).data : undefined;
      if (!fact) continue;
      judged += 1;
      const item = differenceOf(rules, { fact, at, stood: fact.rulebook === inForce.digest ? stood : new Set() });
      if (item) items.push(item);
      // A judgement may cost a hundredth of a second for each rule: others are served in between.
      await breathe();
    }
  }
  return ok({ judged, items });
}

function readAll(texts: readonly string[]): Result<readonly Policy[], Refusal> {
  const read = texts.map((text) => readPolicy(text));
  const faults = read.flatMap((one, i) =>
    one.faults.map(({ line, col, message }) => ({ path: `policies.${i}`, message: `${line}:${col} ${message}` })),
  );
  const policies = read.flatMap(({ policy }) => policy ?? []);
  const names = policies.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) faults.push({ path: 'policies', message: `${twice} is the name of two policies` });
  if (policies.reduce((sum, { rules }) => sum + rules.length, 0) > maxRules)
    faults.push({ path: 'policies', message: `hold more than ${maxRules} rules` });
  const message = faults.map(({ path, message: text }) => `${path} ${text}`).join('; ');
  return faults.length > 0 ? err({ code: 'invalid', message, faults }) : ok(policies.sort(byName));
}

const byName = (a: Policy, b: Policy): number => (a.name < b.name ? -1 : 1);

/** The incidents of the latest runs. */
async function incidentsSince(
  reads: Pick<SeenReads, 'runs'>,
  { since, limit }: { readonly since: string; readonly limit: number },
): Promise<ReadonlySet<string>> {
  const incidents = new Set<string>();
  let cursor: string | null = null;
  for (let left = limit; left > 0; ) {
    const page = await reads.runs({ since, limit: Math.min(left, 200), cursor });
    for (const { state } of page.items) incidents.add(state.incidentId);
    left -= page.items.length;
    if (page.cursor === null || page.items.length === 0) break;
    cursor = page.cursor;
  }
  return incidents;
}

function differenceOf(
  rules: CompiledRulebook,
  given: { readonly fact: JudgedFact; readonly at: StoredEvent['at']; readonly stood: ReadonlySet<string> },
): ApiPolicyDiff['items'][number] | null {
  const said = rejudge(rules, given);
  const { fact, at } = given;
  if (said.outcome === 'same') return null;
  const [before, after] = said.outcome === 'differs' ? [said.before, said.after] : [fact.says, []];
  return {
    at,
    run: fact.runId,
    step: fact.node ?? null,
    judgedAt: fact.judgedAt,
    outcome: said.outcome,
    before: [...before],
    after: [...after],
    missing: said.outcome === 'unknown' ? [...said.missing] : [],
  };
}
