// A button that does what a command does that was typed without a word behind it: a form asks for the rest. Holds no rule.
import { type ButtonHandler, defineButton, type SlashCommand } from './surface.ts';

/** Makes it; only of a command that works anywhere. */
export const commandButton = (name: string, command: SlashCommand): ButtonHandler =>
  defineButton({
    name,
    about: command.about,
    right: command.right,
    opensForm: true,
    async press({ caller, channelId, triggerId }, context) {
      if (command.where === 'incident') throw new Error(`${command.name} has no button: it needs an incident`);
      return command.run({ words: [], caller, channelId, triggerId, incident: null }, context);
    },
  });
