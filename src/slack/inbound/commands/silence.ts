// The command `silence`: lists, or keeps alerts quiet where it is said which, how long and why. A word alone does nothing. Holds no rule.
import { typedMatchers } from '../../../core/alert/typed-matchers.ts';
import { parseDuration } from '../../../core/time.ts';
import { whereInWords } from '../../../core/timeline/describe-mutes.ts';
import { code, joinWithin, lasting, oneLine, when } from '../../text.ts';
import { type CommandCall, defineCommand, type InboundContext, type Reply } from '../surface.ts';
import { refused } from '../words.ts';

/** The command. */
export const silence = defineCommand({
  name: 'silence',
  usage: 'silence [list | MATCHERS for DURATION because REASON]',
  about: 'tell nobody of some alerts for a time',
  group: 'Automation',
  right: 'view',
  where: 'anywhere',
  run: (call, context) => (['', 'list'].includes(call.words[0] ?? '') ? listed(call, context) : made(call, context)),
});

async function listed({ caller }: CommandCall, { operations }: InboundContext): Promise<Reply> {
  const silences = await operations.silences(caller);
  if (!silences.ok) return refused(silences.error);
  const lines = silences.value.map(({ id, sets, endsAt, owner, reason, held, forgotten }) => {
    const what = sets.map(whereInWords).join(', or ');
    const warns = forgotten === null ? '' : ` – looks forgotten: ${forgotten}`;
    return `• ${code(what, 200)} until ${endsAt === null ? 'it is ended' : when(endsAt)}, ${oneLine(owner, 80)}: ${oneLine(reason, 200)} (${code(id, 80)}, held ${held?.count ?? 0})${warns}`;
  });
  return lines.length === 0 ? 'Nothing is silenced.' : joinWithin(lines, '\n', 2900);
}

async function made({ words, caller }: CommandCall, { operations, command, clock }: InboundContext): Promise<Reply> {
  const howLong = words.indexOf('for');
  const why = words.indexOf('because');
  const forMs = parseDuration(words[howLong + 1] ?? '');
  const reason = words.slice(why + 1).join(' ');
  if (howLong < 1 || why !== howLong + 2 || forMs === null || forMs === 0 || reason === '')
    return `Nothing was silenced. Say which alerts, how long and why: \`${command} silence service=checkout env=~prod|stage for 2h because deploy\`.`;
  const match: string[] = [];
  for (const word of words.slice(0, howLong)) {
    const matchers = typedMatchers(word);
    if (!matchers.ok) return `Not done: ${code(word, 80)}: ${oneLine(matchers.error, 300)}.`;
    match.push(...matchers.value);
  }
  const sets = [{ match }];
  const preview = await operations.previewSilence({ principal: caller.principal, sets });
  const endsAt = new Date(clock.nowMs() + forMs).toISOString();
  const silenced = await operations.createSilence({ ...caller, sets, endsAt, reason });
  if (!silenced.ok) return refused(silenced.error);
  const mutes = preview.ok ? ` It mutes ${preview.value.firing.length} alert(s) that fire now.` : '';
  return `Silenced for ${lasting(forMs)}: ${code(match.join(' and '), 300)} (${code(silenced.value.id, 80)}).${mutes}`;
}
