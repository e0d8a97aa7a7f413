// Writes the pages in docs/ that are made of the program itself. Needs a build; a test holds that the pages are up to date.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sourcePages } from '../dist/sources/pages.js';
import { authSchemes, sources } from '../dist/sources/registry.js';

const docs = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs');
for (const [path, text] of sourcePages({ sources, schemes: authSchemes })) {
  mkdirSync(dirname(join(docs, path)), { recursive: true });
  writeFileSync(join(docs, path), text);
}
