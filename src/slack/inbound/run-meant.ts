// Which run somebody means. Decides nothing.
import { isId } from '../../core/ids.ts';
import type { RunState } from '../../core/run/state.ts';
import type { CommandCall, InboundContext } from './surface.ts';

const isRun = (word: string) => word.startsWith('run_');

/** The run that is meant: the one named, else the latest of the channel's incident; null: there is none. */
export async function runMeant(
  { words, incident }: Pick<CommandCall, 'words' | 'incident'>,
  { reads }: Pick<InboundContext, 'reads'>,
): Promise<{ readonly run: RunState; readonly isNamed: boolean } | null> {
  const named = words.find(isRun);
  if (named !== undefined) {
    const found = isId('run', named) ? await reads.run(named) : null;
    return found && { run: found.state, isNamed: true };
  }
  const latest = incident ? (await reads.runsOfIncident(incident.id)).at(-1) : undefined;
  return latest ? { run: latest.state, isNamed: false } : null;
}

/** The first word that names no run. */
export const firstOther = (words: readonly string[]): string | undefined => words.find((word) => !isRun(word));
