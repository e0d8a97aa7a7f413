// The command `merge`. Holds no rule.
import type { SeenReads } from '../../../ports/reads.ts';
import { incidentCommand } from '../incident-command.ts';

/** An incident by its number, or by the mention of its channel. */
async function incidentNamed(word: string, reads: SeenReads) {
  const number = /^#?(\d{1,9})$/.exec(word)?.[1];
  if (number !== undefined) return reads.incident(number);
  const channel = /^<#([A-Z0-9]+)(?:\|[^>]*)?>$/.exec(word)?.[1];
  return channel === undefined ? null : reads.incidentByChannel(channel);
}

/** The command. */
export const merge = incidentCommand({
  name: 'merge',
  usage: 'merge #N',
  about: 'end this incident in another one, which goes on',
  async change({ words: [word = ''], caller, incident }, { operations, reads, command }) {
    const into = await incidentNamed(word, reads);
    if (!into) return { outcome: 'usage', text: `Say into which incident: \`${command} merge #7\`.` };
    const result = await operations.merge({ ...caller, incidentId: incident.id, into: into.id });
    return { outcome: 'asked', result, did: `merged #${incident.number} into #${into.number}, which goes on` };
  },
});
