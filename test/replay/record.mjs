// Entry of `node test/replay/record.mjs [VERSION]`: runs recorder.ts, which says what it writes, through Vite.
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const [version = 'next'] = process.argv.slice(2);
const { module } = await runnerImport(fileURLToPath(new URL('recorder.ts', import.meta.url)), { logLevel: 'error' });
for (const file of await module.writeHistories(version)) process.stdout.write(`${file}\n`);
