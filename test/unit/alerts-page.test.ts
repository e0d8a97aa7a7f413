// docs/alerts.md, held against the program: every example of a stage is run, and its table of settings names what there is and by default.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { stagesText } from '../../src/cli/alerts/explained-text.ts';
import { Alert } from '../../src/core/alert/alert.ts';
import { stageNames } from '../../src/core/alert/stage-names.ts';
import { systemPrincipal } from '../../src/core/authority/principal.ts';
import { GroupRule } from '../../src/core/group/rule.ts';
import { alertStory } from '../support/engine/alert-story.ts';
import { playbook } from '../support/given/given.ts';

const page = readFileSync(new URL('../../docs/alerts.md', import.meta.url), 'utf8');
const sectionOf = (title: string): string => page.split(/^## /m).find((text) => text.startsWith(`${title}\n`)) ?? '';
const blockIn = (text: string, language: string): string =>
  new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'ms').exec(text)?.[1] ?? '';
const titleOf = (stage: string): string => `${stage.charAt(0).toUpperCase()}${stage.slice(1)}`;

async function explained(stage: string): Promise<string> {
  const section = sectionOf(titleOf(stage));
  const story = alertStory(blockIn(section, 'yaml'));
  const restart = playbook('  - { id: restart, uses: shell.run, with: { command: [/bin/true] } }\n');
  story.world.publish({ ...restart, name: 'restart-shop' });
  const alert = Alert.parse(JSON.parse(blockIn(section, 'json')));
  if (stage === 'dedupe') await story.fires(alert.fingerprint, alert);
  const answer = await story.engine.operations.explainAlert({ principal: systemPrincipal, alert });
  if (!answer.ok) throw new Error(answer.error.message);
  const stages = answer.value.stages.map((one) => ({ ...one, because: [...one.because] }));
  return stagesText({ alert, stages: stages.filter((one) => one.stage === stage) }).replace(/^.*\n/, '');
}

describe('docs/alerts.md', () => {
  it.each(stageNames)('shows of %s what explain says of its example', async (stage) => {
    expect(blockIn(sectionOf(titleOf(stage)), 'text').trimEnd()).toBe(await explained(stage));
  });

  it('names every setting of a group with its default', () => {
    const rows = [...sectionOf('Group').matchAll(/^\| `(\w+)` \| (?:`([^`]+)`)?/gm)];
    expect(rows.map(([, name]) => name).sort()).toEqual(Object.keys(GroupRule.shape).sort());
    const told = rows.flatMap(([, name = '', given]) =>
      given && name !== 'reopenWithin' ? [`${name}: ${given}`] : [],
    );
    const withDefaults = parse(`{ name: all, ${told.filter((one) => !one.includes('incidents.')).join(', ')} }`);
    expect(told).toHaveLength(6);
    expect(GroupRule.parse(withDefaults)).toEqual(GroupRule.parse({ name: 'all' }));
  });
});
