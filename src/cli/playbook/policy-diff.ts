// `firebreak policy diff`: which decisions of before the policies of a folder would have made differently, over the judgements that were recorded.
// Changes nothing.
import type { Command } from 'commander';
import { Option } from 'commander';
import { environment, readConfig } from '../../config/environment.ts';
import type { ApiTimelineEvent, ApiTimelinePage } from '../../contract/timeline.ts';
import { type CompiledRulebook, compileRulebook } from '../../core/policy/judge.ts';
import { JudgedFact } from '../../core/policy/policy-events.ts';
import { type Rejudged, rejudge, ruleKey } from '../../core/policy/rejudge.ts';
import { addMs } from '../../core/time.ts';
import { readRulebook } from '../../rulebook.ts';
import type { Firebreak, Where } from '../session/firebreak.ts';
import { examples, instant, jsonOption, serverOption, wholeNumber } from '../session/options.ts';
import { CliError, line, print, printJson, table } from '../session/output.ts';
import { ask } from '../session/reach.ts';

type DiffOptions = Where & { since?: string; limit: number; json?: boolean };
type Judged = { readonly at: string; readonly fact: JudgedFact };
type Difference = Judged & { readonly said: Exclude<Rejudged, { outcome: 'same' }> };

const usualMs = 30 * 86_400_000;

/** Adds `policy diff`. */
export function addPolicyDiff(policy: Command): void {
  policy
    .command('diff')
    .description('which past decisions would differ by the policies of the folder; what was not recorded is said')
    .addOption(new Option('--since <time>', 'of runs begun since (default: 30d)').argParser(instant))
    .addOption(new Option('--limit <number>', 'how many runs at most').default(200).argParser(wholeNumber(1, 1000)))
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('policy diff', 'policy diff --since 7d --json'))
    .action((options: DiffOptions) => {
      const rules = ownRules();
      return ask(options, async (firebreak) => {
        const since = options.since ?? addMs(new Date().toISOString(), -usualMs);
        const judged = await judgedSince(firebreak, since, options.limit);
        const stands = await firebreak.api.call('GET /policies', {});
        const stood = new Set(
          stands.items.flatMap(({ name, rules: all }) =>
            all.map(({ id, when }) => ruleKey({ policy: name, rule: id, when })),
          ),
        );
        const differences = judged.flatMap((one): Difference[] => {
          const isOfNow = one.fact.rulebook === stands.rulebook;
          const said = rejudge(rules, { ...one, stood: isOfNow ? stood : new Set() });
          return said.outcome === 'same' ? [] : [{ ...one, said }];
        });
        if (options.json) return printJson({ judged: judged.length, items: differences.map(shown) });
        if (differences.length > 0) print(table(['AT', 'RUN', 'ABOUT', 'SAID', 'WOULD SAY'], differences.map(row)));
        print(`${differences.length} of ${judged.length} decisions would differ, or cannot be told`);
      });
    });
}

/** The rules of the folder and the configuration here. */
function ownRules(): CompiledRulebook {
  const config = readConfig(environment(), false, 'if_there');
  if (!config.ok) throw new CliError('invalid', config.error.join('\n'));
  const read = readRulebook(config.value);
  if (!read.ok) throw new CliError('invalid', read.error.join('\n'));
  return compileRulebook(read.value);
}

/** What was judged of the latest runs, as far as whoever asks may know of them. */
async function judgedSince({ api }: Firebreak, since: string, limit: number): Promise<readonly Judged[]> {
  const found: Judged[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  for (let left = limit; left > 0; ) {
    const page = await api.call('GET /runs', { query: { since, limit: Math.min(left, 200), cursor } });
    for (const { incidentId } of page.items) {
      if (seen.has(incidentId)) continue;
      seen.add(incidentId);
      for (let from: number | null = 1; from !== null; ) {
        const timeline: ApiTimelinePage = await api.call('GET /incidents/:id/timeline', {
          params: { id: incidentId },
          query: { from, limit: 1000 },
        });
        found.push(...timeline.items.flatMap((event) => judgedIn(event, since)));
        from = timeline.next;
      }
    }
    left -= page.items.length;
    if (page.cursor === null || page.items.length === 0) break;
    cursor = page.cursor;
  }
  return found;
}

/** What a later version recorded otherwise is left out. */
function judgedIn({ type, at, data }: ApiTimelineEvent, since: string): readonly Judged[] {
  if (type !== 'policy.judged' || at < since) return [];
  const read = JudgedFact.safeParse(data);
  return read.success ? [{ at, fact: read.data }] : [];
}

const shown = ({ at, fact, said }: Difference) => ({
  at,
  run: fact.runId,
  step: fact.node ?? null,
  judgedAt: fact.judgedAt,
  ...said,
});

const row = ({ at, fact, said }: Difference) => [
  at,
  fact.runId,
  fact.node === undefined ? fact.judgedAt : `${fact.judgedAt} ${line(fact.node)}`,
  line(fact.says.join('; '), 200),
  said.outcome === 'unknown'
    ? `not known: ${said.missing.join(', ')} was not recorded`
    : line(said.after.join('; ') || 'nothing', 200),
];
