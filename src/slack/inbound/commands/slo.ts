// The command `slo`. Holds no rule.
import { wholePlatform } from '../../../core/slo/objective.ts';
import { promiseText, standingText } from '../../../core/slo/words.ts';
import type { SloLook } from '../../../ports/slo.ts';
import { code, joinWithin, oneLine, when } from '../../text.ts';
import { defineCommand } from '../surface.ts';

/** Slack cuts what is longer. */
const maxChars = 2900;

/** The command. */
export const slo = defineCommand({
  name: 'slo',
  usage: 'slo [PLAYBOOK]',
  about: 'what is promised of the automation, and how it stands',
  group: 'Look',
  right: 'view',
  where: 'anywhere',
  async run({ words: [playbook] }, { lookAtSlo, catalog }) {
    if (playbook !== undefined && !catalog.byName(playbook)) return `There is no playbook ${code(playbook, 80)}.`;
    const { lines } = await lookAtSlo();
    // Without a name that of the whole, and what is about to be broken or is.
    const shown = lines.filter(({ subject, status, burnedSince }) =>
      playbook === undefined
        ? subject === wholePlatform || status === 'burned' || status === 'burning' || burnedSince !== null
        : subject === playbook,
    );
    return joinWithin(shown.map(inWords), '\n', maxChars);
  },
});

function inWords(line: SloLook['lines'][number]): string {
  const { subject, burnedSince } = line;
  const whose = subject === wholePlatform ? '*All of Firebreak*' : code(subject, 80);
  const since = burnedSince === null ? '' : `; used up since ${when(burnedSince)}`;
  return `• ${whose} ${oneLine(promiseText(line), 200)}: ${oneLine(standingText(line), 200)}${since}`;
}
