// Writes docs/examples: postmortems of two incidents that the real engine tells. Needs no build; a test holds that the files are up to date.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { module } = await runnerImport(join(root, 'test/support/examples/write.ts'), { logLevel: 'error' });
const folder = join(root, 'docs/examples');
mkdirSync(folder, { recursive: true });
for (const [name, text] of await module.exampleFiles()) writeFileSync(join(folder, name), text);
