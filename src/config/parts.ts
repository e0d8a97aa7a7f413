// Settings of the parts that have a section of their own in the configuration file, checked by those parts. Holds none itself.
import { ActionSettings, type ActionSettings as ActionSettingsType } from '../actions/registry.ts';
import { err, ok, type Result } from '../core/result.ts';
import { SlackSettings } from '../slack/settings.ts';
import type { Config } from './environment.ts';
import { settingFaults } from './faults.ts';

/** Settings of the parts that have a section of their own in the configuration file. */
export function partSettings(
  config: Config,
): Result<{ actions: ActionSettingsType; slack: SlackSettings }, readonly string[]> {
  const actions = ActionSettings.safeParse(config.file.actions ?? {});
  const slack = SlackSettings.safeParse(config.file.slack ?? {});
  const { faultAt } = config.file;
  const faults = [
    ...settingFaults(actions.error, { what: 'actions', schema: ActionSettings }).map(({ at, message }) =>
      faultAt(['actions', ...at], message),
    ),
    ...settingFaults(slack.error, { what: 'slack', schema: SlackSettings }).map(({ at, message }) =>
      faultAt(['slack', ...at], message),
    ),
  ];
  return actions.success && slack.success && faults.length === 0
    ? ok({ actions: actions.data, slack: slack.data })
    : err(faults);
}
