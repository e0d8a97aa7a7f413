// One side of a noise what-if: a configuration, ready to take stored deliveries. Reads files; opens no database and asks nobody.
import { createEnrichment } from '../../actions/enrichment/enrichment.ts';
import { actionTraits } from '../../actions/registry.ts';
import { loadUsableParts } from '../../adapters.ts';
import { type Config, environment, readConfig } from '../../config/environment.ts';
import { createSimulator, type MuteFact, type Simulator } from '../../engine/what-if/simulate.ts';
import { alertRulesOf } from '../../engine-options.ts';
import { realRuntime } from '../../platform/runtime.ts';
import { CliError } from '../session/output.ts';
import { usable } from '../session/settings.ts';

/** Which configuration, `null` being the one in force, and what people silenced meanwhile. */
export type SideAsked = { readonly file: string | null; readonly mutes: readonly MuteFact[] };

/** A side, and what of its configuration plays no part. */
export type Side = { readonly simulator: Simulator; readonly leftOut: readonly string[] };

/** The configuration that is tried out: whatever is wrong with it is to be mended before it is in force. @throws CliError naming each fault */
export function otherConfig(file: string): Config {
  // It takes the place of the one that the environment names.
  const read = readConfig({ ...environment({ LOG_LEVEL: 'error' }), FIREBREAK_CONFIG: file }, false, 'if_there');
  if (!read.ok) throw new CliError('configuration', read.error.join('\n'));
  return read.value;
}

/** Makes it. @throws CliError if the configuration cannot be used at all */
export function sideOf({ file, mutes }: SideAsked): Side {
  const { config, faults } = file === null ? usable() : { config: otherConfig(file), faults: [] };
  const parts = loadUsableParts(config);
  if (!parts.ok) throw new CliError('configuration', parts.error.join('\n'));
  const { alerts, enrichment, heartbeats } = config.file;
  // What people are reminded of is no matter of alerts.
  const incidents = { ...config.file.incidents, leadWithinMs: {}, updateEveryMs: {}, archiveAfterMs: null };
  const lookUps = enrichment.filter(({ from }) => from.type === 'lookup').map(({ rule }) => rule.name);
  const simulator = createSimulator({
    rules: alertRulesOf(alerts),
    incidents,
    playbooks: parts.value.parts.catalog.all(),
    traits: actionTraits,
    mutes,
    heartbeats,
    enrich: createEnrichment(
      enrichment.filter(({ from }) => from.type === 'map'),
      { intervals: alerts.intervals, allow: parts.value.parts.reachable, runtime: realRuntime },
    ),
  });
  const unasked = lookUps.map((name) => `the look-up ${name} of the enrichment is not asked`);
  return { simulator, leftOut: [...faults, ...parts.value.faults, ...unasked] };
}
