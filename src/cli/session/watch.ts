// Shows what a question was answered, as text or as JSON, once or with `--watch` again whenever it has changed. Asks nothing itself.
import { setTimeout as delay } from 'node:timers/promises';
import { print, printJson, say } from './output.ts';

const lookEveryMs = 1000;

/** What was found. */
type Look = {
  /** The API's own answer. */
  readonly answer: unknown;
  readonly text: string;
  /** What is no part of it, such as that there is nothing, or more. */
  readonly aside?: string | null;
  /** True: nothing more can happen to it. */
  readonly over?: boolean;
};

/** How it is to be shown. */
export type Showing = { readonly json?: boolean; readonly watch?: boolean };

/** Shows what `look` finds; with `watch` until it is over or the command is ended. */
export async function show(look: () => Promise<Look>, { json = false, watch = false }: Showing): Promise<void> {
  for (let before: string | null = null; ; ) {
    const { answer, text, aside = null, over = false } = await look();
    const found = json ? JSON.stringify(answer) : `${text}${aside ?? ''}`;
    if (found !== before) {
      // On a terminal in the same place; elsewhere one after the other.
      if (before !== null && !json && process.stdout.isTTY) process.stdout.write('\u001b[H\u001b[2J\u001b[3J');
      if (json && watch) print(found);
      else if (json) printJson(answer);
      else if (text !== '') print(text);
      if (!json && aside !== null) say(aside);
    }
    before = found;
    if (over || !watch) return;
    await delay(lookEveryMs);
  }
}
