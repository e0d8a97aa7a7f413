// Defences of the pages of alerts and playbooks: what a text of a playbook may give away, and what may be ordered by mistake.
import type { Defence } from './defence.ts';

/** The defences. */
export const defences: readonly Defence[] = [
  {
    threat: 'E: a secret in the text of a playbook',
    defence: 'The text of a version is shown with known secrets masked.',
    file: 'src/http/api/playbook-versions.ts',
    find: 'source: mask(found.source)',
    replace: 'source: found.source',
    test: 'test/unit/register.test.ts',
    title: 'known secrets masked',
  },
  {
    threat: 'E: a silence of everything',
    defence: 'The page orders no silence that names no alert.',
    file: 'src/web/model/mute-form.ts',
    find: "if (kind === 'silence' && whereOf(form) === null)",
    replace: 'if (false)',
    test: 'test/unit/page-of-alerts.test.ts',
    title: 'names no alert',
  },
];
