// The command `list`. Holds no rule.
import { code, oneLine } from '../../text.ts';
import { defineCommand } from '../surface.ts';

/** The command. */
export const list = defineCommand({
  name: 'list',
  usage: 'list',
  about: 'the playbooks',
  group: 'Look',
  right: 'view',
  where: 'anywhere',
  async run(_call, { catalog }) {
    const lines = catalog
      .all()
      .map(
        ({ name, version, description }) =>
          `• ${code(name)} ${version}${description.trim() === '' ? '' : ` – ${oneLine(description, 150)}`}`,
      );
    return lines.join('\n') || 'There are no playbooks.';
  },
});
