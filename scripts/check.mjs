// `npm run check`: format and lint, types of everything, dead code, architecture and unit tests, two at a time. What fails is printed
// whole, what passes in one line; the exit code is 1 if anything failed. `--coverage`: the unit tests measure what they cover, too.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name) => join(root, 'node_modules', '.bin', name);

/** The longest first, so that the two that run at the same time end at about the same time. */
const steps = [
  ['types of source, tests and benchmarks', 'tsc', '--noEmit', '-p', 'test/tsconfig.json'],
  [
    ...['architecture and unit tests', 'vitest', 'run', '--config', 'test/vitest.unit.config.ts'],
    ...(process.argv.includes('--coverage') ? ['--coverage'] : []),
  ],
  ['format and lint', 'biome', 'check', '--error-on-warnings', '.'],
  ['dead code', 'knip', '--treat-config-hints-as-errors'],
  ['types of the page', 'tsc', '--noEmit', '-p', 'src/web/tsconfig.json'],
  ["types of the sandbox's page", 'tsc', '--noEmit', '-p', 'src/sandbox/page/tsconfig.json'],
];

/** Runs one step; true if it passed. */
function run([what, command, ...args]) {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(bin(command), args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
    child.on('close', (code) => {
      const text = Buffer.concat(output).toString();
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      const tests = /Tests .*/.exec(stripVTControlCharacters(text))?.[0] ?? '';
      process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${what} (${seconds} s) ${tests}\n`);
      if (code !== 0) process.stdout.write(`${text}\n`);
      resolve(code === 0);
    });
  });
}

const waiting = [...steps];
const passed = [];
async function work() {
  for (let step = waiting.shift(); step; step = waiting.shift()) passed.push(await run(step));
}
await Promise.all([work(), work()]);
process.exitCode = passed.every(Boolean) ? 0 : 1;
