// The command `help`: what the person who asks may do, in groups. Holds no rule.
import { type NeededRight, rightMeaning } from '../../../core/authority/right.ts';
import { allSteps } from '../../../core/playbook/playbook.ts';
import { type CommandGroup, defineCommand, type InboundContext } from '../surface.ts';

const groups: readonly CommandGroup[] = ['Look', 'Incident', 'Approvals', 'Runs', 'Automation'];

/** Everybody whom a playbook may ask. */
function approvers({ catalog }: InboundContext): readonly string[] {
  const rules = catalog
    .all()
    .flatMap(allSteps)
    .flatMap(({ approval, compensate }) => [approval, compensate?.approval ?? null]);
  return [...new Set(rules.flatMap((rule) => (rule ? [...rule.from, ...rule.escalate] : [])))];
}

/** The command. */
export const help = defineCommand({
  name: 'help',
  usage: 'help',
  about: 'this list',
  group: 'Look',
  right: 'view',
  where: 'anywhere',
  async run({ caller }, context) {
    const { commands } = context;
    const needed = [...new Set(commands.map(({ right }) => right))];
    const answers = await Promise.all(
      needed.map(async (right): Promise<[NeededRight, boolean]> => {
        const resource = right === 'approve' ? { approvers: approvers(context) } : ({ anything: true } as const);
        return [right, (await context.authorised(caller.principal, right, resource)).ok];
      }),
    );
    const may = new Set(answers.flatMap(([right, yes]) => (yes ? [right] : [])));
    const parts = groups.flatMap((group) => {
      const own = commands.filter((command) => command.group === group && may.has(command.right));
      if (own.length === 0) return [];
      return [`*${group}*\n${own.map(({ usage, about }) => `\`${context.command} ${usage}\` – ${about}`).join('\n')}`];
    });
    const lacking = needed.filter((right) => !may.has(right));
    const rest = lacking.map((right) => `\`${right}\` (${rightMeaning[right]})`).join(', ');
    return [...parts, ...(rest === '' ? [] : [`Not shown, as you lack the right: ${rest}.`])].join('\n\n');
  },
});
