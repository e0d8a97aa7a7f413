// The mutation check: takes each defence out of a copy of the source and demands that its test fails. Never edits the source itself.
// `node test/full/mutations.mjs [--only AREA] [--match TEXT]`; exit 1 if a defence could be removed unseen.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createServer } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({ options: { only: { type: 'string' }, match: { type: 'string' } } });

/** Reads the list, which is TypeScript, through the bundler that the tests use too. */
async function readDefences() {
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'error',
    server: { middlewareMode: true, ws: false },
  });
  const { defences } = await server.ssrLoadModule('/test/full/defences/index.ts');
  await server.close();
  return Object.entries(defences)
    .filter(([area]) => values.only === undefined || area === values.only)
    .flatMap(([area, list]) => list.map((one) => ({ ...one, area })))
    .filter((one) => values.match === undefined || JSON.stringify(one).includes(values.match));
}

/** A copy of what the tests need, with the installed packages by link. */
function copyOfSource() {
  const copy = mkdtempSync(join(tmpdir(), 'firebreak-mutation-'));
  const parts = ['src', 'test', 'scripts', 'playbooks', 'docs', 'deploy', 'package.json', 'tsconfig.json'];
  for (const part of parts) cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

const isUnit = ({ test }) => test.startsWith('test/unit/');

/** Whether a test runs the built program: it, or what it imports of the tests, names \`dist/\`. */
function runsBuilt(copy, path, seen = new Set()) {
  if (seen.has(path) || !existsSync(join(copy, path))) return false;
  seen.add(path);
  const text = readFileSync(join(copy, path), 'utf8');
  if (/\bdist\b/.test(text)) return true;
  const imports = [...text.matchAll(/from '(\.[^']+)'/g)].map(([, target]) => join(dirname(path), target));
  return imports.some((target) => target.startsWith('test/') && runsBuilt(copy, target, seen));
}

/** Compiles the program of the copy again. A type that no longer fits is no matter: what it does is what is tried. */
function compile(copy) {
  try {
    execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'], { cwd: copy });
  } catch {
    // What was emitted is run; if nothing was, no test fails for it and the defence counts as unproven.
  }
}

/** Runs one test file of the copy; resolves with its exit code and output. */
function runTest(copy, { test, title }) {
  const config = isUnit({ test }) ? 'test/vitest.unit.config.ts' : 'test/vitest.config.ts';
  const byTitle = title === undefined ? [] : ['-t', title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')];
  return new Promise((resolve) => {
    const env = { ...process.env, FIREBREAK_TEST_BUILD: 'made' };
    const args = ['node_modules/vitest/vitest.mjs', 'run', '--config', config, test, ...byTitle];
    const child = spawn(process.execPath, args, { cwd: copy, env, stdio: ['ignore', 'pipe', 'pipe'] });
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
  // The next one that runs the built program compiles anew.
  if (!isUnit(defence) && runsBuilt(copy, defence.test)) compile(copy);
  const { code, text } = await runTest(copy, defence);
  writeFileSync(path, source);
  if (code === 0) return `${defence.test} passes without it`;
  // A copy that cannot be built or loaded proves nothing: a test must have run and failed.
  return /Tests\s.*\bfailed\b/s.test(text) ? null : `no test of ${defence.test} ran:\n${text.slice(-2000)}`;
}

const list = await readDefences();
const copy = copyOfSource();
// Also where it is told to end before it is done.
process.once('exit', () => rmSync(copy, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
if (!list.every(isUnit)) execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: copy });
let failed = 0;
for (const [index, defence] of list.entries()) {
  const why = await unproven(copy, defence);
  if (why !== null) failed++;
  process.stdout.write(
    `${index + 1}/${list.length} ${why === null ? 'ok    ' : 'FAILED'} ${defence.area} ${defence.threat}: ${defence.defence}${why === null ? '' : `\n  ${why}`}\n`,
  );
}
process.stdout.write(`defences ${list.length}: removed unseen ${failed}\n`);
process.exitCode = failed === 0 ? 0 : 1;
