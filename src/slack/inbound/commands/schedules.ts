// The command `schedules`. Holds no rule.
import type { ListedSchedule } from '../../../ports/schedules.ts';
import { code, joinWithin, oneLine, when } from '../../text.ts';
import { defineCommand } from '../surface.ts';
import { refused } from '../words.ts';

/** The command. */
export const schedules = defineCommand({
  name: 'schedules',
  usage: 'schedules',
  about: 'when playbooks start by themselves',
  group: 'Automation',
  right: 'view',
  where: 'anywhere',
  async run({ caller }, { operations }) {
    const listed = await operations.schedules({ principal: caller.principal });
    if (!listed.ok) return refused(listed.error);
    if (listed.value.length === 0) return 'No playbook has a `schedule:`.';
    return joinWithin(listed.value.map(inWords), '\n', 2900);
  },
});

function inWords(schedule: ListedSchedule): string {
  const { playbook, name, words, timezone, next, last, halted, missedCount } = schedule;
  const [first] = next;
  const ended = last?.run ? `, which is ${last.run.status}` : '';
  const parts = [
    first === undefined ? 'never again' : `next ${when(first)}`,
    last === null ? 'not started yet' : `last for ${when(last.slotAt)}${ended}`,
    missedCount === 0 ? '' : `${missedCount} missed`,
    halted === null ? '' : `halted: ${oneLine(halted, 200)}`,
  ];
  const told = parts.filter((text) => text !== '').join('; ');
  return `• ${code(`${playbook.name}/${name}`, 130)} ${oneLine(words, 300)} (${timezone}): ${told}`;
}
