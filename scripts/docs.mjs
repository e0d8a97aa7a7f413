// Writes the pages in docs/ that are made of the program itself. Needs a build; a test holds that the pages are up to date.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { actionsPage } from '../dist/actions/page.js';
import { actionDefinitions } from '../dist/actions/registry.js';
import { secretProvidersPage } from '../dist/secrets/page.js';
import { secretProviders } from '../dist/secrets/registry.js';
import { sourcePages } from '../dist/sources/pages.js';
import { authSchemes, sources } from '../dist/sources/registry.js';

const docs = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs');
const pages = new Map([
  ...sourcePages({ sources, schemes: authSchemes }),
  ['actions.md', actionsPage(actionDefinitions)],
  ['secret-providers.md', secretProvidersPage(secretProviders)],
]);
for (const [path, text] of pages) {
  mkdirSync(dirname(join(docs, path)), { recursive: true });
  writeFileSync(join(docs, path), text);
}
