// What the configuration alone makes of alerts, where no Firebreak was ever started. Loaded only there: it needs the server's own parts.
import { createEnrichment } from '../../actions/enrichment/enrichment.ts';
import { loadUsableParts } from '../../adapters.ts';
import type { ApiExplained } from '../../contract/alert.ts';
import { machineUser } from '../../edges.ts';
import { explainByRules } from '../../engine/alerts/explain-rules.ts';
import { alertRulesOf } from '../../engine-options.ts';
import { type ExplainAsked, explainAsked } from '../../http/api/explain.ts';
import { realRuntime } from '../../platform/runtime.ts';
import { sources } from '../../sources/registry.ts';
import { CliError, say } from '../session/output.ts';
import { logOf, usable } from '../session/settings.ts';

/** Explains by the configuration; what cannot be used of it is said and left out. */
export async function explainedByRules(asked: ExplainAsked): Promise<ApiExplained> {
  const { config } = usable();
  const parts = loadUsableParts(config);
  if (!parts.ok) throw new CliError('configuration', parts.error.join('\n'));
  for (const fault of parts.value.faults) say(`left out: ${fault}`);
  const { nowMs } = realRuntime;
  const rules = alertRulesOf(config.file.alerts);
  const { enrichment, alerts, heartbeats } = config.file;
  const allow = parts.value.parts.reachable;
  const enrich = createEnrichment(enrichment, { intervals: alerts.intervals, allow, runtime: realRuntime });
  const explained = await explainAsked(
    {
      operations: explainByRules({ rules, catalog: parts.value.parts.catalog, enrich, heartbeats, nowMs }),
      sources,
      integrations: config.file.integrations,
      nowMs,
      log: logOf(config),
    },
    { type: 'local', name: machineUser(), person: null, via: 'cli' },
    asked,
  );
  if (!explained.ok) throw new CliError(explained.error.code, explained.error.message);
  return explained.value;
}
