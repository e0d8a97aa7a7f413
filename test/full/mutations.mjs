// The mutation check: takes each defence out of a copy of the source and demands that its test fails. Never edits the source itself.
// `node test/full/mutations.mjs [--only AREA]`; exit 1 if a defence could be removed unseen.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createServer } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({ options: { only: { type: 'string' } } });

/** Reads the list, which is TypeScript, through the bundler that the tests use too. */
async function readDefences() {
  const server = await createServer({ root, configFile: false, logLevel: 'error', server: { middlewareMode: true } });
  const { defences } = await server.ssrLoadModule('/test/full/defences/index.ts');
  await server.close();
  return Object.entries(defences)
    .filter(([area]) => values.only === undefined || area === values.only)
    .flatMap(([area, list]) => list.map((one) => ({ ...one, area })));
}

/** A copy of what the tests need, with the installed packages by link. */
function copyOfSource() {
  const copy = mkdtempSync(join(tmpdir(), 'firebreak-mutation-'));
  const parts = ['src', 'test', 'scripts', 'playbooks', 'docs', 'deploy', 'package.json', 'tsconfig.json'];
  for (const part of parts) cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** Runs one test file of the copy; resolves with its exit code and output. */
function runTest(copy, { test, title }) {
  const config = test.startsWith('test/unit/') ? 'test/vitest.unit.config.ts' : 'test/vitest.config.ts';
  const byTitle = title === undefined ? [] : ['-t', title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')];
  return new Promise((resolve) => {
    const args = ['node_modules/vitest/vitest.mjs', 'run', '--config', config, test, ...byTitle];
    const child = spawn(process.execPath, args, { cwd: copy, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
    child.on('close', (code) => resolve({ code, text: Buffer.concat(output).toString() }));
  });
}

/** Why a defence counts as unproven; null: its test failed without it, as it must. */
async function unproven(copy, defence) {
  const path = join(copy, defence.file);
  const source = readFileSync(path, 'utf8');
  if (source.split(defence.find).length !== 2) return `its text does not stand exactly once in ${defence.file}`;
  writeFileSync(
    path,
    source.replace(defence.find, () => defence.replace),
  );
  const { code, text } = await runTest(copy, defence);
  writeFileSync(path, source);
  if (code === 0) return `${defence.test} passes without it`;
  // A copy that cannot be built or loaded proves nothing: a test must have run and failed.
  return /Tests\s.*\bfailed\b/s.test(text) ? null : `no test of ${defence.test} ran:\n${text.slice(-2000)}`;
}

const list = await readDefences();
const copy = copyOfSource();
let failed = 0;
for (const [index, defence] of list.entries()) {
  const why = await unproven(copy, defence);
  if (why !== null) failed++;
  process.stdout.write(
    `${index + 1}/${list.length} ${why === null ? 'ok    ' : 'FAILED'} ${defence.area} ${defence.threat}: ${defence.defence}${why === null ? '' : `\n  ${why}`}\n`,
  );
}
rmSync(copy, { recursive: true });
process.stdout.write(`defences ${list.length}: removed unseen ${failed}\n`);
process.exitCode = failed === 0 ? 0 : 1;
