// Entry of `npm run test:chaos -- --minutes N [--seed S] [--only KIND,KIND]`: builds Firebreak and runs the program, which is TypeScript, through Vite.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runnerImport } from 'vite';

const options = { minutes: { type: 'string', default: '1' }, seed: { type: 'string' }, only: { type: 'string' } };
const { values } = parseArgs({ options });
const minutes = Number(values.minutes);
const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9));
if (!(minutes > 0) || !Number.isInteger(seed)) {
  console.error('usage: npm run test:chaos -- [--minutes N] [--seed WHOLE-NUMBER] [--only KIND,KIND]');
  process.exit(2);
}
execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: fileURLToPath(new URL('../..', import.meta.url)) });
const { module } = await runnerImport(fileURLToPath(new URL('chaos.ts', import.meta.url)), { logLevel: 'error' });
process.exit(await module.chaos({ minutes, seed, only: values.only?.split(',') ?? null }));
