// A copy of the source with one file and one line more for each thing that is added: built, and run as a program of its own.
import { execFile } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { JsonObject } from '../../../src/core/json.ts';
import { freshDatabase } from './fresh-database.ts';
import { type FirebreakProcess, root, spawnFirebreak } from './process.ts';

/** One thing more: a file, and the line that makes it known. Paths are under src/. */
export type Addition = {
  readonly file: string;
  readonly text: string;
  /** The list that the line is put at the end of. */
  readonly list: string;
  readonly line: string;
};

/** The configuration that the program is run with. */
type CopySettings = {
  /** firebreak.yaml. */
  readonly settings: JsonObject;
  /** Texts of playbooks by name. */
  readonly playbooks?: { readonly [name: string]: string };
  readonly env?: { readonly [name: string]: string };
};

/** The copy's program, running. */
export type ExtendedProgram = {
  readonly url: string;
  readonly process: FirebreakProcess;
  /** Runs one command of the copy beside it; rejects with what it said if it did not end with 0. */
  readonly command: (...args: readonly string[]) => Promise<void>;
  /** Reads the API. */
  readonly get: <T>(path: string) => Promise<T>;
  /** Looks again with every change until something is found. */
  readonly until: <T>(what: string, look: () => Promise<T | undefined>) => Promise<T>;
};

/** A built copy. */
export type ExtendedCopy = {
  readonly start: (settings: CopySettings) => Promise<ExtendedProgram>;
  readonly close: () => Promise<void>;
};

/** Nothing that a test waits for takes this long unless it will never come. */
const patienceMs = 30_000;

/** Copies, adds and builds. Rejects with what the compiler says. */
export async function extendedCopy(additions: readonly Addition[]): Promise<ExtendedCopy> {
  const folder = mkdtempSync(join(tmpdir(), 'firebreak-extended-'));
  for (const name of ['src', 'package.json', 'tsconfig.json'])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const { file, text, list, line } of additions) {
    if (existsSync(join(folder, 'src', file))) throw new Error(`src/${file} is there already`);
    if (!existsSync(join(folder, 'src', list))) throw new Error(`there is no list src/${list}`);
    if (line.includes('\n')) throw new Error(`more than one line for src/${list}`);
    writeFileSync(join(folder, 'src', file), text);
    appendFileSync(join(folder, 'src', list), `${line}\n`);
  }
  await promisify(execFile)(join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.json'], { cwd: folder }).catch(
    (error: { stdout?: string }) => {
      throw new Error(`the copy does not compile:\n${error.stdout}`);
    },
  );
  const running: FirebreakProcess[] = [];
  return {
    async start(settings) {
      const program = await startIn(folder, settings);
      running.push(program.process);
      return program;
    },
    async close() {
      await Promise.all(running.map((one) => one.terminate()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startIn(folder: string, { settings, playbooks = {}, env = {} }: CopySettings): Promise<ExtendedProgram> {
  const database = await freshDatabase();
  const own = mkdtempSync(join(folder, 'run-'));
  writeFileSync(join(own, 'firebreak.yaml'), JSON.stringify(settings));
  const playbookFolder = mkdtempSync(join(own, 'playbooks-'));
  for (const [name, text] of Object.entries(playbooks)) writeFileSync(join(playbookFolder, `${name}.yaml`), text);
  const whole = {
    PORT: '0',
    DATABASE_URL: database.url,
    FIREBREAK_DATA_DIR: join(own, 'data'),
    FIREBREAK_CONFIG: join(own, 'firebreak.yaml'),
    FIREBREAK_PLAYBOOKS: playbookFolder,
    ...env,
  };
  const server = spawnFirebreak(['serve'], whole, folder);
  await server.says('Firebreak is ready');
  const url = /"url":"(http:[^"]+)"/.exec(server.output())?.[1] ?? '';
  const get = async <T>(path: string): Promise<T> => {
    const answer = await fetch(`${url}/api/v1${path}`);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  return {
    url,
    process: server,
    get,
    async command(...args) {
      const command = spawnFirebreak(args, whole, folder);
      const code = await command.ended;
      if (code !== 0) throw new Error(`firebreak ${args.join(' ')} ended with ${code}:\n${command.output()}`);
    },
    until: (what, look) => untilFound(`${url}/api/v1/stream`, what, look),
  };
}

async function untilFound<T>(stream: string, what: string, look: () => Promise<T | undefined>): Promise<T> {
  const signal = AbortSignal.timeout(patienceMs);
  const feed = await fetch(stream, { signal });
  if (!feed.ok || !feed.body) throw new Error(`the stream answers ${feed.status}`);
  // The first chunk says that from here on every change is told.
  try {
    for await (const _ of feed.body) {
      const found = await look();
      if (found !== undefined) return found;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  throw new Error(`${what} did not happen within ${patienceMs} ms`);
}
