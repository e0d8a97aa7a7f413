// What a command of the slash command is, and the words it is made of. Pure.

import type { Caller } from '../../core/authority/principal.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { IncidentRow } from '../../ports/reads.ts';
import { oneLine } from '../text.ts';

/** One command as somebody typed it; `words` without its name. */
export type CommandCall = {
  readonly words: readonly string[];
  readonly caller: Caller;
  readonly channelId: string;
  readonly triggerId: string;
  /** Of the channel in which it was typed. */
  readonly incident: IncidentRow | null;
};

/** A command. */
export type SlashCommand = {
  readonly usage: string;
  readonly about: string;
  /** Does it and says what to answer; an empty text says that the answer was given otherwise. */
  readonly run: (call: CommandCall) => Promise<string>;
};

/** Splits as a shell would, quotes included; Slack's own curly quotes count. */
export function words(text: string): string[] {
  return [...text.matchAll(/(?:[^\s"“”]|["“”][^"“”]*["“”])+/g)].map(([word]) => word.replace(/["“”]/g, ''));
}

/** A refusal for whoever typed. */
export const refused = ({ message }: Refusal): string => `Not done: ${oneLine(message, 900)}.`;
