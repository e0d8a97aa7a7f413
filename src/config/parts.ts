// Settings of the parts that have a section of their own in the configuration file, checked by those parts. Holds none itself.
import type { z } from 'zod';
import { ActionSettings, type ActionSettings as ActionSettingsType } from '../actions/registry.ts';
import { err, ok, type Result } from '../core/result.ts';
import { SlackSettings } from '../slack/settings.ts';
import { sources } from '../sources/index.ts';
import type { Config } from './environment.ts';

/** Settings of the parts that have a section of their own in the configuration file. */
export function partSettings(
  config: Config,
): Result<{ actions: ActionSettingsType; slack: SlackSettings }, readonly string[]> {
  const actions = ActionSettings.safeParse(config.file.actions ?? {});
  const slack = SlackSettings.safeParse(config.file.slack ?? {});
  const { faultAt, integrations } = config.file;
  const faults = [
    ...(actions.error?.issues ?? []).map((issue) => faultAt(['actions', ...placeOf(issue)], issue.message)),
    ...(slack.error?.issues ?? []).map((issue) => faultAt(['slack', ...placeOf(issue)], issue.message)),
    ...integrations.flatMap(({ name, source, mapping }) =>
      (
        sources.get(source)?.checkMapping(mapping) ?? [
          { path: 'source', message: `there is no source ${source}; there are ${[...sources.keys()].join(', ')}` },
        ]
      ).map(({ path, message }) => faultAt(['integrations', name, ...path.split('.')], message)),
    ),
  ];
  return actions.success && slack.success && faults.length === 0
    ? ok({ actions: actions.data, slack: slack.data })
    : err(faults);
}

/** A key too many is a fault where it stands, not where it should not have been. */
function placeOf(issue: z.core.$ZodIssue): readonly PropertyKey[] {
  return issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
}
