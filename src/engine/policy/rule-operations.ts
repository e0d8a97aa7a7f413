// What can be asked of the rules in force, and the exception from freezes. Each question needs `view`, the exception `bypass`. Holds no rule.
import { actorOf } from '../../core/authority/principal.ts';
import type { ActionCatalog } from '../../core/playbook/action-traits.ts';
import { resolveInputs } from '../../core/playbook/match.ts';
import { nearest } from '../../core/playbook/suggest.ts';
import { standingOf } from '../../core/policy/freeze.ts';
import { err, ok } from '../../core/result.ts';
import { explainRules } from '../../core/run/explain-rules.ts';
import { resourceOfRun } from '../../core/run/resource-of-run.ts';
import type { PlaybookCatalog, SystemStream } from '../../ports/ledger.ts';
import type { RuleOperations } from '../../ports/rule-operations.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Pipeline } from '../pipeline.ts';
import { type CommandRun, runAfter } from '../runs/command-run.ts';
import type { Governing } from './governing.ts';

/** What it needs. */
type RuleOperationParts = {
  readonly pipeline: Pick<Pipeline, 'authorised'>;
  readonly governing: Governing;
  readonly systemStream: Pick<SystemStream, 'load'>;
  readonly commandRun: CommandRun;
  readonly catalog: PlaybookCatalog;
  readonly traits: ActionCatalog;
  readonly runtime: Pick<Runtime, 'nowMs'>;
  readonly env: { readonly [name: string]: string };
  readonly offer: Parameters<CommandRun>[0]['offer'] extends infer O ? () => O : never;
};

/** Makes them. */
export function createRuleOperations(parts: RuleOperationParts): RuleOperations {
  const { governing, commandRun, catalog, runtime } = parts;
  const now = () => new Date(runtime.nowMs()).toISOString();
  return {
    rules: () => ({ digest: governing.current().digest, book: governing.current().book }),
    async recorded() {
      const { rulebook } = (await parts.systemStream.load()).state;
      // Another process may know of newer rules than this one: what is recorded of those says nothing of these.
      if (rulebook?.digest !== governing.current().digest) return { since: null, refused: null };
      return { since: rulebook.since, refused: rulebook.refused ?? null };
    },
    freezes: () => ({
      at: now(),
      items: governing.current().book.freezes.map((freeze) => ({ freeze, ...standingOf(freeze, now()) })),
    }),
    async explainRules({ principal, playbook: name, step, inputs: given, environment, at = now() }) {
      const playbook = catalog.byName(name);
      const resource = resourceOfRun({ playbook: { name }, inputs: given }, playbook);
      const allowed = await parts.pipeline.authorised(principal, 'view', resource);
      if (!allowed.ok) return allowed;
      if (!playbook)
        return err({
          code: 'not_found',
          message: `there is no playbook ${name}${nearest(
            name,
            catalog.all().map((one) => one.name),
          )}`,
        });
      const resolved = resolveInputs(playbook, null, given);
      if (!resolved.ok)
        return err({
          code: 'invalid',
          message: resolved.error.map(({ path, message }) => `${path} ${message}`).join('; '),
          faults: resolved.error,
        });
      const { stageOf } = governing;
      const governance = (await governing.of(name, at)) ?? { rules: governing.current(), history: [], stageOf };
      const incident = { id: 'inc_0', number: 0, title: `Manual run of ${name}`, severity: 3 };
      const run = {
        playbook,
        inputs: resolved.value,
        incident,
        alert: null,
        actor: actorOf(principal),
        at,
        env: parts.env,
        trigger: { type: 'manual' as const },
      };
      const explained = explainRules(governance, run, {
        traits: parts.traits,
        library: catalog.byName,
        step,
        environment,
      });
      return explained.ok ? explained : err({ code: 'invalid', message: explained.error });
    },
    async exceptRun({ principal, cause, runId, reason }) {
      const outcome = await commandRun({
        runId,
        caller: { principal, cause },
        right: 'bypass',
        command: { type: 'except', reason },
        offer: parts.offer(),
      });
      return outcome.outcome === 'refused' ? err(outcome.refusal) : ok(runAfter(outcome).run);
    },
  };
}
