// docs/actions.md, made of what the actions say about themselves. Pure; `npm run docs` writes it.
import type { ActionDefinition } from '../spi/action.ts';

/** The page. */
export function actionsPage(definitions: readonly ActionDefinition[]): string {
  const chapters = [...definitions]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, description, docs }) => `## ${name}\n\n${description}\n\n${docs.trim()}\n`);
  return `<!-- Made by \`npm run docs\` of src/actions. Change that, not this. -->

# Actions

What a step can do: \`uses\` in a [playbook](playbooks.md) names one of these.

${chapters.join('\n')}`;
}
