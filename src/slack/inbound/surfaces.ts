// Every command, button, form, shortcut and event, as their lists have them. The only file that asks the lists.
import type { NeededRight } from '../../core/authority/right.ts';
import * as listedButtons from './buttons/index.ts';
import * as listedCommands from './commands/index.ts';
import * as listedEvents from './events/index.ts';
import * as listedForms from './modals/index.ts';
import * as listedShortcuts from './shortcuts/index.ts';
import type { ButtonHandler, EventHandler, FormHandler, ShortcutHandler, SlashCommand } from './surface.ts';

const byName = <T extends { readonly name: string }>(listed: { readonly [key: string]: T }): ReadonlyMap<string, T> =>
  new Map(Object.values(listed).map((one) => [one.name, one]));

/** The commands by name. */
export const commands: ReadonlyMap<string, SlashCommand> = byName<SlashCommand>(listedCommands);
/** The buttons by action id. */
export const buttons: ReadonlyMap<string, ButtonHandler> = byName<ButtonHandler>(listedButtons);
/** The forms by callback id. */
export const forms: ReadonlyMap<string, FormHandler> = byName<FormHandler>(listedForms);
/** The shortcuts by callback id. */
export const shortcuts: ReadonlyMap<string, ShortcutHandler> = byName<ShortcutHandler>(listedShortcuts);
/** What is to be done about events, by their type. */
export const events: ReadonlyMap<string, EventHandler> = byName<EventHandler>(listedEvents);

/** One thing that people can use in Slack, and the right that it needs. */
export type SlackSurface = {
  readonly kind: 'command' | 'button' | 'form' | 'shortcut';
  readonly name: string;
  readonly right: NeededRight;
};

/** All of them. */
export const slackSurfaces: readonly SlackSurface[] = [
  ...[...commands.values()].map(({ name, right }) => ({ kind: 'command' as const, name, right })),
  ...[...buttons.values()].map(({ name, right }) => ({ kind: 'button' as const, name, right })),
  ...[...forms.values()].map(({ name, right }) => ({ kind: 'form' as const, name, right })),
  ...[...shortcuts.values()].map(({ name, right }) => ({ kind: 'shortcut' as const, name, right })),
];
