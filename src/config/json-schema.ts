// JSON Schema of firebreak.yaml, for editors: with the sections that parts have for themselves. Checks nothing.
import { z } from 'zod';
import { ActionSettings } from '../actions/registry.ts';
import { SlackSettings } from '../slack/settings.ts';
import { ConfigFile } from './file.ts';

/** JSON Schema (2020-12) of `firebreak.yaml`. What a source or an auth scheme reads of its integration is checked at the start only. */
export function configJsonSchema(): unknown {
  const whole = ConfigFile.extend({ actions: ActionSettings.optional(), slack: SlackSettings.optional() });
  const schema = z.toJSONSchema(whole, { io: 'input', unrepresentable: 'any' });
  return { ...schema, patternProperties: { '^x-': {} } };
}
