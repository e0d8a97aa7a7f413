// The actions that index.ts lists: by name, and with the settings of this installation. Knows none of them.
import { z } from 'zod';
import type { ActionCatalog } from '../core/playbook/action-traits.ts';
import type { Action, ActionDefinition, Installation } from '../spi/action.ts';
import * as listed from './index.ts';

/** All actions as they are defined. */
export const actionDefinitions: readonly ActionDefinition[] = Object.values(listed);

/** What the core must know of them; their settings play no part in that. */
export const actionTraits: ActionCatalog = new Map(
  actionDefinitions.map((definition) => [definition.name, definition]),
);

const sections = new Map(
  actionDefinitions.flatMap(({ section, settings }) => (section === null ? [] : [[section, settings] as const])),
);

/** The `actions:` section of the configuration: a section of each action that has one. What is not there is refused. */
export const ActionSettings = z.strictObject(
  Object.fromEntries([...sections].map(([section, settings]) => [section, settings.prefault({})])),
);
export type ActionSettings = z.output<typeof ActionSettings>;

/** All actions by name, with their settings. */
export function createActions(
  settings: ActionSettings,
  {
    definitions = actionDefinitions,
    installation = { privatePaths: [] },
  }: { readonly definitions?: readonly ActionDefinition[]; readonly installation?: Installation } = {},
): ReadonlyMap<string, Action> {
  return new Map(
    definitions.map(({ name, section, configure }) => [
      name,
      configure(section === null ? {} : settings[section], installation),
    ]),
  );
}
